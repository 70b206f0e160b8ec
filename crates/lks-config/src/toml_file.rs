//! The layer of `lksearch.toml`: text in, checked values and all problems out. Reads no file.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::declaration::{Declaration, keys, lookup};
use crate::error::Problem;
use crate::layer::Layers;
use crate::nearest;
use crate::origin::Origin;
use crate::value::Value;

/// Broken lines are taken out and the rest is read again, because the parser leaves out what follows a key without a value.
const MAX_ROUNDS: usize = 8;

/// Reads the text of a TOML file.
pub(crate) fn gather(text: &str, path: &Path, layers: &mut Layers) {
    let start = layers.problems.len();
    let lines = Lines::of(text);
    // Broken lines become blanks, so that every offset stays what it is in the user's file.
    let mut readable = text.to_owned();
    let mut taken_out = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let errors = DeTable::parse_recoverable(&readable).1;
        let broken: Vec<_> = errors
            .iter()
            .map(|error| line_at(text, error.span().map_or(0, |span| span.start)))
            .collect();
        for (error, line) in errors.iter().zip(&broken) {
            if !taken_out.insert(line.start) {
                continue;
            }
            let offset = error.span().map_or(0, |span| span.start);
            let (number, column) = lines.position(offset);
            let origin = Origin::File {
                path: path.to_owned(),
                line: number,
            };
            layers
                .problems
                .push(Problem::syntax(origin, Some(column), error.message()));
            readable.replace_range(line.clone(), &" ".repeat(line.len()));
        }
        // Without the line that opens a text of several lines, the text itself would be read as settings.
        let opens_text = |line: &Range<usize>| {
            ["\"\"\"", "'''"]
                .iter()
                .any(|quotes| text[line.clone()].contains(quotes))
        };
        if broken.iter().any(opens_text) {
            return;
        }
        if errors.is_empty() {
            break;
        }
    }
    let mut document = Document {
        text,
        path,
        lines,
        layers,
    };
    document.table("", DeTable::parse_recoverable(&readable).0.get_ref());
    layers.problems[start..].sort_by_key(|problem| match &problem.origin {
        Some(Origin::File { line, .. }) => *line,
        _ => 0,
    });
}

struct Document<'a> {
    text: &'a str,
    path: &'a Path,
    lines: Lines<'a>,
    layers: &'a mut Layers,
}

impl Document<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table.iter() {
            let key = format!("{prefix}{}", name.get_ref());
            let section = format!("{key}.");
            match (lookup(&key), value.get_ref()) {
                (Some(declaration), _) => self.value(declaration, name.span(), value),
                (None, DeValue::Table(inner)) if keys().any(|known| known.starts_with(&section)) => {
                    self.table(&section, inner);
                }
                (None, _) => {
                    let problem = Problem::unknown(Some(self.origin(name.span().start)), &key, nearest::key(&key));
                    self.layers.problems.push(problem);
                }
            }
        }
    }

    fn value(&mut self, declaration: &'static Declaration, name: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let result = parse(declaration, value.get_ref());
        let found = self.text.get(value.span()).unwrap_or_default();
        self.layers.push(declaration, found, result, self.origin(name.start));
    }

    fn origin(&self, offset: usize) -> Origin {
        Origin::File {
            path: self.path.to_owned(),
            line: self.lines.position(offset).0,
        }
    }
}

fn parse(declaration: &Declaration, value: &DeValue<'_>) -> Result<Value, String> {
    match value {
        DeValue::String(text) if text.trim().is_empty() && declaration.is_optional() => Ok(Value::Unset),
        DeValue::String(text) if text.trim().is_empty() => Err(declaration.kind.allowed()),
        _ => declaration.kind.parse_toml(value),
    }
}

/// The line around a byte offset, without its end.
fn line_at(text: &str, offset: usize) -> Range<usize> {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |length| offset + length);
    start..end
}

/// Where the lines of a text start.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(newline, _)| newline + 1))
            .collect();
        Self { text, starts }
    }

    /// Line and column of a byte offset, counted from 1; columns count characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset);
        (line, 1 + self.text[self.starts[line - 1]..offset].chars().count())
    }
}

#[cfg(test)]
mod tests;
