//! `lksearch fits image`: pixels as FITS counts them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use futures::{StreamExt, stream};
use lksearch::Error;
use lksearch::fits::{FitsFile, HduInfo, HduKind, Image};
use lksearch::table::arrow_array::{Array, ArrayRef, Int64Array, RecordBatch};
use lksearch::table::arrow_schema::{DataType, Field, Schema};
use lksearch::table::write;

use super::observed::Observed;
use super::rows::Rows;
use crate::arguments::{Format, Output};
use crate::grid::{self, Grid, LongGrid, Room};
use crate::output::{self, Destination, Pieces};

/// Pixels that are printed at most: a full-frame image of TESS has a quarter of them.
const MOST_PIXELS: u64 = 1 << 24;

/// Pixels that are printed side by side at most.
const MOST_COLUMNS: u64 = 1 << 18;

/// Pixels that are held at once, where they need not be seen together.
const BAND: u64 = 1 << 18;

/// Prints the pixels of an image, or of a section of it.
pub(super) async fn print(
    file: &FitsFile,
    hdu: Option<&str>,
    section: Option<&str>,
    output: &Output,
) -> Result<(), Error> {
    let info = find(file, hdu)?;
    let ranges = ranges(section, &info.shape)?;
    let num_pixels: u64 = ranges.iter().map(|range| range.end - range.start).product();
    if num_pixels > MOST_PIXELS {
        return Err(Error::Input(format!(
            "these are {num_pixels} pixels, and at most {MOST_PIXELS} are printed at once; take some by --section X1:X2,Y1:Y2"
        )));
    }
    let destination = output::prepare(output)?;
    let (columns, _) = axes(&ranges);
    if destination.is_for_people() && columns.end - columns.start > MOST_COLUMNS {
        return Err(Error::Input(format!(
            "at most {MOST_COLUMNS} pixels are printed side by side; take some by --section, or a row for each by --format csv"
        )));
    }
    match (destination.format(), destination.room()) {
        (Format::Table, Room::Terminal(width)) => {
            let image = file.image_section(info.index, &ranges).await?;
            destination.write_grid(&ends(&image, &ranges, width))
        }
        (Format::Table, Room::Unlimited) => {
            let written = whole_grid(file, info, &ranges, &destination).await;
            output::ended(written, destination)
        }
        _ => {
            let read = || {
                let bands = stream::iter(bands(&ranges));
                Ok(bands.then(async |band| batch(&file.image_section(info.index, &band).await?, &band)))
            };
            let rows = Rows {
                read,
                num_rows: num_pixels,
                nulls_are_named: false,
                name: info.name.clone(),
                observed: Observed::of(file, info.index),
            };
            rows.print(destination).await
        }
    }
}

/// The HDU of that number or name, or the first that has pixels.
fn find<'a>(file: &'a FitsFile, hdu: Option<&str>) -> Result<&'a HduInfo, Error> {
    if let Some(hdu) = hdu {
        return Ok(&file.hdus()[file.find(hdu)?]);
    }
    let first = file.hdus().iter().find(|hdu| is_image(hdu));
    first.ok_or_else(|| {
        let hdus = file.hdus().iter().map(|hdu| format!("{} {} ({})", hdu.index, hdu.name, hdu.kind));
        let hdus: Vec<String> = hdus.collect();
        Error::Input(format!(
            "there is no image in this file; it has {}; the pixels of a target pixel file are columns: `lksearch fits table`",
            hdus.join(", ")
        ))
    })
}

/// Whether the HDU is an image that is not empty, or one in compressed tiles, of which the library tells more.
pub(super) fn has_pixels(file: &FitsFile, index: usize) -> bool {
    is_image(&file.hdus()[index]) || file.is_compressed_image(index)
}

fn is_image(hdu: &HduInfo) -> bool {
    matches!(hdu.kind, HduKind::Primary | HduKind::Image) && !hdu.shape.is_empty() && !hdu.shape.contains(&0)
}

