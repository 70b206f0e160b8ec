//! Patterns with `*` and `?`.

/// A pattern over names; `*` stands for any run of characters, `/` included, and `?` for one character.
pub(crate) struct Pattern {
    characters: Vec<char>,
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        Self {
            characters: pattern.chars().collect(),
        }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut p, mut t) = (0, 0);
        // Where to go back to: the last star, and the first character it has not swallowed yet.
        let mut retry: Option<(usize, usize)> = None;
        while t < text.len() {
            match self.characters.get(p) {
                Some('*') => {
                    retry = Some((p, t));
                    p += 1;
                }
                Some(&c) if c == '?' || c == text[t] => {
                    p += 1;
                    t += 1;
                }
                _ => match retry {
                    Some((star, swallowed)) => {
                        retry = Some((star, swallowed + 1));
                        p = star + 1;
                        t = swallowed + 1;
                    }
                    None => return false,
                },
            }
        }
        self.characters[p..].iter().all(|&c| c == '*')
    }

    /// Whether the path of a file matches: `below` the data directory, by its file name, or relative to the root if the pattern begins with
    /// the data directory's name.
    pub(crate) fn matches_path(&self, data_directory: &str, below: &str) -> bool {
        let name = below.rsplit('/').next().unwrap_or(below);
        let is_of_root = self.characters.iter().collect::<String>().starts_with(data_directory);
        (is_of_root && self.matches(&format!("{data_directory}/{below}"))) || self.matches(below) || self.matches(name)
    }
}

#[cfg(test)]
mod tests;
