//! `lksearch fits`.

mod cell;
mod columns;
mod described;
mod header;
mod image;
mod info;
mod observed;
mod rows;
mod table;
mod verify;

use lksearch::fits::{DamageReason, Depth, FitsFile, OpenOptions};
use lksearch::{Client, Error, fits};

use crate::arguments::{FileLocation, Fits, Global};
use crate::exit::ExitStatus;
use crate::output;
use crate::session::Session;
use crate::ui::{self, Ui};

pub(crate) use columns::{compressed, find_column, find_table, is_table, named_column};
pub(crate) use observed::is_synthetic;
pub(crate) use rows::{Rows, begin};

/// Bytes of the first request for a table: they bring a light curve whole, with its header.
pub(crate) const ALL_ROWS: u64 = 4 << 20;
/// Where only some rows are wanted, the header.
const FEW_ROWS: u64 = 64 << 10;

/// Looks into a file where it lies.
pub(crate) async fn run(global: &Global, words: Fits) -> Result<ExitStatus, Error> {
    let (location, output) = words.location_and_output();
    // What cannot be written is said before anything is read.
    output::check(output)?;
    let location = location.clone();
    named(&location, look(global, words).await)
}

async fn look(global: &Global, words: Fits) -> Result<ExitStatus, Error> {
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    match words {
        Fits::Info { location, output } => {
            let (file, damage) = open_anyway(&client, &location, Depth::All).await?;
            note_whole(&file, &location, &session.ui);
            info::print(&file, &output).await?;
            compressed(&file).into_iter().for_each(|hdus| session.ui.note(hdus));
            return Ok(report_damage(&location, damage, &session.ui));
        }
        Fits::Header {
            location,
            hdu,
            mut keyword,
            further_keywords,
            output,
        } => {
            keyword.extend(further_keywords);
            let depth = hdu.clone().map_or(Depth::All, Depth::Hdu);
            let (file, damage) = open_anyway(&client, &location, depth).await?;
            note_whole(&file, &location, &session.ui);
            let wanted = header::Wanted::new(hdu.as_deref(), &keyword);
            return match (header::print(&file, &wanted, &output, &session.ui).await, damage) {
                // The HDU may lie behind the damage.
                (Err(_), Some(damage)) => Err(Error::Fits(damage)),
                (printed, None) => printed,
                (printed, damage) => printed.map(|_| report_damage(&location, damage, &session.ui)),
            };
        }
        Fits::Image {
            location,
            hdu,
            section,
            output,
        } => {
            let depth = hdu.clone().map_or(Depth::All, Depth::Hdu);
            let file = open(&client, &location, depth, FEW_ROWS).await?;
            note_whole(&file, &location, &session.ui);
            if let Some(index) = hdu.as_deref().map(|hdu| file.find(hdu)).transpose()?
                && !image::has_pixels(&file, index)
            {
                // The HDUs with pixels may lie behind the one that was asked for, and damage too.
                let whole = open(&client, &location, Depth::All, FEW_ROWS).await;
                return Err(image::none_in(whole.as_ref().unwrap_or(&file), index));
            }
            image::print(&file, hdu.as_deref(), section.as_deref(), &output).await?;
        }
        Fits::Table {
            location,
            hdu,
            columns,
            rows,
            output,
        } => {
            let depth = hdu.clone().map_or(Depth::FirstTable, Depth::Hdu);
            let block_size = if rows.is_some() { FEW_ROWS } else { ALL_ROWS };
            let file = open(&client, &location, depth, block_size).await?;
            note_whole(&file, &location, &session.ui);
            let index = find_table(&file, hdu.as_deref())?;
            if let (true, Some(compressed)) = (file.is_compressed_table(index), compressed(&file)) {
                return Err(Error::Input(format!(
                    "{location} cannot be shown as a table: {compressed}"
                )));
            }
            let wanted = table::Wanted::of(&file, index, &columns, rows.as_deref())?;
            table::print(&file, &wanted, &output, &session.ui).await?;
        }
        Fits::Verify { location, output } => return verify::run(&client, &location, &output, &session.ui).await,
    }
    Ok(ExitStatus::Success)
}

