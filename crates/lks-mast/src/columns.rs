//! The columns of a result: what each is called, holds, is measured in and is computed from. Which there are is the [`table`].

mod answer;
mod computed;
mod table;
mod values;

use lks_table::arrow_array::ArrayRef;
use lks_table::{ColumnType, ColumnTypes, Table};

pub(crate) use answer::Answer;
pub(crate) use computed::{Asked, MJD_OF_EPOCH, Rows, is_asked, is_other_star, utc};
pub(crate) use values::{floats, integers, whole};

use crate::error::Error;
use crate::search::Mission;
use table::{ADDED, MANIFEST, OBSERVATION, PRODUCT};

/// A column of a table, as it is promised.
///
/// ```
/// use lks_mast::{Column, ColumnType};
///
/// let separation = Column::named("separation_arcsec").expect("every result has it");
/// assert_eq!((separation.column_type, separation.unit), (ColumnType::Float, Some("arcsec")));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Column {
    /// Its name in the table.
    pub name: &'static str,
    /// What it holds.
    pub column_type: ColumnType,
    /// Its unit as the [VOUnits](https://www.ivoa.net/documents/VOUnits/) standard spells it; `None` for what has no unit.
    pub unit: Option<&'static str>,
    /// Decimal places shown to people; `None` shows the value as it is.
    pub num_decimals: Option<usize>,
    /// What it is, in Markdown; empty for what MAST alone defines.
    pub description: &'static str,
    /// Whether an answer without it is refused.
    is_required: bool,
    /// Whether the product's own column keeps its name where the observation has one of the same name.
    keeps_name: bool,
    /// For which missions a result has it.
    missions: &'static [Mission],
    shown: Shown,
    values: Values,
}

/// Whether a column is shown without being asked for.
#[derive(Debug, Clone, Copy)]
struct Shown {
    missions: &'static [Mission],
    /// Its place among those that are shown, counted from the left.
    place: u8,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// From MAST, as they are.
    Sent,
    /// From MAST's column of this name.
    Renamed(&'static str),
    /// From the other columns; a column that MAST sends is replaced in its place.
    Computed(fn(&Rows<'_>) -> ArrayRef),
}

impl Column {
    /// A column of text.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, ColumnType::Text)
    }

    /// A column of whole numbers.
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, ColumnType::Integer)
    }

    /// A column of floating-point numbers.
    pub const fn float(name: &'static str) -> Self {
        Self::new(name, ColumnType::Float)
    }

    /// A column of truth values.
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, ColumnType::Boolean)
    }

    const fn new(name: &'static str, column_type: ColumnType) -> Self {
        Self {
            name,
            column_type,
            unit: None,
            num_decimals: None,
            description: "",
            is_required: false,
            keeps_name: false,
            missions: &Mission::ALL,
            shown: Shown {
                missions: &[],
                place: 0,
            },
            values: Values::Sent,
        }
    }

    /// The same column, measured in this unit.
    #[must_use]
    pub const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The same column, shown to people with this many decimal places.
    #[must_use]
    pub const fn with_decimals(mut self, num_decimals: usize) -> Self {
        self.num_decimals = Some(num_decimals);
        self
    }

    /// The same column with the sentence that the documentation has for it.
    #[must_use]
    pub const fn described(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    const fn keeping_name(mut self) -> Self {
        self.keeps_name = true;
        self
    }

    const fn of_missions(mut self, missions: &'static [Mission]) -> Self {
        self.missions = missions;
        self
    }

    const fn shown(mut self, place: u8, missions: &'static [Mission]) -> Self {
        self.shown = Shown { missions, place };
        self
    }

    const fn renamed_from(mut self, name: &'static str) -> Self {
        self.values = Values::Renamed(name);
        self
    }

    const fn computed(mut self, values: fn(&Rows<'_>) -> ArrayRef) -> Self {
        self.values = Values::Computed(values);
        self
    }

    /// The columns that results may have, besides what MAST begins to send: those that lksearch adds, then MAST's of observations and
    /// of products.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [ADDED, OBSERVATION, PRODUCT].into_iter().flatten()
    }

    /// The column of a result or a manifest that has this name. `obs_id_obs` is the `obs_id` of the observation, `filters_prod` the `filters` of the
    /// product.
    pub fn named(name: &str) -> Option<&'static Self> {
        let of = |columns: &'static [Self], name: &str| columns.iter().find(|column| column.name == name);
        of(ADDED, name)
            .or_else(|| of(PRODUCT, name))
            .or_else(|| of(OBSERVATION, name))
            .or_else(|| of(MANIFEST, name))
            .or_else(|| of(OBSERVATION, name.strip_suffix("_obs")?))
            .or_else(|| of(PRODUCT, name.strip_suffix("_prod")?))
    }

    /// Whether lksearch adds it to what MAST sends.
    pub fn is_added(&self) -> bool {
        ADDED.iter().any(|column| column.name == self.name)
    }

    /// The columns that are shown for a mission, from left to right.
    pub(crate) fn shown_for(mission: Mission) -> Vec<&'static str> {
        let mut shown: Vec<&Self> = Self::all()
            .filter(|column| column.shown.missions.contains(&mission))
            .collect();
        shown.sort_by_key(|column| column.shown.place);
        shown.into_iter().map(|column| column.name).collect()
    }

    /// Names that are changed after the join of observations and products, as (old, new).
    pub(crate) fn renamed_in_join() -> impl Iterator<Item = (String, &'static str)> {
        let kept = PRODUCT.iter().filter(|column| column.keeps_name);
        let kept = kept.map(|column| (format!("{}_prod", column.name), column.name));
        let renamed = ADDED.iter().filter_map(|column| match column.values {
            Values::Renamed(old) => Some((old.to_owned(), column.name)),
            Values::Sent | Values::Computed(_) => None,
        });
        kept.chain(renamed)
    }
}

