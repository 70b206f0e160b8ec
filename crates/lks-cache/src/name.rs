//! Names from outside become paths only here. Knows the rules of file systems, not what the names mean.

use std::fmt;
use std::path::{Path, PathBuf};

/// The directory below the root that holds the plain files. The Python tools use the same one.
pub const DATA_DIRECTORY: &str = "mastDownload";
/// The directory of cutouts, which have no observation of their own.
pub const CUTOUT_DIRECTORY: &str = "TESSCut";
/// How names of our own staging files end; no product may be called so.
pub(crate) const STAGING_SUFFIX: &str = ".lks-part";

const MAX_COMPONENT_BYTES: usize = 255;
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A checked relative path below the root: `mastDownload/<collection>/<obs_id>/<file>` or `mastDownload/TESSCut/<file>`.
///
/// Every component is one plain name on every operating system, so that no name an archive sends can lead out of the root.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductPath {
    components: Vec<String>,
}

impl ProductPath {
    /// The path of a product: its collection, its observation and its file name, each a single component.
    ///
    /// # Errors
    ///
    /// [`UnsafeName`] names the component and why it is refused.
    ///
    /// ```
    /// let path = lks_cache::ProductPath::parse("TESS", "tess2019-s0014", "tess2019-s0014_lc.fits").expect("plain names");
    /// assert_eq!(path.to_string(), "mastDownload/TESS/tess2019-s0014/tess2019-s0014_lc.fits");
    /// assert!(lks_cache::ProductPath::parse("TESS", "..", "x.fits").is_err());
    /// ```
    pub fn parse(collection: &str, obs_id: &str, filename: &str) -> Result<Self, UnsafeName> {
        Self::from_components(&[collection, obs_id, filename])
    }

    /// The path of a cutout, which lies directly in `mastDownload/TESSCut/`.
    ///
    /// # Errors
    ///
    /// [`UnsafeName`] if the file name is not a single plain component.
    pub fn cutout(filename: &str) -> Result<Self, UnsafeName> {
        Self::from_components(&[CUTOUT_DIRECTORY, filename])
    }

    /// Reads the path of a file that already lies below the root, relative to the root: `mastDownload/` and two or three components.
    ///
    /// # Errors
    ///
    /// [`UnsafeName`] if it is of another shape or a component is refused.
    pub fn from_relative(path: &str) -> Result<Self, UnsafeName> {
        let components: Vec<&str> = path.split('/').collect();
        match components.as_slice() {
            [DATA_DIRECTORY, rest @ ..] if matches!(rest.len(), 2 | 3) => Self::from_components(rest),
            _ => Err(UnsafeName {
                name: path.to_owned(),
                reason: "not of the shape mastDownload/<a>/<b>[/<c>]",
            }),
        }
    }

    fn from_components(components: &[&str]) -> Result<Self, UnsafeName> {
        for name in components {
            if let Some(reason) = refusal(name) {
                return Err(UnsafeName {
                    name: (*name).to_owned(),
                    reason,
                });
            }
        }
        Ok(Self {
            components: components.iter().map(|&name| name.to_owned()).collect(),
        })
    }

    /// The first component below `mastDownload`: the collection.
    pub fn collection(&self) -> &str {
        &self.components[0]
    }

    /// The last component: the file's name.
    pub fn filename(&self) -> &str {
        &self.components[self.components.len() - 1]
    }

    /// The path relative to the root, `mastDownload` included.
    pub fn to_relative(&self) -> PathBuf {
        let mut path = PathBuf::from(DATA_DIRECTORY);
        path.extend(&self.components);
        path
    }

    /// The directories between `mastDownload` and the file, outermost first.
    pub(crate) fn directories(&self) -> &[String] {
        &self.components[..self.components.len() - 1]
    }

    pub(crate) fn below(&self, root: &Path) -> PathBuf {
        root.join(self.to_relative())
    }
}

impl fmt::Display for ProductPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{DATA_DIRECTORY}/{}", self.components.join("/"))
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
