//! `lksearch fits`.

mod cell;
mod columns;
mod header;
mod raw;
mod sink;
mod table;
mod verify;

use lksearch::Error;
use lksearch::fits::HduInfo;
use lksearch::table::Table;

use crate::arguments::{Fits, Global};
use crate::exit::Ending;
use crate::output;
use crate::session::Session;

pub use columns::{find_column, find_table};

/// Columns of `fits info`, named as astropy's `fileinfo()` names the offsets.
const INFO: [&str; 9] = [
    "index", "name", "ver", "type", "cards", "shape", "hdrLoc", "datLoc", "datSpan",
];

/// Looks into a file where it lies.
pub async fn run(global: &Global, words: Fits) -> Result<Ending, Error> {
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    match words {
        Fits::Info { location, output } => {
            let file = client.open(&location).await?;
            output::table(&info(file.hdus())?, &INFO, &output)?;
        }
        Fits::Header { location, hdu } => header::print(&client, &location, hdu.as_deref()).await?,
        Fits::Table {
            location,
            hdu,
            columns,
            rows,
            output,
        } => {
            let file = client.open(&location).await?;
            let index = find_table(&file, hdu.as_deref())?;
            let wanted = table::Wanted::of(&file, index, &columns, rows.as_deref())?;
            table::print(&file, &wanted, &output, &session.talk).await?;
        }
        Fits::Verify { location, output } => return verify::run(&client, &location, &output, &session.talk).await,
    }
    Ok(Ending::Well)
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
