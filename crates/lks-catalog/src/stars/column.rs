//! A column of an answer, under whichever of its names the service has it, read as what it must hold: a cell that cannot be read so is not taken for an empty one.

use lks_mast::{Notes, Service, Warning};
use lks_table::{Cell, ColumnType, Table};

use super::unit::factor;
use crate::error::{CatalogService, Error};
use crate::star_catalog::Name;

/// An answer, whose columns are looked for.
pub(super) struct Columns<'a> {
    pub(super) answer: &'a Table,
    pub(super) service: CatalogService,
    pub(super) notes: &'a Notes,
}

impl Columns<'_> {
    /// The numbers of a column in the unit that is meant, NaN for what is missing: services without another word for null send it, too. None of a column that is not
    /// there, or whose unit is not understood, which is noted.
    pub(super) fn numbers(&self, names: Name, meant: &str) -> Result<Option<Vec<f64>>, Error> {
        let Some(place) = self.place(names) else {
            self.note_missing(names);
            return Ok(None);
        };
        let Some(factor) = factor(self.unit(place), meant) else {
            self.notes.warn(Warning::ColumnLeftOut {
                service: Service::Catalog(self.service.name()),
                column: self.name(place).to_owned(),
                reason: format!("its unit is '{}', and {meant} was expected", self.unit(place)),
            });
            return Ok(None);
        };
        let scaled = |cell: Option<Cell<'_>>| match cell.map_or(Some(f64::NAN), number) {
            Some(number) if number.is_finite() => Some(number * factor),
            Some(_) => Some(f64::NAN),
            None => None,
        };
        self.read(place, "a number", scaled).map(Some)
    }

    /// Coordinates in degrees, without which there are no stars.
    pub(super) fn coordinates(&self, names: Name) -> Result<Vec<f64>, Error> {
        let place = self.needed(names)?;
        match factor(self.unit(place), "deg") {
            Some(_) => Ok(self.numbers(names, "deg")?.unwrap_or_default()),
            None => Err(Error::answer(
                self.service,
                format!(
                    "gives its column '{}' in '{}', a unit of angles that is not understood",
                    self.name(place),
                    self.unit(place)
                ),
            )),
        }
    }

    /// The numbers of the stars, without which there are none.
    pub(super) fn own_ids(&self, names: Name) -> Result<Vec<Option<u64>>, Error> {
        let place = self.needed(names)?;
        let ids = self.ids(names)?.unwrap_or_default();
        match !ids.is_empty() && ids.iter().all(Option::is_none) {
            true => Err(Error::answer(
                self.service,
                format!(
                    "answered with {} rows of which none has the number of a star in its column '{}'",
                    ids.len(),
                    self.name(place)
                ),
            )),
            false => Ok(ids),
        }
    }

    /// The numbers of stars in a column.
    pub(super) fn ids(&self, names: Name) -> Result<Option<Vec<Option<u64>>>, Error> {
        let Some(place) = self.place(names) else {
            self.note_missing(names);
            return Ok(None);
        };
        let id = |cell: Option<Cell<'_>>| cell.map_or(Some(None), id);
        self.read(place, "the number of a star", id).map(Some)
    }

    /// The column as the only one of a table, as text.
    pub(super) fn texts(&self, names: Name) -> Result<Option<Table>, Error> {
        let Some(place) = self.place(names) else {
            self.note_missing(names);
            return Ok(None);
        };
        let name = self.name(place);
        Ok(Some(match self.answer.column_type(name) {
            Some(ColumnType::Text) | None => self.answer.select(&[name])?,
            Some(_) => {
                let cells = self.answer.rows().map(|row| row.cell_at(place));
                Table::empty().with_display(name, cells)?
            }
        }))
    }

    fn needed(&self, names: Name) -> Result<usize, Error> {
        self.place(names).ok_or_else(|| Error::SchemaChanged {
            service: self.service,
            what: format!("column '{}' in its answers", names.first().copied().unwrap_or("id")),
        })
    }

    /// Says that a column is not there which the service had when this was written.
    fn note_missing(&self, names: Name) {
        if let Some(name) = names.first() {
            self.notes.warn(Warning::ColumnLeftOut {
                service: Service::Catalog(self.service.name()),
                column: (*name).to_owned(),
                reason: "it is not in the answer".to_owned(),
            });
        }
    }

    fn name(&self, place: usize) -> &str {
        self.answer.schema().field(place).name()
    }

    fn unit(&self, place: usize) -> &str {
        let unit = self.answer.schema().field(place).metadata().get("unit");
        unit.map(String::as_str).unwrap_or_default()
    }

    fn place(&self, names: Name) -> Option<usize> {
        let fields = self.answer.schema().fields();
        let place_of = |name: &&str| fields.iter().position(|field| field.name().eq_ignore_ascii_case(name));
        names.iter().find_map(place_of)
    }

    fn read<T>(&self, place: usize, what: &str, read: impl Fn(Option<Cell<'_>>) -> Option<T>) -> Result<Vec<T>, Error> {
        let unreadable = |cell: Option<Cell<'_>>| {
            let cell = cell.map(|cell| cell.to_string()).unwrap_or_default();
            let name = self.name(place);
            let problem = format!("answered with '{cell}' in its column '{name}', which is not {what}");
            Error::answer(self.service, problem)
        };
        let cells = self.answer.rows().map(|row| row.cell_at(place));
        cells.map(|cell| read(cell).ok_or_else(|| unreadable(cell))).collect()
    }
}

fn number(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Float(number) => Some(number),
        Cell::Integer(number) => Some(number as f64),
        Cell::Text(text) if text.trim().is_empty() => Some(f64::NAN),
        Cell::Text(text) => text.trim().parse().ok(),
        Cell::Boolean(_) | Cell::Timestamp(_) => None,
    }
}

/// One that is negative stands for none.
fn id(cell: Cell<'_>) -> Option<Option<u64>> {
    match cell {
        Cell::Integer(number) => Some(u64::try_from(number).ok()),
        Cell::Float(number) if number.is_nan() => Some(None),
        Cell::Float(number) => exact(number).map(Some),
        Cell::Text(text) if text.trim().is_empty() => Some(None),
        Cell::Text(text) => Some(u64::try_from(text.trim().parse::<i64>().ok()?).ok()),
        Cell::Boolean(_) | Cell::Timestamp(_) => None,
    }
}

/// The whole number that a float is, if it is one and no other has the same float: numbers of Gaia are larger than what a float tells apart.
fn exact(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number)).then_some(number as u64)
}
