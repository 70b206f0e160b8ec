//! The figures of all parts, once more and together.

/// What starts a line with a part's figures.
const FIGURES: [&str; 5] = ["queries ", "reworded ", "downloads ", "settings ", "control "];

/// What the parts printed, as far as it counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    lines: Vec<String>,
    unexplained: u64,
    failed: Vec<String>,
}

impl Summary {
    /// Takes the figures out of a part's lines.
    pub(crate) fn add(&mut self, part: &str, (lines, ended): (Vec<String>, Result<(), String>)) {
        for line in &lines {
            if FIGURES.iter().any(|word| line.starts_with(word)) {
                self.lines.push(line.clone());
            } else if let Some(rest) = line.strip_prefix("unexplained = ") {
                self.unexplained += first_number(rest);
            } else if let Some((before, rest)) = line.split_once(" · ") {
                // The last line of the comparison with astropy.
                self.lines.push(format!("FITS       {before}"));
                self.unexplained += first_number(rest);
            }
        }
        if let Err(message) = ended {
            self.failed.push(format!("{part}: {message}"));
        }
    }

    /// Prints them; an error if a part failed or anything is unexplained.
    pub(crate) fn print(&self) -> Result<(), String> {
        println!("\nparity with lksearch 1.2.1, astroquery 0.4.11 and astropy");
        for line in &self.lines {
            println!("{line}");
        }
        println!("unexplained = {}", self.unexplained);
        match (&*self.failed, self.unexplained) {
            ([], 0) => Ok(()),
            ([], n) => Err(format!("{n} differences are not explained")),
            (failed, _) => Err(failed.join("; ")),
        }
    }
}

fn first_number(text: &str) -> u64 {
    let digits = text.find(|character: char| !character.is_ascii_digit());
    // A line without a number must not look as if nothing were wrong.
    text[..digits.unwrap_or(text.len())].parse().unwrap_or(1)
}

#[cfg(test)]
mod tests;
