//! A block of a lock: a section, or what stands before the first.

use std::collections::BTreeMap;

use super::line::{Outcome, is_name, shown, wrong};

/// Where a block stands: its first line, and its known keys with their lines.
pub(super) struct Block {
    pub(super) line: usize,
    pub(super) kind: Kind,
    pub(super) values: BTreeMap<&'static str, (usize, Value)>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Head,
    Question,
    Product,
    /// Of a later program: a reader that does not know it passes over it.
    Unknown,
}

pub(super) enum Value {
    Text(String),
    Number(u64),
}

impl Kind {
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Head => &["version", "program", "date"],
            Self::Question => &["text"],
            Self::Product => &[
                "uri",
                "path",
                "size",
                "sha256",
                "source",
                "etag",
                "last_modified",
                "note",
            ],
            Self::Unknown => &[],
        }
    }
}

impl Block {
    pub(super) fn needs(&self, key: &str) -> Outcome<()> {
        self.line_of(key).map(drop)
    }

    pub(super) fn line_of(&self, key: &str) -> Outcome<usize> {
        let line = self.values.get(key).map(|(line, _)| *line);
        line.ok_or_else(|| wrong(self.line, format!("what begins here has no `{key}`")))
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        match self.values.remove(key) {
            Some((_, Value::Text(text))) => Some(text),
            Some((_, Value::Number(_))) | None => None,
        }
    }

    pub(super) fn number(&mut self, key: &str) -> Option<u64> {
        match self.values.remove(key) {
            Some((_, Value::Number(number))) => Some(number),
            Some((_, Value::Text(_))) | None => None,
        }
    }
}

/// What a section holds, by what follows `[` in its header.
pub(super) fn section(n: usize, header: &str) -> Outcome<Kind> {
    let name = header.strip_prefix('[').and_then(|name| name.strip_suffix("]]"));
    match name.or(header.strip_suffix(']')) {
        Some("product") if name.is_some() => Ok(Kind::Product),
        Some("question") if name.is_some() => Ok(Kind::Question),
        Some("product" | "question") => Err(wrong(n, "write `[[product]]` and `[[question]]`, with two brackets")),
        Some(other) if other.split('.').all(is_name) => Ok(Kind::Unknown),
        _ => Err(wrong(
            n,
            format!("this is not the header of a section: {}", shown(&format!("[{header}"))),
        )),
    }
}
