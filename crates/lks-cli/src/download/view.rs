//! What is printed of a manifest: some columns or all, or only the paths.

use lksearch::table::Table;
use lksearch::{Error, Manifest};

use crate::arguments::Printed;
use crate::grid::Room;
use crate::output::{self, Destination};
use crate::visible::Visible;

/// Columns that people are shown.
const SHOWN: [&str; 5] = ["Status", "source", "bytes", "Local Path", "Message"];

/// The same where a row has no path, which alone would not tell whose row it is.
const SHOWN_WITH_NAME: [&str; 6] = ["Status", "source", "bytes", "productFilename", "Message", "Local Path"];

/// On a terminal the paths follow the table, where each is whole and can be copied.
const SHOWN_ABOVE_PATHS: [&str; 5] = ["Status", "source", "bytes", "productFilename", "Message"];

/// So many paths follow a table on a terminal.
const PATHS_SHOWN: usize = 16;

/// What was asked for.
pub(crate) struct View {
    /// None stands for those that people are shown, and for all in a format for programs.
    columns: Vec<String>,
    prints_paths: bool,
    writes_manifest: bool,
}

impl View {
    /// Refuses a name that no column of such a table has, and what says how a manifest is printed where only paths are, before anything is fetched.
    pub(crate) fn of(words: &Printed, sample: &Table) -> Result<Self, Error> {
        output::select(sample, &words.columns)?;
        let writes_manifest = !words.paths || words.output.output.is_some();
        if !writes_manifest && (words.output.format().is_some() || !words.columns.is_empty()) {
            let message =
                "--paths prints paths and nothing else; --format and --columns are for a manifest in a file, `-o FILE`";
            return Err(Error::Input(message.to_owned()));
        }
        Ok(Self {
            columns: words.columns.clone(),
            prints_paths: words.paths,
            writes_manifest,
        })
    }

    /// Prints the paths and the manifest, or one of both.
    pub(super) fn print(&self, manifest: &Manifest, destination: Destination) -> Result<(), Error> {
        if self.prints_paths {
            print_paths(manifest)?;
        }
        match self.writes_manifest {
            true => self.write(manifest, destination),
            false => Ok(()),
        }
    }

    fn write(&self, manifest: &Manifest, destination: Destination) -> Result<(), Error> {
        let is_terminal = matches!(destination.room(), Room::Terminal(_)) && destination.is_for_people();
        if !(is_terminal && self.columns.is_empty()) {
            return self.write_table(&manifest.to_table()?, shown(manifest), destination);
        }
        destination.write(&manifest.to_table()?, &SHOWN_ABOVE_PATHS)?;
        let mut lines: Visible = paths(manifest).take(PATHS_SHOWN).map(Visible::line).collect();
        if let more @ 1.. = paths(manifest).skip(PATHS_SHOWN).count() {
            lines.push(format_args!("… {more} more; `--paths` prints them all\n"));
        }
        output::print(&lines)
    }

    /// Writes the manifest as far as it goes, if it goes to a file.
    pub(super) fn write_meanwhile(&self, manifest: &Manifest, destination: &Destination) -> Result<(), Error> {
        let table = output::select(&manifest.to_table()?, &self.columns)?;
        destination.write_meanwhile(&table, &self.columns, shown(manifest))
    }

    /// Writes a table of which people are shown these columns, if none were asked for.
    pub(crate) fn write_table(&self, table: &Table, shown: &[&str], destination: Destination) -> Result<(), Error> {
        let table = output::select(table, &self.columns)?;
        destination.write_asked(&table, &self.columns, shown)
    }
}

/// Prints where the files are, one path a line; of a link the place on the cloud.
fn print_paths(manifest: &Manifest) -> Result<(), Error> {
    output::print(&paths(manifest).map(Visible::line).collect())
}

fn paths(manifest: &Manifest) -> impl Iterator<Item = &str> {
    manifest.rows.iter().filter_map(|row| row.local_path.as_deref())
}

fn shown(manifest: &Manifest) -> &'static [&'static str] {
    if manifest.rows.iter().all(|row| row.local_path.is_some()) {
        &SHOWN
    } else {
        &SHOWN_WITH_NAME
    }
}