/// The types of the columns of text, under every name that they have in results: formats without types must not make numbers of ids.
pub(crate) fn text_types() -> ColumnTypes {
    let named = |columns: &'static [Column], suffix: &'static str| {
        let text = columns.iter().filter(|column| column.column_type == ColumnType::Text);
        text.map(move |column| (format!("{}{suffix}", column.name), ColumnType::Text))
    };
    let plain = [ADDED, OBSERVATION, PRODUCT, MANIFEST]
        .into_iter()
        .flat_map(|columns| named(columns, ""));
    let joined = named(OBSERVATION, "_obs").chain(named(PRODUCT, "_prod"));
    ColumnTypes::new(plain.chain(joined))
}

/// The table with the added columns, in lksearch's order.
pub(crate) fn with_added(table: &Table, mission: Mission, asked: &Asked) -> Result<Table, Error> {
    let rows = Rows::new(table, mission, asked);
    let mut annotated = table.clone();
    for column in [OBSERVATION, ADDED].into_iter().flatten() {
        if let Values::Computed(values) = column.values
            && column.missions.contains(&mission)
        {
            annotated = annotated.with_column(column.name, values(&rows))?;
        }
    }
    Ok(annotated)
}

/// The table with the units of its columns in the metadata of its fields, from where every format that has room for them takes them.
///
/// # Errors
/// Never for units of this crate; what the table says is passed on all the same.
pub fn with_units(table: &Table) -> Result<Table, lks_table::Error> {
    let units = table
        .column_names()
        .filter_map(|name| Some((name, Column::named(name)?.unit?)));
    table.with_units(&units.collect::<Vec<_>>())
}

/// The table of another program with its known columns as results have them: a sector that came as a text is a number again, an id that came as a number a text,
/// where no value is lost by that; and with their units.
///
/// # Errors
/// Never for fewer than 2³¹ bytes of text in a column.
pub fn as_in_results(table: &Table) -> Result<Table, Error> {
    let mut found = table.clone();
    for name in table.column_names() {
        let wanted = Column::named(name).map(|column| column.column_type);
        if let Some(wanted) = wanted.filter(|wanted| table.column_type(name) != Some(*wanted)) {
            let typed = values::with_type(&found, name, wanted)?;
            let num_values = |table: &Table| table.rows().filter(|row| row.cell(name).is_some()).count();
            if num_values(&typed) == num_values(table) {
                found = typed;
            }
        }
    }
    Ok(with_units(&found)?)
}

#[cfg(test)]
mod tests;