/// Why nothing can be printed of an HDU of a file whose HDUs are all known, and what can.
pub(super) fn none_in(file: &FitsFile, index: usize) -> Error {
    let hdu = &file.hdus()[index];
    let images = file.hdus().iter().filter(|hdu| is_image(hdu));
    let images: Vec<String> = images
        .map(|hdu| format!("--hdu {} ({})", hdu.index, hdu.name))
        .collect();
    let instead = match (&hdu.kind, images.is_empty()) {
        (_, false) => format!("the images of this file are {}", images.join(", ")),
        (HduKind::BinaryTable | HduKind::AsciiTable, true) => {
            format!(
                "no HDU of this file is an image; the rows of this one are shown by `lksearch fits table --hdu {index}`"
            )
        }
        (_, true) => "no HDU of this file is an image; `lksearch fits info` lists them".to_owned(),
    };
    Error::Input(format!(
        "HDU {index} {} ({}) has no pixels of an image; {instead}",
        hdu.name, hdu.kind
    ))
}

/// The pixels of each axis, counted from 0 and without the end. Two axes may be longer than one pixel, the first two.
fn ranges(section: Option<&str>, shape: &[u64]) -> Result<Vec<Range<u64>>, Error> {
    let axes = shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" x ");
    let wrong = |why: String| {
        Error::Input(format!(
            "{why}; the image has {axes} pixels, counted from 1: write `--section X1:X2,Y1:Y2`, and the number of the plane for each \
             further axis"
        ))
    };
    let words: Vec<&str> = match section {
        Some(section) => section.trim_matches(['[', ']']).split(',').map(str::trim).collect(),
        None => vec!["*"; shape.len()],
    };
    if words.len() != shape.len() {
        return Err(wrong(format!(
            "'{}' names {} axes",
            section.unwrap_or_default(),
            words.len()
        )));
    }
    let range = |(word, axis): (&&str, &u64)| {
        let pixel = |word: &str| {
            word.trim()
                .parse::<u64>()
                .ok()
                .filter(|pixel| (1..=*axis).contains(pixel))
        };
        let found = match word.split_once(':') {
            _ if *word == "*" => Some(0..*axis),
            Some((first, last)) => pixel(first).zip(pixel(last)).map(|(first, last)| first - 1..last),
            None => pixel(word).map(|pixel| pixel - 1..pixel),
        };
        found
            .filter(|range| !range.is_empty())
            .ok_or_else(|| wrong(format!("'{word}' is not a range of 1:{axis}")))
    };
    let ranges: Vec<Range<u64>> = words.iter().zip(shape).map(range).collect::<Result<_, _>>()?;
    match ranges.iter().skip(2).all(|range| range.end - range.start == 1) {
        true => Ok(ranges),
        false => Err(wrong("one plane is printed at once".to_owned())),
    }
}

/// Columns and rows of the section, counted from 1.
fn axes(ranges: &[Range<u64>]) -> (Range<u64>, Range<u64>) {
    let from_one = |axis: usize| ranges.get(axis).map_or(1..2, |range| range.start + 1..range.end + 1);
    (from_one(0), from_one(1))
}

/// The first columns of the image, as many as there might be room for, without rows.
fn headers(ranges: &[Range<u64>], num_columns: usize) -> Grid {
    let (columns, _) = axes(ranges);
    let headers = std::iter::once("y".to_owned()).chain(columns.map(|x| x.to_string()));
    let headers: Vec<String> = headers.take(num_columns).collect();
    Grid {
        is_number: vec![true; headers.len()],
        headers,
        ..Grid::default()
    }
}

