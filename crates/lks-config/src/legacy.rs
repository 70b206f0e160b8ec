//! The layer of `lksearch.cfg`, the Python package's own file, as astropy's ConfigObj writes it and users edit it. Text in, checked
//! values and all problems out. Reads no file.
//!
//! ```text
//! # CLOUD_ONLY = False            keys and booleans in any case; `#` starts a comment outside quotes
//! search_result_display_extra_columns = a, b,
//! [config]                        the Python package reads cache_dir only here; its own template has it at the top,
//! cache_dir = "/data/kepler"      so both places count here for every key, and the later line wins
//! ```
//!
//! Where Python breaks, the meaning is what the user intended: `[]` is an empty list, `None` is not set, a single word is a list of
//! one, `cache_dir` at the top level counts, and a path may contain a comma.

use std::path::Path;

use crate::declaration::{Declaration, lookup};
use crate::error::{Problem, excerpt};
use crate::layer::Layers;
use crate::nearest;
use crate::origin::Origin;
use crate::value::{Value, ValueKind};

/// The settings that the Python package has (version 1.2.1, `lksearch/__init__.py`).
pub(crate) const KEYS: [&str; 6] = [
    "search_result_display_extra_columns",
    "cache_dir",
    "cloud_only",
    "prefer_cloud",
    "download_cloud",
    "check_cached_file_sizes",
];

/// Reads the text of a legacy file.
pub(crate) fn gather(text: &str, path: &Path, layers: &mut Layers) {
    let mut section_counts = true;
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let origin = Origin::LegacyFile {
            path: path.to_owned(),
            line: index + 1,
        };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') && !line.contains('=') {
            let name = line.split('#').next().unwrap_or(line).trim();
            section_counts = name
                .trim_matches(['[', ']', ' ', '"', '\''])
                .eq_ignore_ascii_case("config");
            if !section_counts {
                let message = format!(
                    "the section {} is unknown and left out; known is `[config]`",
                    excerpt(name)
                );
                layers.remarks.push(Problem::syntax(origin, None, message));
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            if section_counts {
                // It may be a line of a file of credentials.
                let first = line.split([' ', '\t', ':']).next().unwrap_or_default();
                let found = if first == line {
                    first.to_owned()
                } else {
                    format!("{first} …")
                };
                let message = format!(
                    "found {}, expected `KEY = VALUE`, `[config]` or a comment",
                    excerpt(&found)
                );
                layers.problems.push(Problem::syntax(origin, None, message));
            }
            continue;
        };
        let mut value = value.trim().to_owned();
        if let Some(quotes) = open_triple_quotes(&value) {
            for (_, more) in lines.by_ref() {
                value.push('\n');
                value.push_str(more);
                if more.contains(quotes) {
                    break;
                }
            }
        }
        if section_counts {
            assign(key.trim().trim_matches(['"', '\'']), &value, origin, layers);
        }
    }
}

fn assign(key: &str, value: &str, origin: Origin, layers: &mut Layers) {
    let lower = key.to_lowercase();
    let Some(declaration) = lookup(&lower).filter(|_| KEYS.contains(&lower.as_str())) else {
        layers.remarks.push(unknown(origin, key, &lower));
        return;
    };
    let earlier = layers.entries.iter().rev().find(|entry| {
        entry.declaration.key == lower
            && matches!(&entry.origin, Origin::LegacyFile { path, .. } if is_in(&origin, path))
    });
    if let Some(earlier) = earlier {
        let mut remark = Problem::syntax(origin.clone(), None, format!("it wins over {}", earlier.origin));
        remark.key = Some(key.to_owned());
        layers.remarks.push(remark);
    }
    let result = parse(declaration, value);
    layers.push(declaration, value, result, origin);
}

fn unknown(origin: Origin, key: &str, lower: &str) -> Problem {
    let mut problem = Problem::unknown(
        Some(origin),
        key,
        nearest::key(lower).filter(|near| KEYS.contains(&near.as_str())),
    );
    problem.message = match (&problem.nearest, lookup(lower)) {
        (Some(nearest), _) => format!("unknown key, left out; did you mean `{nearest}`?"),
        (None, Some(_)) => "left out: it is a key of lksearch.toml, not of this file".into(),
        (None, None) => format!("unknown key, left out; known are {}", KEYS.join(", ")),
    };
    problem
}

fn is_in(origin: &Origin, file: &Path) -> bool {
    matches!(origin, Origin::LegacyFile { path, .. } if path == file)
}

fn parse(declaration: &Declaration, value: &str) -> Result<Value, String> {
    let text = without_comment(value);
    match (&declaration.kind, unquoted(text)) {
        (_, word) if word.trim().is_empty() || (word == "None" && declaration.kind != ValueKind::Switch) => {
            declaration.empty()
        }
        // The list keeps its quotes, because they hold commas together.
        (ValueKind::List, _) => declaration.parse_text(text),
        (_, word) => declaration.parse_text(word),
    }
}

/// The value without what follows a `#` outside quotes.
fn without_comment(value: &str) -> &str {
    let mut quote = None;
    for (offset, c) in value.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = value[offset + 1..].contains(c).then_some(c),
            None if c == '#' => return value[..offset].trim_end(),
            None => {}
        }
    }
    value.trim_end()
}

/// The text without the quotes around it: one or three of a kind.
fn unquoted(text: &str) -> &str {
    for quotes in ["'''", "\"\"\"", "'", "\""] {
        let inner = text.strip_prefix(quotes).and_then(|rest| rest.strip_suffix(quotes));
        if let Some(inner) = inner.filter(|inner| !inner.contains(quotes)) {
            return inner;
        }
    }
    text
}

/// Three quotes that a value opens and does not close.
fn open_triple_quotes(value: &str) -> Option<&'static str> {
    ["'''", "\"\"\""]
        .into_iter()
        .find(|quotes| value.starts_with(quotes) && !value[3..].contains(quotes))
}

#[cfg(test)]
mod tests;
