//! Which table and which columns of a file are drawn: those that are named, else those that its pipeline is known for.

use lksearch::fits::{CardValue, ColumnInfo, FitsFile, Header};
use lksearch::{Error, FluxColumn, GENERIC, Pipeline, QualityColumn};

use crate::arguments::{FileLocation, Plot};
use crate::fits::{compressed, find_column, is_table, named_column};

/// Columns of one table that can be drawn together.
pub(super) struct Choice {
    pub pipeline: Option<&'static Pipeline>,
    pub hdu: usize,
    /// Whether other tables have a column of that name too.
    pub is_one_of_several: bool,
    pub flux: ColumnInfo,
    pub is_magnitude: bool,
    /// `None` if no column of times is known; frames need none.
    pub time: Option<ColumnInfo>,
    /// Where there is none, all cadences are taken for good.
    pub quality: Vec<(ColumnInfo, QualityColumn)>,
    /// The names of the table's columns, for messages.
    pub names: String,
}

struct Table {
    hdu: usize,
    columns: Vec<ColumnInfo>,
}

/// What can be drawn of a file, the best first; at least one.
///
/// # Errors
/// Nothing can, or what is named is not there.
pub(super) fn choices(file: &FitsFile, location: &FileLocation, words: &Plot) -> Result<Vec<Choice>, Error> {
    let wanted = words.hdu.as_deref().map(|hdu| file.find(hdu)).transpose()?;
    let numbers = file.hdus().iter().filter(|hdu| is_table(hdu)).map(|hdu| hdu.index);
    let all = numbers
        .map(|hdu| {
            Ok(Table {
                hdu,
                columns: file.columns(hdu)?,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let pipeline = pipeline(file, location, &all);
    let tables: Vec<&Table> = match wanted {
        Some(hdu) => all.iter().filter(|table| table.hdu == hdu).collect(),
        None => all.iter().collect(),
    };
    if let (Some(hdu), true) = (wanted, tables.is_empty()) {
        // Says what the HDU is, and which ones there are.
        file.columns(hdu)?;
    }
    let names: Vec<&str> = match &words.column {
        Some(name) => vec![name],
        None => kinds(pipeline)
            .flat_map(|kind| kind.flux)
            .map(|flux| flux.name)
            .collect(),
    };
    let mut found = Vec::new();
    for name in names {
        let has_it = |table: &&Table| named_column(&table.columns, name).is_some();
        let is_one_of_several = all.iter().filter(has_it).count() > 1;
        for table in &tables {
            if let Some(flux) = named_column(&table.columns, name) {
                let choice = choice(pipeline, table, flux, words.time.as_deref())?;
                found.push(Choice {
                    is_one_of_several,
                    ..choice
                });
            }
        }
    }
    match found.is_empty() {
        true => Err(nothing(file, pipeline, &tables, words.column.as_deref())),
        false => Ok(found),
    }
}

/// Where names are looked for: in the pipeline's entry, then among the names that are in use.
fn kinds(pipeline: Option<&'static Pipeline>) -> impl Iterator<Item = &'static Pipeline> {
    pipeline.into_iter().chain([&GENERIC])
}

fn choice(
    pipeline: Option<&'static Pipeline>,
    table: &Table,
    flux: &ColumnInfo,
    time: Option<&str>,
) -> Result<Choice, Error> {
    let columns = &table.columns;
    let named = |name: &&str| named_column(columns, name).cloned();
    let qualities = |kind: &'static Pipeline| -> Vec<_> {
        let there = |quality: &QualityColumn| Some((named(&quality.name)?, *quality));
        kind.quality.iter().filter_map(there).collect()
    };
    let is_flux = |known: &&FluxColumn| known.name.eq_ignore_ascii_case(&flux.name);
    let known = kinds(pipeline).flat_map(|kind| kind.flux).find(is_flux);
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    Ok(Choice {
        pipeline,
        hdu: table.hdu,
        is_one_of_several: false,
        flux: flux.clone(),
        is_magnitude: match flux.unit.as_deref().map(str::trim) {
            Some(unit) if !unit.is_empty() => unit.eq_ignore_ascii_case("mag"),
            _ => known.is_some_and(|known| known.is_magnitude),
        },
        time: match time {
            Some(name) => Some(find_column(columns, name)?.clone()),
            None => kinds(pipeline).flat_map(|kind| kind.time).find_map(named),
        },
        quality: kinds(pipeline)
            .map(qualities)
            .find(|found| !found.is_empty())
            .unwrap_or_default(),
        names: names.join(", "),
    })
}

fn pipeline(file: &FitsFile, location: &FileLocation, tables: &[Table]) -> Option<&'static Pipeline> {
    let headers: Vec<&Header> = (0..file.hdus().len()).filter_map(|hdu| file.header(hdu).ok()).collect();
    let keyword = |name: &str| {
        headers.iter().find_map(|header| match &header.get(name)?.value {
            CardValue::Text(text) => Some(text.clone()),
            CardValue::Integer(number) => Some(number.to_string()),
            CardValue::Logical(is_true) => Some(if *is_true { "T" } else { "F" }.to_owned()),
            _ => None,
        })
    };
    let names: Vec<Vec<&str>> = tables
        .iter()
        .map(|table| table.columns.iter().map(|column| column.name.as_str()).collect())
        .collect();
    Pipeline::of_file(&location.file_name(), keyword, &names)
}

/// Why there is nothing to draw.
fn nothing(file: &FitsFile, pipeline: Option<&Pipeline>, tables: &[&Table], column: Option<&str>) -> Error {
    let columns: Vec<ColumnInfo> = tables.iter().flat_map(|table| table.columns.clone()).collect();
    if let Some(Err(error)) = column.map(|name| find_column(&columns, name)) {
        return error;
    }
    if let Some(images) = compressed(file) {
        return Error::Input(format!("nothing in this file can be drawn; {images}"));
    }
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    Error::Input(match (names.is_empty(), pipeline) {
        (true, _) => "there is no table in this file, so nothing can be drawn".to_owned(),
        (false, pipeline) => format!(
            "none of the columns is known to be a flux{}; name one with --column: {}",
            pipeline.map_or_else(String::new, |pipeline| format!(" of {}", pipeline.name)),
            names.join(", ")
        ),
    })
}
