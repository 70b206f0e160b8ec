//! A cutout from the cube on the mirror: the rows of its pixels, of which a target pixel file is made here.

use std::sync::Arc;

use lks_cutout::{CubeLayout, CutoutContents, FrameStack, StarFacts, TargetPixelFile};
use lks_http::Class;
use lks_mast::Cutout;
use lks_wcs::PixelWindow;

use super::{Arrival, Transfer};
use crate::blocking::blocking;
use crate::plan::route::{Route, Source};
use crate::report::failure::Failure;
use crate::source::copies::Trust;
use crate::source::cube::{CubeOfRun, Pixels};
use crate::store::commit::{self, Checks};
use crate::store::passing::Passing;

/// What the file says that it was made by.
const CREATOR: &str = "lksearch";

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
        let pixels = cube
            .open(opener)
            .await
            .map_err(|failure| transfer.with_way_out(failure))?;
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
    let star = async { Ok::<_, Failure>(transfer.stars.of(transfer.product).await) };
    let ((pixels, stack, url, _room), star) = futures::try_join!(transfer.answer(&route, read), star)?;
    transfer.slot.release();
    publish(transfer, cutout, (pixels, stack, star), url).await
}

impl Transfer<'_> {
    /// What the cube cannot give, the service may; where it is asked next anyway, nobody has to be told.
    fn with_way_out(&self, failure: Failure) -> Failure {
        let is_final = matches!(failure.class, Class::NotFound | Class::Denied | Class::Permanent);
        match self.routes {
            [_] if is_final => {
                let message = format!("{}; take the cutout from TESScut", failure.message);
                Failure { message, ..failure }
            }
            _ => failure,
        }
    }
}

async fn publish(
    transfer: &Transfer<'_>,
    cutout: &Cutout,
    (pixels, stack, star): (Arc<Pixels>, FrameStack, StarFacts),
    url: Option<String>,
) -> Result<Arrival, Failure> {
    let context = transfer.context;
    let window = pixels.window(cutout)?;
    let (position, window) = (window.position, window.pixels);
    let layout = pixels.facts.layout;
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
            image: layout.image(),
            window,
            stack: &stack,
            position,
            star: &star,
            creator: CREATOR,
            version: env!("CARGO_PKG_VERSION"),
        };
        let file = TargetPixelFile::new(&contents);
        let file = file.map_err(|error| Failure::corrupt(error.to_string()).for_good())?;
        let checks = Checks {
            form,
            length: Some(file.size()),
            announced: None,
            trust: Trust::only_place(),
            locked,
            all_checks,
        };
        let mut writer = store.begin(&key, checks.length)?;
        let passing = Passing::of(checks.wanted());
        writer.watch(passing.clone());
        writer.sync_early();
        let written = file.write_to(&mut writer);
        written.map_err(|error| Failure::storage(error.to_string()))?;
        commit::commit(writer, facts, &checks, passing)
    })
    .await;
    let (entry, note) = written.map_err(|failure| failure.at(&url))?;
    let note = [note, beyond_the_edge(&layout, &window)]
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
fn beyond_the_edge(layout: &CubeLayout, window: &PixelWindow) -> Option<String> {
    let on_ccd = (0..window.height).filter_map(|row| layout.range(window, row));
    let num_on_ccd: u64 = on_ccd.map(|(_, num_columns, _)| u64::from(num_columns)).sum();
    let num_pixels = u64::from(window.width) * u64::from(window.height);
    let num_beyond = num_pixels - num_on_ccd;
    (num_beyond > 0)
        .then(|| format!("{num_beyond} of {num_pixels} pixels lie beyond the edge of the CCD; they are NaN"))
}
