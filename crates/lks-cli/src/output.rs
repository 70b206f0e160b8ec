//! Tables out: to the terminal for people, or in a format for programs.

mod format;
mod growing;
mod pieces;
mod place;
mod render;
mod save;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use lksearch::Error;
use lksearch::table::Table;

use crate::arguments::{Format, Output};
use crate::grid::{self, Grid, Room};
use crate::sink;
use crate::visible::Visible;
use format::columnar;
pub(crate) use format::{begin, check};
pub(crate) use growing::Growing;
pub(crate) use pieces::Pieces;
use place::Place;
use render::{cells, render};
pub use save::{save, write_bytes};

/// Where a table will go, made ready before the work begins, which would be in vain if nothing could be written.
pub(crate) struct Destination {
    format: Format,
    place: Place,
}

/// Makes the output ready.
///
/// # Errors
/// As [`check`], or nothing can be written.
pub(crate) fn prepare(output: &Output) -> Result<Destination, Error> {
    Ok(Destination {
        format: check(output)?,
        place: place(output.output.as_deref())?,
    })
}

/// As everywhere, `-` is stdout.
fn place(file: Option<&Path>) -> Result<Place, Error> {
    match file.filter(|path| *path != Path::new("-")) {
        None => Ok(Place::Stdout),
        Some(path) => Place::of(path),
    }
}

/// Makes an output of text ready, whatever the ending of the file.
///
/// # Errors
/// Where nothing can be written.
pub(crate) fn prepare_text(path: &Path) -> Result<Destination, Error> {
    Ok(Destination {
        format: Format::Table,
        place: place(Some(path))?,
    })
}

/// Makes the file of a table ready that says something of itself besides its columns, as only files of Parquet and Arrow can.
///
/// # Errors
/// The file is to be in another format, or cannot be written.
pub(crate) fn prepare_columnar(path: &Path) -> Result<Destination, Error> {
    Ok(Destination {
        format: columnar(path)?,
        place: Place::of(path)?,
    })
}

/// The columns that were asked for: all of them if that is the word, or if nobody asked.
pub(crate) fn select(table: &Table, asked: &[String]) -> Result<Table, Error> {
    if asked.is_empty() || asked == ["all"] {
        return Ok(table.clone());
    }
    table.select(asked).map_err(|error| match error {
        lksearch::table::Error::UnknownColumn {
            ref name,
            nearest: None,
        } => {
            let known: Vec<&str> = table.column_names().collect();
            Error::Input(format!(
                "--columns: there is no column '{name}'; there are {}",
                known.join(", ")
            ))
        }
        other => Error::Input(format!("--columns: {other}")),
    })
}

/// Writes the table where and how it was asked for.
pub(crate) fn table(table: &Table, shown: &[&str], output: &Output) -> Result<(), Error> {
    prepare(output)?.write(table, shown)
}

