//! The tables that say which test holds which row of the list of faults: read, counted, and checked against the source.

use std::path::Path;

use crate::run::root;

/// A table of rows, the folder whose tests hold them, and the numbers that it must have.
pub(crate) const TABLES: [(&str, &str, &str, u32); 3] = [
    ("crates/lks-cache/tests/ROWS.md", "crates", "D", 67),
    ("tests/ROWS.md", "crates", "C", 17),
    ("crates/lks-answers/tests/ROWS.md", "crates", "K", 18),
];

/// Names of campaigns that hold rows as well as a test does.
const CAMPAIGNS: [&str; 3] = ["`crashdrv", "cargo xtask faults", "`model`"];

/// What a table says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    /// Numbers with a test or a campaign.
    pub covered: Vec<String>,
    /// Numbers with a reason instead, and the reason.
    pub excused: Vec<(String, String)>,
    /// Names of tests, in order of appearance.
    pub tests: Vec<String>,
}

/// Reads the rows `| D1 | fault | held by |` of a table.
pub(crate) fn parse(text: &str, letter: &str) -> Rows {
    let mut rows = Rows::default();
    for line in text.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, held] = cells[..] else { continue };
        let is_row = number
            .strip_prefix(letter)
            .is_some_and(|digits| digits.parse::<u32>().is_ok());
        if !is_row {
            continue;
        }
        let tests = tests(held);
        if tests.is_empty() && !CAMPAIGNS.iter().any(|name| held.contains(name)) {
            rows.excused.push((number.to_owned(), held.to_owned()));
        } else {
            rows.covered.push(number.to_owned());
        }
        rows.tests.extend(tests);
    }
    rows
}

/// The words in backquotes that are sentences, as the names of tests are.
fn tests(held: &str) -> Vec<String> {
    held.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|word| word.rsplit("::").next())
        .filter(|name| {
            name.matches('_').count() >= 3
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

/// Reads both tables: numbers covered, excused, and whether each number and each named test is there.
pub(crate) fn read() -> Result<Vec<(&'static str, Rows)>, String> {
    let mut read = Vec::new();
    for (path, folder, letter, num_rows) in TABLES {
        let path = root().join(path);
        let text =
            std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let rows = parse(&text, letter);
        for number in (1..=num_rows).map(|number| format!("{letter}{number}")) {
            let num_times = rows.covered.iter().filter(|it| **it == number).count()
                + rows.excused.iter().filter(|it| it.0 == number).count();
            if num_times != 1 {
                return Err(format!("{number} is {num_times} times in {}", path.display()));
            }
        }
        let mut sources = Vec::new();
        sources_below(&root().join(folder), &mut sources)?;
        if folder == "crates" {
            sources_below(&root().join("tests/tests"), &mut sources)?;
        }
        for test in &rows.tests {
            if !sources.iter().any(|source| has_test(source, test)) {
                return Err(format!("{} names {test}, which is not a test", path.display()));
            }
        }
        read.push((letter, rows));
    }
    Ok(read)
}

/// Whether a test of that name is in the text of a file.
pub(crate) fn has_test(source: &str, name: &str) -> bool {
    let begin = format!("fn {name}(");
    source.find(&begin).is_some_and(|at| {
        let before = &source[..at];
        let attributes = before.rsplit("\n\n").next().unwrap_or(before);
        attributes.contains("#[test]") || attributes.contains("#[tokio::test") || before.contains("proptest!")
    })
}

fn sources_below(folder: &Path, sources: &mut Vec<String>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            sources_below(&path, sources)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            sources.push(std::fs::read_to_string(&path).map_err(failed)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
