//! The pixels of all cutouts of a run that are in one cube: which ranges hold them, and what was read for several of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use lks_cutout::{BYTES_PER_FRAME, FrameStack, coalesce, cutout_window};
use lks_mast::{Cutout, CutoutSize};
use lks_wcs::{PixelWindow, SkyPosition};
use object_store::GetRange;
use tokio::sync::Mutex;

use super::facts::CubeFacts;
use super::ranges::RangeReader;
use super::{CubeName, edge};
use crate::report::failure::Failure;

/// Rows of a cutout that are read at once.
const READS_AT_ONCE: usize = 16;
/// A gap of so many bytes between pixels costs less than a request of its own, of which sixteen are under way.
const WORTH_A_REQUEST: u64 = 256 << 10;
/// Ranges are not joined beyond this; the row of a cutout may be longer, up to what is read as one.
const MOST_JOINED: u64 = 8 << 20;
const MOST_PER_READ: u64 = 15 << 20;
/// What was read for several cutouts is held for the others up to so many bytes; beyond that they read it again.
const MOST_HELD: u64 = 16 << 20;

/// The pixels that a run wants of a cube.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) facts: CubeFacts,
    key: String,
    windows: HashMap<String, Result<Window, Failure>>,
    reads: Vec<Shared>,
    num_held: AtomicU64,
}

/// The pixels of a cutout.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// Where it is on the sky.
    pub(crate) position: SkyPosition,
    pub(crate) pixels: PixelWindow,
    /// By the number of the read that has them.
    parts: BTreeMap<usize, Vec<Part>>,
    /// Bytes of them.
    pub(crate) num_bytes: u64,
}

/// Pixels of a row that are read as one, and where they are in what is read.
#[derive(Debug, Clone)]
struct Part {
    row: u32,
    first: u32,
    num_columns: u32,
    within: Range<u64>,
}

#[derive(Debug)]
struct Shared {
    range: Range<u64>,
    num_users: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: Option<Bytes>,
    num_served: usize,
}

/// A row, or a piece of one, that is wanted: of which cutout, and which of its pixels.
struct Wanted<'a> {
    uri: &'a str,
    part: Part,
}

impl Pixels {
    /// Of the cutouts, which are in this cube. Reads nothing.
    pub(super) fn of(name: CubeName, facts: CubeFacts, cutouts: &[Cutout]) -> Self {
        let mut windows: HashMap<String, Result<Window, Failure>> = cutouts
            .iter()
            .map(|cutout| (cutout.uri(), window_of(name, &facts, cutout)))
            .collect();
        let (mut wanted, mut ranges) = (Vec::new(), Vec::new());
        for (uri, window) in &windows {
            let Ok(window) = window else { continue };
            for (range, part) in rows(&facts, &window.pixels) {
                ranges.push(range);
                wanted.push(Wanted { uri, part });
            }
        }
        let mut reads = Vec::new();
        let mut parts: Vec<(String, usize, Part)> = Vec::new();
        for (number, read) in coalesce(&ranges, WORTH_A_REQUEST, MOST_JOINED).into_iter().enumerate() {
            let users: BTreeSet<&str> = read.parts.iter().map(|(row, _)| wanted[*row].uri).collect();
            reads.push(Shared {
                range: read.range,
                num_users: users.len(),
                held: Mutex::default(),
            });
            for (row, within) in read.parts {
                let Wanted { uri, part } = &wanted[row];
                let part = Part { within, ..part.clone() };
                parts.push(((*uri).to_owned(), number, part));
            }
        }
        for (uri, number, part) in parts {
            if let Some(Ok(window)) = windows.get_mut(&uri) {
                window.num_bytes += part.within.end - part.within.start;
                window.parts.entry(number).or_default().push(part);
            }
        }
        Self {
            facts,
            key: name.key(),
            windows,
            reads,
            num_held: AtomicU64::new(0),
        }
    }

    /// The key of the cube.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The pixels of a cutout.
    ///
    /// # Errors
    /// `NotFound` if its position is not on the CCD.
    pub(crate) fn window(&self, cutout: &Cutout) -> Result<&Window, Failure> {
        match self.windows.get(&cutout.uri()) {
            Some(window) => window.as_ref().map_err(Failure::clone),
            None => Err(Failure::protocol("this cutout is not one of the run")),
        }
    }