/// Opens a file that must be whole as far as it is looked at. The first request brings `block_size` bytes.
pub(crate) async fn open(
    client: &Client,
    location: &FileLocation,
    depth: Depth,
    block_size: u64,
) -> Result<FitsFile, Error> {
    let options = OpenOptions::default().with_depth(depth).with_block_size(block_size);
    let opened = FitsFile::open_with(client.locate(location.as_typed()).await?, options).await;
    opened.map_err(|error| unreadable(location, error))
}

/// Opens what there is of a file; the second is the damage.
async fn open_anyway(
    client: &Client,
    location: &FileLocation,
    depth: Depth,
) -> Result<(FitsFile, Option<fits::Error>), Error> {
    let options = OpenOptions::default().with_depth(depth);
    let opened = FitsFile::salvage(client.locate(location.as_typed()).await?, options).await;
    opened.map_err(|error| unreadable(location, error))
}

/// Says why more was read than was asked for.
pub(crate) fn note_whole(file: &FitsFile, location: &FileLocation, ui: &Ui) {
    if file.came_whole() {
        let num_bytes = file.read_cost().num_bytes;
        ui.note(format!(
            "the server of {location} does not answer ranges, so the whole file was read ({num_bytes} bytes)"
        ));
    }
}

/// A file that is not FITS at all is a wrong argument, not a damaged file. What cannot be had is called what the user calls it.
fn unreadable(location: &FileLocation, error: fits::Error) -> Error {
    let operation = format!("open {location}");
    Error::Fits(match error {
        fits::Error::Damaged { reason, .. } if is_of_server(location, &reason) => fits::Error::Remote {
            operation,
            source: format!("the server gave something else: {reason}").into(),
        },
        fits::Error::Damaged {
            reason: reason @ DamageReason::NotFits { .. },
            ..
        } => return Error::Input(format!("{location} is {reason}")),
        fits::Error::NotFound { source, .. } => fits::Error::NotFound { operation, source },
        fits::Error::Remote { source, .. } => fits::Error::Remote { operation, source },
        other => other,
    })
}

/// Whether a server gave a page, or nothing, in place of the file: what was asked for is right, and no file is damaged.
fn is_of_server(location: &FileLocation, reason: &DamageReason) -> bool {
    let is_other = match reason {
        DamageReason::Empty => true,
        DamageReason::NotFits { .. } => location.promises_fits() && reason.packing().is_none(),
        _ => false,
    };
    location.is_remote() && is_other
}

/// Says of which file it is that there is damage, where nothing could be read.
pub(crate) fn named(location: &FileLocation, ended: Result<ExitStatus, Error>) -> Result<ExitStatus, Error> {
    match ended {
        // What is only packed is whole.
        Err(Error::Fits(fits::Error::Damaged { reason, .. })) if reason.packing().is_some() => {
            Err(Error::Input(format!("{location} is {reason}")))
        }
        Err(Error::Fits(damage @ fits::Error::Damaged { .. })) => {
            ui::error(&Error::Input(format!("{location} is damaged: {damage}")), false);
            Ok(ExitStatus::Damaged)
        }
        other => other,
    }
}

/// Says what is wrong with a file of which something could be read.
fn report_damage(location: &FileLocation, damage: Option<fits::Error>, ui: &Ui) -> ExitStatus {
    match damage {
        None => ExitStatus::Success,
        Some(limit @ fits::Error::Unsupported { .. }) => {
            ui.warning(format!("{location} is shown in part: {limit}"));
            ExitStatus::of_error(&Error::Fits(limit))
        }
        Some(damage) => {
            ui.warning(format!("{location} is damaged: {damage}"));
            ExitStatus::Damaged
        }
    }
}
