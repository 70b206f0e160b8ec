//! The layer of `lksearch.toml`: text in, checked values and all problems out. Reads no file.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::declaration::{Declaration, keys, lookup};
use crate::error::Problem;
use crate::layer::Gathered;
use crate::nearest;
use crate::origin::Origin;
use crate::value::Value;

/// Reads the text of a TOML file.
pub(crate) fn gather(text: &str, path: &Path, gathered: &mut Gathered) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut document = Document {
        text,
        path,
        broken_lines: Vec::new(),
        gathered,
    };
    for error in errors {
        let offset = error.span().map_or(0, |span| span.start);
        let (line, column) = position(text, offset);
        if document.broken_lines.last() != Some(&line) {
            document.broken_lines.push(line);
            let message = error.message().to_owned();
            document
                .gathered
                .problems
                .push(Problem::syntax(document.origin(offset), Some(column), message));
        }
    }
    document.table("", table.get_ref());
    // What the parser made up to get over a broken line is not what the user wrote.
    let Document { broken_lines, .. } = document;
    gathered.problems.retain(|problem| match &problem.origin {
        Some(Origin::File { path: file, line }) => {
            problem.key.is_none() || file != path || !broken_lines.contains(line)
        }
        _ => true,
    });
    gathered.problems.sort_by_key(|problem| match &problem.origin {
        Some(Origin::File { line, .. }) => *line,
        _ => 0,
    });
}

struct Document<'a> {
    text: &'a str,
    path: &'a Path,
    broken_lines: Vec<usize>,
    gathered: &'a mut Gathered,
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
                    self.gathered.problems.push(problem);
                }
            }
        }
    }

    fn value(&mut self, declaration: &'static Declaration, name: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let result = parse(declaration, value.get_ref());
        let found = self.text.get(value.span()).unwrap_or_default();
        self.gathered.push(declaration, found, result, self.origin(name.start));
    }

    fn origin(&self, offset: usize) -> Origin {
        Origin::File {
            path: self.path.to_owned(),
            line: position(self.text, offset).0,
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

/// Line and column of a byte offset, counted from 1; columns count characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        1 + before.matches('\n').count(),
        1 + before[line_start..].chars().count(),
    )
}
