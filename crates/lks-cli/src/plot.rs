//! `lksearch plot`: the light curve of a file, or the mean frame of its pixels; as a picture, or as a chart in the terminal.

mod curve;
#[cfg(feature = "plot")]
mod drawing;
mod frame;
mod label;
mod numbers;
#[cfg(feature = "plot")]
mod png;
#[cfg(feature = "plot")]
mod svg;
mod terminal;
#[cfg(feature = "plot")]
mod ticks;

use std::io::{IsTerminal, Write};
use std::path::Path;

use lksearch::Error;
use lksearch::fits::{ColumnInfo, Depth, FitsFile};

use crate::arguments::{Global, Plot};
use crate::exit::Ending;
use crate::fits::{self, find_column, is_table};
use crate::output;
use crate::session::Session;

use curve::LightCurve;
use frame::Frame;

/// Columns that are drawn when none is named, the best first: what the missions' pipelines have corrected, what they have
/// measured, and how the high-level products name the same.
const FLUXES: [&str; 10] = [
    "PDCSAP_FLUX",
    "SAP_FLUX",
    "FCOR",
    "FLUX",
    "KSPSAP_FLUX",
    "DET_FLUX",
    "CORRECTED_FLUX",
    "FLUX_CORR",
    "FLUX_RAW",
    "FRAW",
];

/// What is drawn.
enum Picture {
    Curve(LightCurve),
    Frame(Frame),
}

/// Draws what the file holds.
pub async fn run(global: &Global, words: Plot) -> Result<Ending, Error> {
    fits::named(&words.location, picture(global, &words).await)
}

async fn picture(global: &Global, words: &Plot) -> Result<Ending, Error> {
    // What cannot be written is said before anything is read.
    if let Some(path) = &words.output {
        kind(path)?;
    }
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let file = fits::open(&client, &words.location, Depth::All, fits::ALL_ROWS).await?;
    fits::note_whole(&file, &words.location, &session.talk);
    let (hdu, column) = choose(&file, words.column.as_deref())?;
    let title = label::title(&file, hdu, &words.location);
    let picture = match column.dimensions.len() {
        2 => Picture::Frame(Frame::read(&file, hdu, &column, title).await?),
        _ => Picture::Curve(LightCurve::read(&file, hdu, &column, title).await?),
    };
    let told = match &picture {
        Picture::Curve(curve) => curve.told(),
        Picture::Frame(frame) => frame.told(),
    };
    match &words.output {
        Some(path) => {
            write(path, &draw(&picture, kind(path)?)?)?;
            session.talk.note(format!("{}: {told}", path.display()));
        }
        None => {
            let width = output::terminal_width();
            let text = match &picture {
                Picture::Curve(curve) => terminal::curve(curve, usize::from(width)),
                Picture::Frame(frame) => terminal::frame(frame, usize::from(width)),
            };
            print(&text)?;
            if std::io::stdout().is_terminal() {
                session
                    .talk
                    .note(format!("{told}; a picture to keep: add `-o FILE.svg`"));
            }
        }
    }
    Ok(Ending::Well)
}

/// The table and the column that are drawn.
fn choose(file: &FitsFile, name: Option<&str>) -> Result<(usize, ColumnInfo), Error> {
    let tables = file.hdus().iter().filter(|hdu| is_table(hdu));
    let mut all = Vec::new();
    for hdu in tables {
        let columns = file.columns(hdu.index)?;
        let find = |name: &&str| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        let found = match &name {
            Some(name) => find(name),
            None => FLUXES.iter().find_map(find),
        };
        if let Some(column) = found {
            return Ok((hdu.index, column.clone()));
        }
        all.extend(columns);
    }
    if let Some(name) = name {
        find_column(&all, name)?;
    }
    if let Some(images) = fits::compressed(file) {
        return Err(Error::Input(format!("nothing in this file can be drawn; {images}")));
    }
    let known: Vec<_> = all.iter().map(|column| column.name.as_str()).collect();
    Err(Error::Input(match known.is_empty() {
        true => "there is no table in this file, so nothing can be drawn".to_owned(),
        false => format!(
            "none of the columns is a flux that is known ({}); name one with --column: {}",
            FLUXES.join(", "),
            known.join(", ")
        ),
    }))
}

/// How a picture is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
}

fn kind(path: &Path) -> Result<Kind, Error> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let kind = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Kind::Svg,
        Some("png") => Kind::Png,
        _ => {
            return Err(Error::Input(format!(
                "{} ends neither in .svg nor in .png, the formats that pictures are written in",
                path.display()
            )));
        }
    };
    match cfg!(feature = "plot") {
        true => Ok(kind),
        false => Err(Error::Input(
            "this program was built without pictures; build it with the feature `plot`".to_owned(),
        )),
    }
}

#[cfg(feature = "plot")]
fn draw(picture: &Picture, kind: Kind) -> Result<Vec<u8>, Error> {
    let drawn = match (picture, kind) {
        (Picture::Curve(curve), Kind::Svg) => svg::curve(curve).map(String::into_bytes),
        (Picture::Frame(frame), Kind::Svg) => svg::frame(frame).map(String::into_bytes),
        (Picture::Curve(curve), Kind::Png) => png::curve(curve),
        (Picture::Frame(frame), Kind::Png) => png::frame(frame),
    };
    drawn.map_err(|error| Error::Input(format!("failed to draw: {error}")))
}

#[cfg(not(feature = "plot"))]
fn draw(_: &Picture, _: Kind) -> Result<Vec<u8>, Error> {
    kind(Path::new("picture.svg")).map(|_| Vec::new())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|source| Error::File {
        operation: "write",
        path: path.display().to_string(),
        source,
    })
}

/// Prints a chart; colours only where they can be seen.
fn print(text: &str) -> Result<(), Error> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::File {
            operation: "write",
            path: "the output".to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}
