//! `lksearch fits`.

mod cell;
mod columns;
mod header;
mod raw;
mod table;
mod verify;

use lksearch::fits::{Depth, FitsFile, HduInfo, OpenOptions, Reason};
use lksearch::table::Table;
use lksearch::{Client, Error, fits};

use crate::arguments::{Fits, Global};
use crate::exit::Ending;
use crate::output;
use crate::session::Session;
use crate::talk::Talk;

pub use columns::{find_column, find_table, is_table};

/// Columns of `fits info`, named as astropy's `fileinfo()` names the offsets.
const INFO: [&str; 9] = [
    "index", "name", "ver", "type", "cards", "shape", "hdrLoc", "datLoc", "datSpan",
];

/// Bytes of the first request for a table: they bring a light curve whole, with its header.
pub const ALL_ROWS: u64 = 4 << 20;
/// Where only some rows are wanted, the header.
const FEW_ROWS: u64 = 64 << 10;

/// Looks into a file where it lies.
pub async fn run(global: &Global, words: Fits) -> Result<Ending, Error> {
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    match words {
        Fits::Info { location, output } => {
            let (file, damage) = open_anyway(&client, &location, Depth::All).await?;
            output::table(&info(file.hdus())?, &INFO, &output)?;
            return Ok(told(&location, damage, &session.talk));
        }
        Fits::Header { location, hdu } => {
            let depth = hdu.clone().map_or(Depth::All, Depth::Hdu);
            let (file, damage) = open_anyway(&client, &location, depth).await?;
            return match (header::print(&file, hdu.as_deref()).await, damage) {
                // The HDU may lie behind the damage.
                (Err(_), Some(damage)) => Err(Error::Fits(damage)),
                (printed, damage) => printed.map(|()| told(&location, damage, &session.talk)),
            };
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
            let index = find_table(&file, hdu.as_deref())?;
            let wanted = table::Wanted::of(&file, index, &columns, rows.as_deref())?;
            table::print(&file, &wanted, &output, &session.talk).await?;
        }
        Fits::Verify { location, output } => return verify::run(&client, &location, &output, &session.talk).await,
    }
    Ok(Ending::Well)
}

/// Opens a file that must be whole as far as it is looked at. The first request brings `block_size` bytes.
pub async fn open(client: &Client, location: &str, depth: Depth, block_size: u64) -> Result<FitsFile, Error> {
    let options = OpenOptions {
        depth,
        block_size,
        ..OpenOptions::default()
    };
    let opened = FitsFile::open_with(client.locate(location).await?, options).await;
    opened.map_err(|error| unreadable(location, error))
}

/// Opens what there is of a file; the second is the damage.
async fn open_anyway(client: &Client, location: &str, depth: Depth) -> Result<(FitsFile, Option<fits::Error>), Error> {
    let options = OpenOptions {
        depth,
        ..OpenOptions::default()
    };
    let opened = FitsFile::salvage(client.locate(location).await?, options).await;
    opened.map_err(|error| unreadable(location, error))
}

/// What is no FITS file at all is a wrong argument, no damage.
fn unreadable(location: &str, error: fits::Error) -> Error {
    match error {
        fits::Error::Damaged {
            reason: Reason::NotFits { starts_with },
            ..
        } => Error::Input(format!("{location} is not a FITS file; it starts with {starts_with:?}")),
        other => Error::Fits(other),
    }
}

/// Says what is wrong with a file of which something could be read.
fn told(location: &str, damage: Option<fits::Error>, talk: &Talk) -> Ending {
    match damage {
        None => Ending::Well,
        Some(damage) => {
            talk.warning(format!("{location} is damaged: {damage}"));
            Ending::Damaged
        }
    }
}

fn info(hdus: &[HduInfo]) -> Result<Table, Error> {
    let each = |of: fn(&HduInfo) -> u64| hdus.iter().map(move |hdu| i64::try_from(of(hdu)).ok());
    let shape = |hdu: &HduInfo| hdu.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" x ");
    Ok(Table::empty()
        .with_integer("index", each(|hdu| hdu.index as u64))?
        .with_text("name", hdus.iter().map(|hdu| Some(&hdu.name)))?
        .with_integer("ver", hdus.iter().map(|hdu| Some(hdu.version)))?
        .with_text("type", hdus.iter().map(|hdu| Some(hdu.kind.to_string())))?
        .with_integer("cards", each(|hdu| hdu.n_cards as u64))?
        .with_text("shape", hdus.iter().map(|hdu| Some(shape(hdu))))?
        .with_integer("hdrLoc", each(|hdu| hdu.header_offset))?
        .with_integer("datLoc", each(|hdu| hdu.data_offset))?
        .with_integer("datSpan", each(|hdu| hdu.data_span))?)
}
