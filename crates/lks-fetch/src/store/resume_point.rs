//! Of which file, at which place, a partial file is a part: what is written beside it, for the run that continues it.

use crate::plan::route::Source;
use crate::source::validator::Validator;

/// The exact file that a partial one is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResumePoint {
    /// Which kind of place it comes from.
    pub(crate) source: Source,
    /// Its size in bytes.
    pub(crate) total: u64,
    /// What identifies its bytes there.
    pub(crate) validator: Validator,
}

impl ResumePoint {
    /// `cloud 2048 etag "abc"`.
    pub(crate) fn to_text(&self) -> String {
        let (kind, value) = match &self.validator {
            Validator::Etag(value) => ("etag", value),
            Validator::Date(value) => ("date", value),
        };
        format!("{} {} {kind} {value}", self.source.word(), self.total)
    }

    /// Reads [`to_text`](Self::to_text).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.splitn(4, ' ');
        let source = match words.next()? {
            "cloud" => Source::Cloud,
            "mast" => Source::Mast,
            _ => return None,
        };
        let total = words.next()?.parse().ok()?;
        let (kind, value) = (words.next()?, words.next()?.to_owned());
        let validator = match kind {
            "etag" => Validator::Etag(value),
            "date" => Validator::Date(value),
            _ => return None,
        };
        Some(Self {
            source,
            total,
            validator,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for (source, validator) in [
            (Source::Cloud, Validator::Etag("\"a b\"".to_owned())),
            (
                Source::Mast,
                Validator::Date("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
            ),
        ] {
            let origin = ResumePoint {
                source,
                total: 2048,
                validator,
            };
            assert_eq!(ResumePoint::parse(&origin.to_text()), Some(origin));
        }
        for other in [
            "",
            "cloud",
            "cloud 1 etag",
            "cache 1 etag x",
            "cloud x etag x",
            "cloud 1 weak x",
        ] {
            assert_eq!(ResumePoint::parse(other), None, "{other}");
        }
    }
}
