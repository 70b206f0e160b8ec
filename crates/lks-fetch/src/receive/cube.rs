//! A cutout from the cube on the mirror: the rows of its pixels, of which a target pixel file is made here.

use std::io::{self, BufWriter, Write};
use std::pin::pin;
use std::sync::Arc;

use futures::future::{self, Either};
use lks_cache::Writer;
use lks_cutout::{CutoutContents, FrameStack, StarFacts, TargetPixelFile};
use lks_http::Class;
use lks_mast::Cutout;
use lks_wcs::{PixelWindow, SkyPosition};

use super::{Arrival, Transfer};
use crate::blocking::blocking;
use crate::plan::route::{Route, Source};
use crate::report::failure::Failure;
use crate::source::cube::{CubeOfRun, Pixels, edge};
use crate::store::commit::{self, Checks};
use crate::store::copies::Trust;
use crate::store::passing::{Passing, Wanted};

/// What the file says that it was made by.
const CREATOR: &str = "lksearch";
/// Bytes that are given to the disk at once.
const PIECE: usize = 1 << 20;

pub(crate) async fn fetch(transfer: &Transfer<'_>, cutout: &Cutout) -> Result<Arrival, Failure> {
    let Some(cube) = transfer.cubes.get(cutout) else {
        return Err(Failure::not_found(
            "camera and CCD of this cutout are not known, which a cube is of",
        ));
    };
    taken(transfer, cube, cutout)
        .await
        .map_err(|failure| match failure.class {
            // Each request was tried again as often as the policy says.
            Class::Transient | Class::Throttled { .. } => failure.for_good(),
            _ => failure,
        })
}

async fn taken(transfer: &Transfer<'_>, cube: &CubeOfRun, cutout: &Cutout) -> Result<Arrival, Failure> {
    let opener = &transfer.context.cubes;
    let route = Route::Cube(cutout.clone());
    let read = async {
        let pixels = cube.open(opener).await?;
        let window = pixels.window(cutout)?;
        let num_bytes = window.num_bytes;
        let room = opener.room(num_bytes).await;
        let report = |received| transfer.report_received(received, Some(num_bytes));
        match pixels.frames(window, &opener.reader, report).await {
            Ok((stack, url)) => Ok((pixels.clone(), stack, url, room)),
            Err(failure) => {
                if failure.class == Class::Changed {
                    cube.changed(&pixels).await;
                }
                Err(failure)
            }
        }
    };
    // What is known of the star comes meanwhile; it is not waited for if there are no pixels.
    let (read, star) = (
        pin!(transfer.answer(&route, read)),
        pin!(transfer.stars.of(transfer.product)),
    );
    let (came, star) = match future::select(read, star).await {
        Either::Left((came, star)) => (came?, star.await),
        Either::Right((star, read)) => (read.await?, star),
    };
    let (pixels, stack, url, _room) = came;
    transfer.slot.release();
    publish(transfer, cutout, (pixels, stack, star), url).await
}

async fn publish(
    transfer: &Transfer<'_>,
    cutout: &Cutout,
    (pixels, stack, star): (Arc<Pixels>, FrameStack, StarFacts),
    url: Option<String>,
) -> Result<Arrival, Failure> {
    let context = transfer.context;
    let unplaced = |error: String| Failure::not_found(error);
    let position = cutout.position().map_err(|error| unplaced(error.to_string()))?;
    let position = SkyPosition::new(position.ra(), position.dec()).map_err(|error| unplaced(error.to_string()))?;
    let window = pixels.window(cutout)?.pixels;
    let image = pixels.facts.layout.image();
    let etag = pixels.facts.etag.clone();
    let url = url.unwrap_or_else(|| pixels.key().to_owned());
    let facts = transfer.facts(Source::Cloud).with_url(url.clone()).with_etag(etag);
    let (store, key, form) = (context.store.clone(), transfer.key.clone(), transfer.form);
    let (locked, all_checks) = (transfer.locked.cloned(), context.all_checks);
    let written = blocking(move || {
        let contents = CutoutContents {
            primary: &pixels.facts.primary,
            frames: &pixels.facts.frames,
            frame: &pixels.facts.frame,
            wcs: &pixels.facts.wcs,
            image,
            window,
            stack: &stack,
            position,
            star: &star,
            creator: CREATOR,
            version: env!("CARGO_PKG_VERSION"),
        };
        let file = TargetPixelFile::new(&contents);
        let file = file.map_err(|error| Failure::corrupt(error.to_string()).for_good())?;
        let mut writer = store.begin(&key, Some(file.size()))?;
        let passing = Passing::of(Wanted {
            form,
            algorithm: None,
            all_checks,
        });
        writer.watch(passing.clone());
        let mut appending = Appending {
            writer: &mut writer,
            failure: None,
        };
        let mut buffered = BufWriter::with_capacity(PIECE, &mut appending);
        let outcome = file.write_to(&mut buffered).and_then(|()| buffered.flush());
        drop(buffered);
        match (outcome, appending.failure) {
            (Ok(()), _) => {}
            (Err(_), Some(failure)) => return Err(failure.into()),
            (Err(error), None) => return Err(Failure::storage(error.to_string())),
        }
        let checks = Checks {
            form,
            length: Some(file.size()),
            announced: None,
            trust: Trust::only_place(),
            locked,
            all_checks,
        };
        commit::commit(writer, facts, &checks, passing)
    })
    .await;
    let (entry, note) = written.map_err(|failure| failure.at(&url))?;
    let note = [note, beyond_the_edge(&image, &window)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ");
    Ok(Arrival {
        entry,
        source: Source::Cloud,
        url,
        note: (!note.is_empty()).then_some(note),
        refused: None,
    })
}

/// What is told of a cutout that reaches beyond the CCD.
fn beyond_the_edge(image: &PixelWindow, window: &PixelWindow) -> Option<String> {
    let (num_beyond, num_pixels) = edge::num_beyond(image, window);
    (num_beyond > 0)
        .then(|| format!("{num_beyond} of {num_pixels} pixels lie beyond the edge of the CCD; they are NaN"))
}

/// Appends to a file of the store, whose own failure is kept.
struct Appending<'a> {
    writer: &'a mut Writer,
    failure: Option<lks_cache::Error>,
}

impl io::Write for Appending<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.writer.append(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                let message = error.to_string();
                self.failure = Some(error);
                Err(io::Error::other(message))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
