//! `lksearch plot`: the light curve of a file, or the mean frame of its pixels; as a picture, or as a chart in the terminal.

mod curve;
mod frame;
mod label;
mod numbers;
#[cfg(feature = "plot")]
mod svg;
mod terminal;

use std::io::{IsTerminal, Write};
use std::path::Path;

use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, HduKind};

use crate::arguments::{Global, Plot};
use crate::exit::Ending;
use crate::fits::find_column;
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
    // What cannot be written is said before anything is read.
    if let Some(path) = &words.output {
        check_format(path)?;
    }
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let file = client.open(&words.location).await?;
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
            write(path, &draw(&picture)?)?;
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
    let tables = file.hdus().iter().filter(|hdu| hdu.kind == HduKind::BinaryTable);
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
    let known: Vec<_> = all.iter().map(|column| column.name.as_str()).collect();
    Err(Error::Input(match known.is_empty() {
        true => "there is no binary table in this file, so nothing can be drawn".to_owned(),
        false => format!(
            "none of the columns is a flux that is known ({}); name one with --column: {}",
            FLUXES.join(", "),
            known.join(", ")
        ),
    }))
}

fn check_format(path: &Path) -> Result<(), Error> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") if cfg!(feature = "plot") => Ok(()),
        Some("svg") => Err(Error::Input(
            "this program was built without pictures; build it with the feature `plot`".to_owned(),
        )),
        Some("png" | "pdf" | "jpg" | "jpeg") => Err(Error::Input(format!(
            "pictures are written as SVG; write {} and convert it, for example with `rsvg-convert -o {} {}`",
            path.with_extension("svg").display(),
            path.display(),
            path.with_extension("svg").display()
        ))),
        _ => Err(Error::Input(format!(
            "{} does not end in .svg, the format that pictures are written in",
            path.display()
        ))),
    }
}

#[cfg(feature = "plot")]
fn draw(picture: &Picture) -> Result<String, Error> {
    let drawn = match picture {
        Picture::Curve(curve) => svg::curve(curve),
        Picture::Frame(frame) => svg::frame(frame),
    };
    drawn.map_err(|error| Error::Input(format!("failed to draw: {error}")))
}

#[cfg(not(feature = "plot"))]
fn draw(_: &Picture) -> Result<String, Error> {
    check_format(Path::new("picture.svg")).map(|()| String::new())
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::File {
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
