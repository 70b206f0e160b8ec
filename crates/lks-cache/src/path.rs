//! Names from outside become paths only here. Knows the rules of file systems, not what the names mean.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// How names of our own staging files end; no file may be called so.
pub(crate) const STAGING_SUFFIX: &str = ".lks-part";

/// Deeper paths are refused: eight components of 255 bytes stay well within `PATH_MAX` of every system.
const MAX_COMPONENTS: usize = 8;
const MAX_COMPONENT_BYTES: usize = 255;
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A checked path of one to eight components, relative to the [data directory](crate::Store::data_directory) of a store.
///
/// Each component is one plain name on every operating system, so that no name a server sends can lead out of the directory.
///
/// ```
/// use lks_cache::RelativePath;
///
/// let path: RelativePath = "recipes/bread.txt".parse()?;
/// assert_eq!(path, RelativePath::from_components(["recipes", "bread.txt"])?);
/// assert!("recipes/../bread.txt".parse::<RelativePath>().is_err());
/// assert!(RelativePath::from_components(["recipes", "white/bread.txt"]).is_err(), "two components, not one");
/// # Ok::<(), lks_cache::UnsafeName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelativePath(String);

impl RelativePath {
    /// The path of these components, outermost directory first and file name last. For names that a server sends: a separator in one
    /// of them is refused.
    ///
    /// # Errors
    ///
    /// [`UnsafeName`] names the component and why it is refused.
    pub fn from_components<I>(components: I) -> Result<Self, UnsafeName>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut path = String::new();
        for (i, component) in components.into_iter().enumerate() {
            let name = component.as_ref();
            if i == MAX_COMPONENTS {
                return Err(UnsafeName::new(&path, "more than eight components"));
            }
            check_component(name)?;
            if i > 0 {
                path.push('/');
            }
            path.push_str(name);
        }
        match path.is_empty() {
            true => Err(UnsafeName::new("", "empty")),
            false => Ok(Self(path)),
        }
    }

    /// The components, outermost directory first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last component: the file's name.
    pub fn filename(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The path as text, with `/` between the components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directories that the file is in; empty for one that lies in the data directory itself.
    pub(crate) fn directories(&self) -> &Path {
        Path::new(self.0.rsplit_once('/').map_or("", |(directories, _)| directories))
    }
}

impl FromStr for RelativePath {
    type Err = UnsafeName;

    /// Reads components with `/` between them.
    fn from_str(text: &str) -> Result<Self, UnsafeName> {
        Self::from_components(text.split('/'))
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<Path> for RelativePath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

/// A name that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafeName {
    name: String,
    /// The rule that the name breaks.
    pub reason: &'static str,
}

impl UnsafeName {
    pub(crate) fn new(name: &str, reason: &'static str) -> Self {
        let name = name.to_owned();
        Self { name, reason }
    }

    /// The name as it was sent. It may hold control characters: show the error itself instead, which escapes them.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for UnsafeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.name.chars().take(80).flat_map(escaped).collect();
        let more = if self.name.chars().nth(80).is_some() { "…" } else { "" };
        write!(f, "unsafe name \"{shown}{more}\": {}", self.reason)
    }
}

impl std::error::Error for UnsafeName {}

fn escaped(c: char) -> Vec<char> {
    if c.is_control() || is_direction_control(c) {
        c.escape_unicode().collect()
    } else {
        vec![c]
    }
}

/// Whether `name` may be one component of a path.
pub(crate) fn check_component(name: &str) -> Result<(), UnsafeName> {
    refusal(name).map_or(Ok(()), |reason| Err(UnsafeName::new(name, reason)))
}

fn refusal(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    if name.is_empty() {
        Some("empty")
    } else if name.len() > MAX_COMPONENT_BYTES {
        Some("longer than 255 bytes")
    } else if name == "." || name == ".." {
        Some("a directory reference")
    } else if name.contains(['/', '\\']) {
        Some("contains a path separator")
    } else if name.contains(|c: char| c.is_control() || is_direction_control(c)) {
        Some("contains a control character")
    } else if name.contains(['<', '>', ':', '"', '|', '?', '*']) {
        Some("contains a character that Windows reserves")
    } else if name.starts_with(['~', '-', ' ']) {
        Some("starts with '~', '-' or a space")
    } else if name.ends_with(['.', ' ']) {
        Some("ends with a dot or a space")
    } else if is_device(stem) {
        Some("a device name on Windows")
    } else if name.to_ascii_lowercase().ends_with(STAGING_SUFFIX) {
        Some("reserved for files being written")
    } else {
        None
    }
}

fn is_device(stem: &str) -> bool {
    let upper = stem.to_uppercase();
    let numbered = |prefix: &str| {
        upper.strip_prefix(prefix).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    DEVICES.contains(&upper.as_str()) || numbered("COM") || numbered("LPT")
}

/// Characters that reorder text, so that a shown name is not the name: <https://unicode.org/reports/tr9/>.
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
