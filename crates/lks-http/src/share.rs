//! A worker's part of what a host bears, where several machines ask it at once and do not know each other.

use std::num::NonZeroU32;

/// So many parts of the limits of every host, of so many.
///
/// A limit of requests at once is divided and rounded down. Where less than one is left, there is one request at a time, and after each a rest, so long that
/// on average the parts of all workers are the limit:
///
/// ```
/// use lks_http::Share;
///
/// let of_four = Share::new(1, 4).expect("1 is not more than 4");
/// assert_eq!((of_four.of_limit(64), of_four.of_limit(6)), (16, 1));
/// // Of eight workers each rests a third of the time that its request took: 8 / (1 + 1/3) = 6.
/// let of_eight = Share::new(1, 8).expect("1 is not more than 8");
/// assert_eq!(of_eight.of_limit(6), 1);
/// assert!((of_eight.rest_after(6) - 1.0 / 3.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    part: NonZeroU32,
    of: NonZeroU32,
}

impl Share {
    /// All of it.
    pub const WHOLE: Self = Self {
        part: NonZeroU32::MIN,
        of: NonZeroU32::MIN,
    };

    /// `part` of `of`, neither of which is 0; `None` for more than all.
    pub fn new(part: u32, of: u32) -> Option<Self> {
        let (part, of) = (NonZeroU32::new(part)?, NonZeroU32::new(of)?);
        (part <= of).then_some(Self { part, of })
    }

    /// This part of a limit, rounded down, and at least 1.
    pub fn of_limit(self, limit: usize) -> usize {
        let part = limit as u64 * u64::from(self.part.get()) / u64::from(self.of.get());
        usize::try_from(part).unwrap_or(usize::MAX).max(1)
    }

    /// How long to rest after a request, as a multiple of the time that it took; 0 where the part of the limit is a request or more.
    pub fn rest_after(self, limit: usize) -> f64 {
        (self.slowness() / limit.max(1) as f64 - 1.0).max(0.0)
    }

    /// By how much a pace is slower: 8 for an eighth.
    pub fn slowness(self) -> f64 {
        f64::from(self.of.get()) / f64::from(self.part.get())
    }
}

impl Default for Share {
    fn default() -> Self {
        Self::WHOLE
    }
}