/// The lines from the number on that is given first, as the image is looked at: the largest Y first.
fn texts(
    image: &Image,
    ranges: &[Range<u64>],
    lines: Range<usize>,
    num_columns: usize,
) -> impl Iterator<Item = Vec<String>> {
    let (columns, all) = axes(ranges);
    let width = (columns.end - columns.start) as usize;
    lines.map(move |line| {
        let y = all.end - 1 - line as u64;
        let first = (y - all.start) as usize * width;
        let pixels = (first..first + width).map(|pixel| write::text(&image.pixels, pixel));
        std::iter::once(y.to_string()).chain(pixels).take(num_columns).collect()
    })
}

fn num_lines(ranges: &[Range<u64>]) -> usize {
    let (_, lines) = axes(ranges);
    (lines.end - lines.start) as usize
}

/// What a terminal of so many columns may have room for.
fn ends(image: &Image, ranges: &[Range<u64>], width: u16) -> Grid {
    let (num_lines, num_columns) = (num_lines(ranges), usize::from(width));
    let rows = grid::ends(num_lines as u64)
        .into_iter()
        .map(|part| part.start as usize..part.end as usize)
        .flat_map(|part| texts(image, ranges, part, num_columns));
    let rows: Vec<Vec<String>> = rows.collect();
    Grid {
        num_left_out: (num_lines - rows.len()) as u64,
        rows,
        ..headers(ranges, num_columns)
    }
}

/// Line after line, for a pipe or a file. They are read twice and not held: the widest number of a column may be in the last.
async fn whole_grid(
    file: &FitsFile,
    info: &HduInfo,
    ranges: &[Range<u64>],
    destination: &Destination,
) -> Result<(), Error> {
    let mut bands = bands(ranges);
    bands.reverse();
    let mut long = LongGrid::new(headers(ranges, usize::MAX));
    for band in &bands {
        let image = file.image_section(info.index, band).await?;
        texts(&image, band, 0..num_lines(band), usize::MAX).for_each(|line| long.measure(&line));
    }
    let mut out = Pieces::new(destination);
    out.push(&long.first_line())?;
    for band in &bands {
        let image = file.image_section(info.index, band).await?;
        texts(&image, band, 0..num_lines(band), usize::MAX).try_for_each(|line| out.push(&long.line(&line)))?;
    }
    out.finish()
}

/// The section in parts of [`BAND`] pixels at most, in the order of the file: whole lines, or parts of one.
fn bands(ranges: &[Range<u64>]) -> Vec<Vec<Range<u64>>> {
    let columns = ranges.first().cloned().unwrap_or(0..1);
    let lines = ranges.get(1).cloned().unwrap_or(0..1);
    let num_lines = (BAND / (columns.end - columns.start)).max(1);
    let mut bands = Vec::new();
    for line in lines.clone().step_by(num_lines as usize) {
        for column in columns.clone().step_by(BAND as usize) {
            let part = [
                column..columns.end.min(column + BAND),
                line..lines.end.min(line + num_lines),
            ];
            let others = ranges.iter().skip(part.len()).cloned();
            bands.push(part.into_iter().take(ranges.len()).chain(others).collect());
        }
    }
    bands
}

/// A row for each pixel, in the order of the file.
fn batch(image: &Image, ranges: &[Range<u64>]) -> Result<RecordBatch, Error> {
    let (columns, lines) = axes(ranges);
    let x = lines.clone().flat_map(|_| columns.clone().map(|x| x as i64));
    let y = lines.flat_map(|y| columns.clone().map(move |_| y as i64));
    let unit = image.unit.iter().map(|unit| ("unit".to_owned(), unit.clone()));
    let value = Field::new("value", image.pixels.data_type().clone(), true);
    let fields = vec![
        Field::new("x", DataType::Int64, false),
        Field::new("y", DataType::Int64, false),
        value.with_metadata(unit.collect::<HashMap<_, _>>()),
    ];
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(x)),
        Arc::new(Int64Array::from_iter_values(y)),
        Arc::clone(&image.pixels),
    ];
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
    Ok(batch.map_err(lksearch::table::Error::from)?)
}
