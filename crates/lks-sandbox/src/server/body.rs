//! What is sent after the head of an answer.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::fault::{Fault, Flip};
use crate::world::Cube;

/// Bytes up to which a body is made at once; larger ones are made while they are sent.
const AT_ONCE: u64 = 16 * 1024 * 1024;

/// The body of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// It lies in memory.
    Held(Bytes),
    /// It is made piece by piece.
    Made(Made),
}

/// Bytes of a cube after the faults that alter bytes.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    cube: Arc<Cube>,
    edition: u32,
    flips: Vec<Flip>,
    range: Range<u64>,
}

impl Body {
    /// A whole cube.
    pub(crate) fn cube(cube: &Arc<Cube>, fault: &Fault) -> Self {
        Self::Made(Made {
            cube: Arc::clone(cube),
            edition: fault.edition,
            flips: fault.flips.clone(),
            range: 0..fault.resized().unwrap_or(cube.size()),
        })
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::Made(made) => made.range.end - made.range.start,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A part of it; that of a small part is made here.
    pub(crate) fn slice(&self, part: Range<u64>) -> Self {
        match self {
            Self::Held(bytes) => Self::Held(bytes.slice(part.start as usize..part.end as usize)),
            Self::Made(made) if part.end - part.start <= AT_ONCE => Self::Held(made.piece(part)),
            Self::Made(made) => Self::Made(Made {
                range: made.range.start + part.start..made.range.start + part.end,
                ..made.clone()
            }),
        }
    }

    /// Bytes of it, which lie within it.
    pub(crate) fn piece(&self, part: Range<u64>) -> Bytes {
        match self {
            Self::Held(bytes) => bytes.slice(part.start as usize..part.end as usize),
            // This is work, not waiting, and other tasks need not wait for it.
            Self::Made(made) => tokio::task::block_in_place(|| made.piece(part)),
        }
    }

    /// Does something to bytes that lie in memory.
    #[must_use]
    pub(crate) fn map_held(self, change: impl FnOnce(Bytes) -> Bytes) -> Self {
        match self {
            Self::Held(bytes) => Self::Held(change(bytes)),
            made @ Self::Made(_) => made,
        }
    }
}

impl Made {
    fn piece(&self, part: Range<u64>) -> Bytes {
        let range = self.range.start + part.start..self.range.start + part.end;
        let mut bytes = self.cube.bytes(range.clone(), self.edition);
        bytes.resize((range.end - range.start) as usize, 0);
        for flip in self.flips.iter().filter(|flip| range.contains(&flip.offset)) {
            bytes[(flip.offset - range.start) as usize] ^= flip.mask;
        }
        bytes.into()
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Held(Bytes::new())
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::Held(bytes.into())
    }
}
