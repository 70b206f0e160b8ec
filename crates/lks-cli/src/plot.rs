//! `lksearch plot`: the light curves of files, or the mean frame of the pixels of one; as a picture, or as a chart in the terminal.

mod chart;
mod choice;
mod curve;
#[cfg(feature = "plot")]
mod drawing;
mod finder;
mod flags;
mod fold;
mod frame;
mod label;
mod numbers;
#[cfg(feature = "plot")]
mod pdf;
#[cfg(feature = "plot")]
mod png;
mod step;
#[cfg(feature = "plot")]
mod svg;
mod terminal;
#[cfg(feature = "plot")]
mod ticks;

use std::path::Path;
use std::pin::pin;

use futures::{StreamExt, stream};
use lksearch::fits::Depth;
use lksearch::{Client, Error};

use crate::arguments::{FileLocation, Global, Plot};
use crate::exit::ExitStatus;
use crate::fits;
use crate::output;
use crate::session::Session;
use crate::sink;
use crate::ui::Ui;

use chart::Chart;
use curve::LightCurve;
use frame::Frame;

pub(crate) use fold::Fold;

/// Files that are read at once.
const AT_ONCE: usize = 4;

/// What a file holds.
enum Content {
    Curve(Box<LightCurve>),
    Frame(Box<Frame>),
}

/// What is drawn.
enum Picture {
    Curve(Chart),
    Frame(Box<Frame>),
}

/// Why nothing is drawn, and of which file that is.
struct Unreadable<'a>(Option<&'a FileLocation>, Error);

impl From<Error> for Unreadable<'_> {
    fn from(error: Error) -> Self {
        Self(None, error)
    }
}

/// Draws what the files hold.
pub(crate) async fn run(global: &Global, words: Plot) -> Result<ExitStatus, Error> {
    // What cannot be written is said before anything is read.
    let output = words.output.as_deref().map(|path| Ok::<_, Error>((path, kind(path)?)));
    let output = output.transpose()?;
    let session = Session::begin(global, &[])?;
    let client = session.client()?;
    let picture = match drawing(&client, &words, output.is_some(), &session.ui).await {
        Ok(picture) => picture,
        Err(Unreadable(Some(location), error)) => return fits::named(location, Err(error)),
        Err(Unreadable(None, error)) => return Err(error),
    };
    session.reused.note_all(client.catalog().reused(), &session.ui);
    let summary = match &picture {
        Picture::Curve(chart) => {
            chart.notes.iter().for_each(|note| session.ui.note(note));
            chart.summary()
        }
        Picture::Frame(frame) => frame.summary(),
    };
    match output {
        Some((path, kind)) => {
            output::write_bytes(path, &draw(&picture, kind)?)?;
            match path == Path::new("-") {
                true => session.ui.note(summary),
                false => session.ui.note(format!("{}: {summary}", path.display())),
            }
        }
        None => {
            let width = usize::from(output::terminal_width());
            let text = match &picture {
                Picture::Curve(chart) => terminal::curve(chart, width),
                Picture::Frame(frame) => terminal::frame(frame, width),
            };
            output::print(&text)?;
            if sink::is_terminal() {
                session
                    .ui
                    .note(format!("{summary}; a picture to keep: add `-o FILE.svg`"));
            }
        }
    }
    Ok(ExitStatus::Success)
}

/// The bytes of the picture that these words of `plot` ask for.
pub(crate) async fn rendered(client: &Client, words: &Plot, ui: &Ui) -> Result<Vec<u8>, Error> {
    let kind = kind(words.output.as_deref().unwrap_or(Path::new("-")))?;
    let picture = drawing(client, words, true, ui).await;
    draw(&picture.map_err(|Unreadable(_, error)| error)?, kind)
}

/// What the files hold, read and put together.
async fn drawing<'a>(client: &Client, words: &'a Plot, is_kept: bool, ui: &Ui) -> Result<Picture, Unreadable<'a>> {
    let (mut contents, mut num_cadences) = (Vec::new(), 0);
    let reads: Vec<_> = words
        .locations
        .iter()
        .map(|location| read(client, location, words, ui))
        .collect();
    let mut reads = pin!(
        stream::iter(reads)
            .buffered(AT_ONCE)
            .zip(stream::iter(&words.locations))
    );
    while let Some((content, location)) = reads.next().await {
        match content {
            Ok(content) => {
                if let Content::Curve(curve) = &content {
                    num_cadences += curve.num_cadences;
                }
                if num_cadences > curve::MOST_CADENCES {
                    return Err(curve::too_many().into());
                }
                contents.push(content);
            }
            Err(error) => {
                let error = of_file(location, error, words.locations.len());
                return Err(Unreadable(Some(location), error));
            }
        }
    }
    let mut picture = picture(contents, words)?;
    match &mut picture {
        Picture::Frame(frame) if is_kept => finder::mark(frame, client, words, ui).await?,
        _ if words.catalog.is_some() => {
            let message = "--catalog marks stars in a picture of frames of pixels; name a target pixel file, and a picture with `-o FILE.svg`";
            return Err(Error::Input(message.to_owned()).into());
        }
        _ => {}
    }
    Ok(picture)
}

