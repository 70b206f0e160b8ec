//! The figures of all campaigns, read from what they print, as one summary.

use std::collections::BTreeMap;

use super::rows::Rows;

/// What lines have that are figures by themselves.
const FIGURES: [&str; 5] = [
    "memory, ",
    "no panic in",
    "after 429",
    "a host that is down: ",
    " requests at once on ",
];

/// What the campaigns printed, as far as it counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    kills: u64,
    failures: u64,
    cuts: BTreeMap<String, u64>,
    violations: u64,
    processes: Vec<String>,
    wrong: u64,
    /// Places that were searched for wrong bytes.
    searched: u64,
    controls: Vec<String>,
    quiet_controls: u64,
    rows: Vec<String>,
    covered: u64,
    numbered: u64,
    skipped: Vec<String>,
}

impl Figures {
    /// Takes what counts out of a line.
    pub(crate) fn read(&mut self, line: &str) {
        // Quiet tests print a dot each, and no end of line.
        let line = line.trim_start_matches('.');
        let numbers = numbers(line);
        let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
        let before = |word: &str| number_before(line, word);
        if line.contains("SKIPPED") {
            self.skipped.push(line.to_owned());
        } else if line.contains("negative control") {
            match before(" violations") {
                Some(n) if n > 0 => self.controls.push(line.to_owned()),
                _ => self.quiet_controls += 1,
            }
        } else if let (Some(kills), Some(failures)) = (before(" kills"), before(" failures")) {
            self.kills += kills;
            self.failures += failures;
        } else if let (Some(n), Some((disk, _))) = (before(" power cuts"), line.split_once(": ")) {
            *self.cuts.entry(disk.to_owned()).or_default() += n;
        } else if line.contains(" points, ") {
            self.violations += before(" violations").unwrap_or(1);
        } else if line.contains(" processes, ") && line.contains(" wrong files") {
            self.wrong += before(" wrong files").unwrap_or(1);
            self.searched += 1;
            self.processes.push(line.to_owned());
        } else if line.contains(" with a wrong byte") {
            self.wrong += before(" with a wrong byte").unwrap_or(1);
            self.searched += 1;
            self.processes.push(line.to_owned());
        } else if line.contains(" scenes, ") {
            self.wrong += before(" failed").unwrap_or(1);
            self.searched += 1;
            self.processes.push(format!("with Python: {line}"));
        } else if line.starts_with("ok ") && line.contains("an altered file is noticed") {
            self.controls.push("with Python: an altered file is noticed".to_owned());
        } else if line.starts_with("faults N1-N68: ") || line.starts_with("faults A1-A38: ") {
            let covered = before(" covered").unwrap_or(0);
            let num_rows = if at(1) == 68 { 68 } else { 38 };
            self.covered += covered;
            self.numbered += num_rows;
            self.rows.push(line.to_owned());
        } else if line.starts_with("not made: ") {
            self.rows.push(format!("  {line}"));
        } else if line.starts_with("soak over ") || line.starts_with("after the faults stopped: ") {
            self.processes.push(line.to_owned());
        } else if FIGURES.iter().any(|words| line.contains(words)) {
            self.rows.push(line.to_owned());
        }
    }

    /// Takes the rows of a table.
    pub(crate) fn table(&mut self, letter: &str, rows: &Rows) {
        let (covered, excused) = (rows.covered.len() as u64, rows.excused.len() as u64);
        self.covered += covered;
        self.numbered += covered + excused;
        self.rows.push(format!(
            "faults {letter}1-{letter}{}: {covered} covered by {} named tests and the campaigns, {excused} excused",
            covered + excused,
            rows.tests.len()
        ));
        for (number, reason) in &rows.excused {
            self.rows.push(format!("  not made: {number}: {reason}"));
        }
    }

    /// Rows that were counted, covered or not.
    pub(crate) fn num_rows(&self) -> u64 {
        self.numbered
    }

    /// Prints it; an error if anything is wrong.
    pub(crate) fn print(&self) -> Result<(), String> {
        println!("\nall campaigns");
        println!("rows               {} covered of {}", self.covered, self.numbered);
        for line in &self.rows {
            println!("  {line}");
        }
        if self.kills + self.failures > 0 {
            println!(
                "kill points        {}, and {} failed system calls",
                self.kills, self.failures
            );
        }
        if !self.cuts.is_empty() {
            let cuts: Vec<String> = self.cuts.iter().map(|(disk, n)| format!("{n} on {disk}")).collect();
            println!(
                "power-cut points   {} ({})",
                self.cuts.values().sum::<u64>(),
                cuts.join(", ")
            );
        }
        println!("broken promises    {}", self.violations);
        println!("processes");
        for line in &self.processes {
            println!("  {line}");
        }
        println!("wrong bytes        {} in {} searches", self.wrong, self.searched);
        if self.controls.len() as u64 + self.quiet_controls > 0 {
            println!(
                "negative controls  {} failed as they must, {} did not",
                self.controls.len(),
                self.quiet_controls
            );
        }
        for line in &self.controls {
            println!("  {line}");
        }
        for line in &self.skipped {
            println!("{line}");
        }
        if self.violations + self.wrong + self.quiet_controls > 0 {
            return Err("a promise is broken, or a control did not notice it".to_owned());
        }
        Ok(())
    }
}

/// All whole numbers of a line, in order.
fn numbers(line: &str) -> Vec<u64> {
    line.split(|character: char| !character.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// The number right before a word.
fn number_before(line: &str, word: &str) -> Option<u64> {
    line[..line.find(word)?].rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests;