/// Gives what was written its name.
pub(crate) fn ended(written: Result<(), Error>, destination: Destination) -> Result<(), Error> {
    match written {
        Ok(()) => destination.publish(),
        // A reader that has seen enough, such as `head`, is not our failure.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Prints a grid on stdout, with all its rows.
pub(crate) fn grid(grid: &Grid) -> Result<(), Error> {
    print(&grid::paint_all(grid, room_of_stdout()))
}

impl Destination {
    /// Writes the table. `shown` are the columns of the format for people, but on a terminal those that hold nothing; every other
    /// format has all.
    pub(crate) fn write(self, table: &Table, shown: &[&str]) -> Result<(), Error> {
        let grid = self.cells(table, shown);
        self.write_either(table, &grid)
    }

    /// Writes the table, which has the columns that were asked for: people are shown those as [`Destination::write_exactly`] does, or if none were,
    /// `shown` as [`Destination::write`] does.
    pub(crate) fn write_asked(self, table: &Table, asked: &[String], shown: &[&str]) -> Result<(), Error> {
        let grid = self.asked_cells(table, asked, shown);
        self.write_either(table, &grid)
    }

    /// Writes the table as [`Destination::write_asked`] does; people are shown the number of each row, from 1 on.
    pub(crate) fn write_numbered(self, table: &Table, asked: &[String], shown: &[&str]) -> Result<(), Error> {
        let grid = self.asked_cells(table, asked, shown).numbered();
        self.write_either(table, &grid)
    }

    /// Writes the table; people are shown these columns, whatever they hold.
    pub(crate) fn write_exactly(self, table: &Table, shown: &[&str]) -> Result<(), Error> {
        let grid = self.exact_cells(table, shown);
        self.write_either(table, &grid)
    }

    /// What people are shown, and nothing for programs, which get the table.
    fn exact_cells(&self, table: &Table, shown: &[&str]) -> Grid {
        match self.is_for_people() {
            true => cells(table, shown),
            false => Grid::default(),
        }
    }

    fn asked_cells(&self, table: &Table, asked: &[String], shown: &[&str]) -> Grid {
        match asked.is_empty() {
            true => self.cells(table, shown),
            false => self.exact_cells(table, &table.column_names().collect::<Vec<_>>()),
        }
    }

    fn cells(&self, table: &Table, shown: &[&str]) -> Grid {
        let grid = self.exact_cells(table, shown);
        match self.room() {
            Room::Terminal(_) => grid.without_empty_columns(),
            Room::Unlimited => grid,
        }
    }

    /// Writes the table; people are shown these columns and every row, which they look for one by one.
    pub(crate) fn write_every_row(self, table: &Table, shown: &[&str]) -> Result<(), Error> {
        match self.is_stdout_for_people() {
            true => grid(&cells(table, shown)),
            false => self.write_exactly(table, shown),
        }
    }

    /// Whether people read it where it is printed.
    pub(crate) fn is_stdout_for_people(&self) -> bool {
        matches!(self.place, Place::Stdout) && self.is_for_people()
    }

    fn write_either(self, table: &Table, grid: &Grid) -> Result<(), Error> {
        match self.place {
            Place::Stdout if self.format == Format::Table => print(&grid::paint(grid, room_of_stdout())),
            Place::Stdout => ended(render(table, grid, self.format, buffered(sink::data())), self),
            Place::Device(file) => render(table, grid, self.format, buffered(file)),
            Place::File { ref draft, .. } => {
                render(table, grid, self.format, buffered(draft.as_file()))?;
                self.publish()
            }
        }
    }

    /// Writes what people are shown, which is made of no table.
    pub(crate) fn write_grid(self, grid: &Grid) -> Result<(), Error> {
        self.write_either(&Table::empty(), grid)
    }

    /// Whether the table becomes a file of its own.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.place, Place::File { .. })
    }

    /// Writes a table that a later one replaces, as whole as the last one, which [`Destination::write_asked`] writes.
    pub(crate) fn write_meanwhile(&self, table: &Table, asked: &[String], shown: &[&str]) -> Result<(), Error> {
        match &self.place {
            Place::Stdout | Place::Device(_) => Ok(()),
            Place::File { path, .. } => {
                let place = Place::of(path)?;
                let format = self.format;
                Self { format, place }.write_asked(table, asked, shown)
            }
        }
    }

    /// How the table is to be written.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// How much room there is.
    pub(crate) fn room(&self) -> Room {
        match self.place {
            Place::Stdout => room_of_stdout(),
            Place::Device(_) | Place::File { .. } => Room::Unlimited,
        }
    }

    /// Writes text for people; [`Destination::publish`] ends it.
    pub(crate) fn write_text(&self, text: &Visible) -> Result<(), Error> {
        match self.place {
            Place::Stdout => print(text),
            Place::Device(_) | Place::File { .. } => {
                let written = self.writer().and_then(|mut out| {
                    out.write_all(text.as_str().as_bytes())?;
                    out.flush()
                });
                written.map_err(unwritten)
            }
        }
    }

    /// Where to write a table for programs that comes in pieces; [`Destination::publish`] ends it.
    pub(crate) fn writer(&self) -> io::Result<Box<dyn Write + Send>> {
        Ok(match &self.place {
            Place::Stdout => Box::new(buffered(sink::data())),
            Place::Device(file) => Box::new(buffered(file.try_clone()?)),
            Place::File { draft, .. } => Box::new(buffered(draft.as_file().try_clone()?)),
        })
    }

    /// The file that the table becomes, if it can be written in any order; a pipe cannot.
    pub(crate) fn file(&self) -> io::Result<Option<File>> {
        match &self.place {
            Place::Stdout | Place::Device(_) => Ok(None),
            Place::File { draft, .. } => draft.as_file().try_clone().map(Some),
        }
    }

    /// Gives the file its name.
    pub(crate) fn publish(self) -> Result<(), Error> {
        self.place.publish()
    }

    /// Whether this is for people: they are told in words when there is nothing.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == Format::Table
    }
}

/// Prints text on stdout; colours only where they can be seen.
pub(crate) fn print(text: &Visible) -> Result<(), Error> {
    sink::print(text).map_err(unwritten)
}

fn is_broken_pipe(error: &Error) -> bool {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |cause| cause.source());
    causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// As much at once as a pipe takes.
fn buffered<W: Write>(out: W) -> BufWriter<W> {
    BufWriter::with_capacity(64 << 10, out)
}

fn room_of_stdout() -> Room {
    match sink::is_terminal() {
        true => Room::Terminal(terminal_width()),
        false => Room::Unlimited,
    }
}

/// Columns of the terminal that stdout is.
pub(crate) fn terminal_width() -> u16 {
    // 80 columns are what a terminal has that does not say.
    sink::width().map_or(80, |width| width.max(1))
}

pub(crate) fn unwritten(source: io::Error) -> Error {
    Error::File {
        operation: "write",
        path: "the output".to_owned(),
        source,
    }
}