/// Reads the best of what a file has to draw.
async fn read(client: &Client, location: &FileLocation, words: &Plot, ui: &Ui) -> Result<Content, Error> {
    let file = fits::open(client, location, Depth::All, fits::ALL_ROWS).await?;
    fits::note_whole(&file, location, ui);
    let choices = choice::choices(&file, location, words)?;
    let mut empty: Option<LightCurve> = None;
    for choice in &choices {
        if choice.flux.dimensions.len() == 2 {
            let frame = Frame::read(&file, choice, location).await?;
            return Ok(Content::Frame(Box::new(frame)));
        }
        let curve = LightCurve::read(&file, choice, location).await?;
        if !curve.is_empty() {
            if let Some(empty) = empty {
                ui.note(format!(
                    "{location}: {} has no value; {} is drawn",
                    empty.flux, curve.flux
                ));
            }
            return Ok(Content::Curve(Box::new(curve)));
        }
        empty = empty.or(Some(curve));
    }
    Err(Error::Input(match (empty, choices.first()) {
        (Some(curve), Some(choice)) => format!(
            "{} has no value with a time in any of its {} rows; name another column with --column: {}",
            curve.flux, curve.num_cadences, choice.names
        ),
        _ => "there is nothing to draw in this file".to_owned(),
    }))
}

/// Says of which of several files it is.
fn of_file(location: &FileLocation, error: Error, num_files: usize) -> Error {
    match error {
        Error::Input(message) if num_files > 1 && !message.contains(&location.to_string()) => {
            Error::Input(format!("{location}: {message}"))
        }
        other => other,
    }
}

fn picture(contents: Vec<Content>, words: &Plot) -> Result<Picture, Error> {
    let num_files = contents.len();
    let mut curves = Vec::new();
    for (content, location) in contents.into_iter().zip(&words.locations) {
        match content {
            Content::Curve(curve) => curves.push(*curve),
            Content::Frame(_) if num_files > 1 => {
                return Err(Error::Input(format!(
                    "{location} has frames of pixels, which are drawn alone; several files are drawn if all are light curves"
                )));
            }
            Content::Frame(_) if words.fold.is_some() || words.normalize => {
                return Err(Error::Input(format!(
                    "{location} has frames of pixels; only light curves can be folded or normalised"
                )));
            }
            Content::Frame(frame) => return Ok(Picture::Frame(frame)),
        }
    }
    Chart::of(curves, words.normalize, words.fold).map(Picture::Curve)
}

/// How a picture is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
    Pdf,
}

fn kind(path: &Path) -> Result<Kind, Error> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let kind = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Kind::Svg,
        Some("png") => Kind::Png,
        Some("pdf") => Kind::Pdf,
        // As everywhere, `-` is stdout, and a picture for pipes is text.
        None if path == Path::new("-") => Kind::Svg,
        _ => {
            return Err(Error::Input(format!(
                "{} ends in none of .svg, .png and .pdf, the formats that pictures are written in",
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
        (Picture::Curve(chart), Kind::Svg) => svg::curve(chart).map(String::into_bytes),
        (Picture::Frame(frame), Kind::Svg) => svg::frame(frame).map(String::into_bytes),
        (Picture::Curve(chart), Kind::Png) => png::curve(chart),
        (Picture::Frame(frame), Kind::Png) => png::frame(frame),
        (Picture::Curve(chart), Kind::Pdf) => pdf::curve(chart),
        (Picture::Frame(frame), Kind::Pdf) => pdf::frame(frame),
    };
    drawn.map_err(|error| Error::Input(format!("failed to draw: {error}")))
}

#[cfg(not(feature = "plot"))]
fn draw(_: &Picture, _: Kind) -> Result<Vec<u8>, Error> {
    kind(Path::new("picture.svg")).map(|_| Vec::new())
}
