//! `lksearch config`.

use std::path::Path;

use lksearch::Error;
use lksearch::config::{self as settings, Setting, Sources};
use lksearch::table::Table;

use crate::arguments::{Config, Global, Output};
use crate::exit::ExitStatus;
use crate::output;
use crate::session::Session;
use crate::ui::Ui;
use crate::visible::Visible;

/// Shows or changes settings.
pub(crate) fn run(global: &Global, words: Config) -> Result<ExitStatus, Error> {
    match words {
        Config::Show { origin, output } => show(&Session::begin(global, &[])?, origin, &output)?,
        Config::Path { output } => path(&file(global)?, &output)?,
        Config::Init { force } => {
            let path = file(global)?;
            settings::init_file(&path, force)?;
            output::print(&Visible::line(path.display()))?;
        }
        Config::Get { key } => {
            let session = Session::begin(global, &[])?;
            let value = settings::get(&session.loaded.settings, &key)?;
            if !value.is_empty() {
                output::print(&Visible::line(value))?;
            }
        }
        Config::Set { key, value } => settings::set_in_file(&file(global)?, &key, &value)?,
        Config::Unset { key } => {
            let path = file(global)?;
            if !settings::unset_in_file(&path, &key)? {
                let note = format!(
                    "{key} is not set in {}; `config show --origin` says where it is",
                    path.display()
                );
                Ui::new(global).note(note);
            }
        }
    }
    Ok(ExitStatus::Success)
}

/// The settings file that is meant, whether or not what it says can be used: `path`, `init` and `set` must work on a broken one.
fn file(global: &Global) -> Result<std::path::PathBuf, Error> {
    let mut sources = Sources::from_process();
    if let Some(path) = &global.config {
        sources = sources.with_config_file(path);
    }
    Ok(settings::directories(&sources).config_file()?.to_path_buf())
}

/// The path alone for people, as a table of one row for programs.
fn path(file: &Path, output: &Output) -> Result<(), Error> {
    let destination = output::prepare(output)?;
    if destination.is_stdout_for_people() {
        return output::print(&Visible::line(file.display()));
    }
    let table = Table::empty()
        .with_text("path", [Some(file.display().to_string())])?
        .with_boolean("exists", [Some(file.is_file())])?;
    destination.write(&table, &["path", "exists"])
}
/// For programs always with the origin, as every format but the one for people has all columns.
fn show(session: &Session, with_origin: bool, output: &Output) -> Result<(), Error> {
    let settings = session.loaded.show();
    let each = |of: fn(&Setting) -> String| {
        settings
            .iter()
            .map(move |shown| Some(of(shown)).filter(|text| !text.is_empty()))
    };
    let table = Table::empty()
        .with_text("key", each(|shown| shown.key.to_owned()))?
        .with_text("value", each(|shown| shown.value.clone()))?
        .with_text("origin", each(|shown| shown.origin.to_string()))?;
    let shown = ["key", "value", "origin"];
    let num_shown = if with_origin { 3 } else { 2 };
    output::prepare(output)?.write_every_row(&table, &shown[..num_shown])
}