    /// The frames of a cutout; `on_bytes` is told how many bytes of pixels came.
    ///
    /// # Errors
    /// `Changed` if the cube is another one than it was, and whatever reading fails with.
    pub(crate) async fn frames(
        &self,
        window: &Window,
        reader: &RangeReader,
        on_bytes: impl Fn(u64),
    ) -> Result<(FrameStack, Option<String>), Failure> {
        let mut stack = FrameStack::new(&window.pixels, self.facts.layout.num_frames());
        let (mut url, mut num_bytes) = (None, 0);
        let numbers: Vec<usize> = window.parts.keys().copied().collect();
        // By number, because a closure over borrowed parts would make this future one that cannot be spawned.
        let mut coming = futures::stream::iter(numbers)
            .map(|number| async move { Ok::<_, Failure>((number, self.read(number, reader).await?)) })
            .buffer_unordered(READS_AT_ONCE);
        while let Some((number, (bytes, from))) = coming.try_next().await? {
            for part in window.parts.get(&number).into_iter().flatten() {
                let pixels = own(&bytes, &part.within);
                num_bytes += pixels.len() as u64;
                let taken = stack.take_row(part.row, part.first, part.num_columns, pixels);
                taken.map_err(|error| Failure::protocol(error.to_string()).for_good())?;
            }
            url = url.or(from);
            on_bytes(num_bytes);
        }
        Ok((stack, url))
    }

    /// What is read as one, and where from; what others read before is taken from them.
    async fn read(&self, number: usize, reader: &RangeReader) -> Result<(Bytes, Option<String>), Failure> {
        let shared = &self.reads[number];
        if shared.num_users == 1 {
            return self.fetch(&shared.range, reader).await;
        }
        // Who comes second waits for who came first.
        let mut held = shared.held.lock().await;
        let length = shared.range.end - shared.range.start;
        held.num_served += 1;
        let is_last = held.num_served >= shared.num_users;
        let (bytes, url) = match held.bytes.take() {
            Some(bytes) => {
                self.num_held.fetch_sub(length, Ordering::Relaxed);
                (bytes, None)
            }
            None => self.fetch(&shared.range, reader).await?,
        };
        if !is_last && self.num_held.load(Ordering::Relaxed) + length <= MOST_HELD {
            self.num_held.fetch_add(length, Ordering::Relaxed);
            held.bytes = Some(bytes.clone());
        }
        Ok((bytes, url))
    }

    async fn fetch(&self, range: &Range<u64>, reader: &RangeReader) -> Result<(Bytes, Option<String>), Failure> {
        let piece = reader
            .read(&self.key, GetRange::Bounded(range.clone()), Some(&self.facts.etag))
            .await?;
        if piece.size != self.facts.size {
            let message = format!("{} has {} bytes in place of {}", self.key, piece.size, self.facts.size);
            return Err(Failure::changed(message).at(piece.url));
        }
        Ok((piece.bytes, Some(piece.url)))
    }
}

/// Part of what was read; a small one of its own, so that it does not hold all of it.
fn own(bytes: &Bytes, within: &Range<u64>) -> Bytes {
    let part = bytes.slice(within.start as usize..within.end as usize);
    match part.len() * 2 < bytes.len() {
        true => Bytes::copy_from_slice(&part),
        false => part,
    }
}

/// The window of a cutout, whose position must be where the CCD sees the sky; without its parts.
fn window_of(name: CubeName, facts: &CubeFacts, cutout: &Cutout) -> Result<Window, Failure> {
    let CutoutSize { ny, nx } = cutout.size;
    if u64::from(ny) * u64::from(nx) > CutoutSize::MOST_PIXELS {
        return Err(Failure::not_found(format!(
            "a cutout of {ny} x {nx} pixels has more than the {} that are cut at once",
            CutoutSize::MOST_PIXELS
        )));
    }
    let position = cutout
        .position()
        .map_err(|error| Failure::not_found(error.to_string()))?;
    let nowhere = |error: lks_wcs::Error| Failure::not_found(format!("{position} is not on {name}: {error}"));
    let sky = SkyPosition::new(position.ra(), position.dec()).map_err(nowhere)?;
    let pixel = facts.wcs.pixel(&sky).map_err(nowhere)?;
    let image = facts.layout.image();
    if let Some(reason) = edge::why_dark(&image, pixel) {
        return Err(Failure::not_found(format!("{position} is not on {name}: {reason}")));
    }
    let pixels = cutout_window(pixel, [f64::from(nx), f64::from(ny)]);
    Ok(Window {
        position: sky,
        pixels: pixels.map_err(|error| Failure::not_found(error.to_string()))?,
        parts: BTreeMap::new(),
        num_bytes: 0,
    })
}

/// The ranges of a window's rows, in pieces that can be read as one.
fn rows(facts: &CubeFacts, window: &PixelWindow) -> Vec<(Range<u64>, Part)> {
    let per_column = u64::from(facts.layout.num_frames()) * BYTES_PER_FRAME;
    let columns_per_read = u32::try_from((MOST_PER_READ / per_column).max(1)).unwrap_or(u32::MAX);
    let mut pieces = Vec::new();
    for row in 0..window.height {
        let Some((first, num_columns, range)) = facts.layout.range(window, row) else {
            continue;
        };
        let mut done = 0;
        while done < num_columns {
            let taken = columns_per_read.min(num_columns - done);
            let start = range.start + u64::from(done) * per_column;
            let part = Part {
                row,
                first: first + done,
                num_columns: taken,
                within: 0..0,
            };
            pieces.push((start..start + u64::from(taken) * per_column, part));
            done += taken;
        }
    }
    pieces
}
