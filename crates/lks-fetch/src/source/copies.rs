//! Which places gave which bytes whose own checksums are wrong: damage at one place, or how the product is published. Pure.

use crate::plan::route::Source;

/// What the places of one file said so far.
#[derive(Debug)]
pub(crate) struct Copies {
    /// The places that may have the file.
    places: Vec<Source>,
    /// Place and SHA-256 of each doubtful file.
    gave: Vec<(Source, String)>,
}

/// Which bytes would be believed although their own checksums are wrong, as known before an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trust {
    /// SHA-256 of bytes that every place would have given.
    published: Vec<String>,
    /// Where there is no other place, a checksum of the transport is as good as asking twice.
    is_only_place: bool,
    /// Only the cloud may be asked.
    only_cloud: bool,
}

impl Copies {
    pub(crate) fn of(places: impl Iterator<Item = Source>) -> Self {
        Self {
            places: places.collect(),
            gave: Vec::new(),
        }
    }

    /// The place gave these bytes; `true` if it had given them before.
    pub(crate) fn gave(&mut self, place: Source, sha256: &str) -> bool {
        let before = self.has_given(place, sha256);
        if !before {
            self.gave.push((place, sha256.to_owned()));
        }
        before
    }

    /// The place does not have the file.
    pub(crate) fn lacks(&mut self, place: Source) {
        self.places.retain(|known| *known != place);
    }

    /// Whether the place gave anything that is doubted.
    pub(crate) fn is_doubted(&self, place: Source) -> bool {
        self.gave.iter().any(|(from, _)| *from == place)
    }

    /// What would be believed if `place` gave it now: what all others have given too or, where there are no others, what it gave before.
    pub(crate) fn trust(&self, place: Source) -> Trust {
        let others: Vec<Source> = self.places.iter().copied().filter(|other| *other != place).collect();
        let everywhere = |sha256: &str| others.iter().all(|other| self.has_given(*other, sha256));
        let published = self.gave.iter().map(|(_, sha256)| sha256);
        Trust {
            published: published.filter(|sha256| everywhere(sha256)).cloned().collect(),
            is_only_place: others.is_empty(),
            only_cloud: self.places == [Source::Cloud],
        }
    }

    fn has_given(&self, place: Source, sha256: &str) -> bool {
        self.gave.iter().any(|(from, given)| *from == place && given == sha256)
    }
}

impl Trust {
    /// In a file that no other place has, such as a cutout.
    pub(crate) fn only_place() -> Self {
        Self {
            published: Vec::new(),
            is_only_place: true,
            only_cloud: false,
        }
    }

    /// Whether these bytes are what is published; `is_proven` says that they are those that the place sent.
    pub(crate) fn covers(&self, sha256: &str, is_proven: bool) -> bool {
        (self.is_only_place && is_proven) || self.published.iter().any(|known| known == sha256)
    }

    /// What vouches for it.
    pub(crate) fn whose(&self) -> &'static str {
        if self.only_cloud { "the cloud" } else { "the archive" }
    }
}

#[cfg(test)]
mod tests;
