//! Cubes of full-frame images on the mirror: what each says of itself, read once and kept, and the pixels around stars.
//!
//! ```text
//! nothing kept    header and HDU 2 (from the end of the file, by the usual number of frames) at once, then the rows of pixels at once
//! sidecar kept    the rows of pixels at once; their ETag proves that the cube is the one of the sidecar
//! ```
//!
//! A cube is updated in place: everything of a cutout is read of one ETag, and begun anew if it changes.

mod edge;
mod facts;
mod open;
mod ranges;
mod shared;
mod sidecar;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lks_http::Class;
use lks_mast::Cutout;
use tokio::sync::Mutex;

pub(crate) use self::open::Opener;
pub(crate) use self::ranges::RangeReader;
pub(crate) use self::shared::Pixels;
use crate::plan::{Plan, Step};
use crate::report::failure::Failure;

/// The cube of a sector, camera and CCD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CubeName {
    pub(crate) sector: u32,
    pub(crate) camera: u8,
    pub(crate) ccd: u8,
}

impl CubeName {
    /// The cube that a cutout is in; `None` where camera and CCD are not known.
    pub(crate) fn of(cutout: &Cutout) -> Option<Self> {
        let (camera, ccd) = cutout.detector?;
        let sector = cutout.sector;
        Some(Self { sector, camera, ccd })
    }

    /// Its key in the bucket.
    pub(crate) fn key(self) -> String {
        let Self { sector, camera, ccd } = self;
        format!("tess/public/mast/tess-s{sector:04}-{camera}-{ccd}-cube.fits")
    }
}

impl std::fmt::Display for CubeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { sector, camera, ccd } = self;
        write!(f, "the cube of sector {sector}, camera {camera}, CCD {ccd}")
    }
}

/// The cubes of a run, each opened when the first of its cutouts is fetched and let go with the last one.
#[derive(Debug, Default)]
pub(crate) struct Cubes(HashMap<CubeName, CubeOfRun>);

/// A cube, and all cutouts that the run may take from it.
#[derive(Debug)]
pub(crate) struct CubeOfRun {
    name: CubeName,
    cutouts: Vec<Cutout>,
    num_done: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
enum State {
    /// Not opened; what was kept of it is of use, as far as is known.
    #[default]
    Closed,
    /// Not opened, because it is another one than it was.
    Changed,
    Open(Arc<Pixels>),
    /// It cannot be opened, and asking again does not help.
    Failed(Failure),
}

impl Cubes {
    /// Those of this plan. Reads nothing yet.
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut cubes: HashMap<CubeName, CubeOfRun> = HashMap::new();
        for cutout in plan.steps.iter().filter_map(Step::cutout_of_cube) {
            if let Some(name) = CubeName::of(cutout) {
                let cube = cubes.entry(name).or_insert_with(|| CubeOfRun {
                    name,
                    cutouts: Vec::new(),
                    num_done: AtomicUsize::new(0),
                    state: Mutex::default(),
                });
                cube.cutouts.push(cutout.clone());
            }
        }
        Self(cubes)
    }

    /// The cube that a cutout is in.
    pub(crate) fn get(&self, cutout: &Cutout) -> Option<&CubeOfRun> {
        self.0.get(&CubeName::of(cutout)?)
    }

    /// A step has ended; after the last cutout of a cube nothing of it is held.
    pub(crate) async fn done(&self, step: &Step) {
        if let Some(cube) = step.cutout_of_cube().and_then(|cutout| self.get(cutout))
            && cube.num_done.fetch_add(1, Ordering::Relaxed) + 1 == cube.cutouts.len()
        {
            *cube.state.lock().await = State::Closed;
        }
    }
}

impl CubeOfRun {
    /// The cube, opened by whoever comes first.
    pub(crate) async fn open(&self, opener: &Opener) -> Result<Arc<Pixels>, Failure> {
        let mut state = self.state.lock().await;
        let may_be_kept = match &*state {
            State::Open(pixels) => return Ok(pixels.clone()),
            State::Failed(failure) => return Err(failure.clone()),
            State::Closed => true,
            State::Changed => false,
        };
        match opener.open(self.name, may_be_kept).await {
            Ok(facts) => {
                let pixels = Arc::new(Pixels::of(self.name, facts, &self.cutouts));
                *state = State::Open(pixels.clone());
                Ok(pixels)
            }
            Err(failure) => {
                if matches!(failure.class, Class::NotFound | Class::Denied | Class::Permanent) {
                    *state = State::Failed(failure.clone());
                }
                Err(failure)
            }
        }
    }

    /// This is no longer the cube: the next one who comes opens it anew.
    pub(crate) async fn changed(&self, pixels: &Arc<Pixels>) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::Open(known) if Arc::ptr_eq(known, pixels)) {
            *state = State::Changed;
        }
    }
}
