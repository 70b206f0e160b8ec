//! What can go wrong, by what a caller can do about it.

use std::fmt;

/// Why something could not be read, verified or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a whole, valid FITS file: fetch them again.
    #[error("HDU {hdu} at byte {offset}: {reason}")]
    Damaged {
        /// Index of the HDU, the primary one being 0.
        hdu: usize,
        /// Byte of the (decompressed) file the finding is about.
        offset: u64,
        /// What was found.
        reason: DamageReason,
    },
    /// There is no such file or object.
    #[error("cannot {operation}: it does not exist")]
    NotFound {
        /// What was attempted, with the name of the file.
        operation: String,
        /// What the file system or the store says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The local disk, or the reader that was given, failed.
    #[error("cannot {operation}: {source}")]
    Read {
        /// What was attempted, with the place in the file and its name if it has one.
        operation: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The store failed, or did not answer what was asked.
    #[error("cannot {operation}: {source}")]
    Remote {
        /// What was attempted, with the range and the name of the object.
        operation: String,
        /// What the store says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file has no such HDU, column, row or table.
    #[error("there is no {what}; {known}")]
    Absent {
        /// What was asked for.
        what: String,
        /// What there is instead.
        known: String,
    },
    /// Valid FITS that this crate does not read, or more of it than it reads.
    #[error("HDU {hdu}: cannot read {what}")]
    Unsupported {
        /// Index of the HDU.
        hdu: usize,
        /// What it is, and what to do.
        what: String,
    },
    /// The caller's header or data cannot be written as FITS.
    #[error("cannot write {what}: {reason}")]
    Unwritable {
        /// The card or the data.
        what: String,
        /// Why not.
        reason: String,
    },
}

impl Error {
    pub(crate) fn local(operation: impl Into<String>, source: std::io::Error) -> Self {
        let operation = operation.into();
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound {
                operation,
                source: Box::new(source),
            },
            _ => Self::Read { operation, source },
        }
    }

    /// Names the HDU that the bytes were read for.
    pub(crate) fn of_hdu(mut self, index: usize) -> Self {
        if let Self::Read { operation, .. } | Self::Remote { operation, .. } = &mut self {
            operation.push_str(&format!(" (HDU {index})"));
        }
        self
    }

    #[cfg(feature = "object-store")]
    pub(crate) fn remote(operation: impl Into<String>, source: object_store::Error) -> Self {
        let operation = operation.into();
        match source {
            object_store::Error::NotFound { .. } => Self::NotFound {
                operation,
                source: Box::new(source),
            },
            // Which store it was adds nothing to what it says.
            object_store::Error::Generic { source, .. } => Self::Remote { operation, source },
            _ => Self::Remote {
                operation,
                source: Box::new(source),
            },
        }
    }
}

/// What makes a file damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DamageReason {
    /// The file has no bytes.
    Empty,
    /// The first bytes are neither `SIMPLE  =` nor gzip.
    NotFits {
        /// The first bytes as text.
        starts_with: String,
    },
    /// The file ends within a header.
    HeaderCut {
        /// Where the file ends.
        file_size: u64,
    },
    /// The header goes on without `END` for longer than any real one.
    HeaderTooLong {
        /// The limit in bytes.
        limit: u64,
    },
    /// A byte that no header may hold.
    NotText {
        /// The byte.
        byte: u8,
    },
    /// The header does not open as it must.
    BadHeaderStart {
        /// The keyword that opens it.
        found: String,
    },
    /// A card that must be there is not.
    Missing {
        /// Its keyword.
        keyword: String,
    },
    /// A card that decides the structure has a value that cannot be.
    BadValue {
        /// Its keyword.
        keyword: String,
        /// What stands there.
        found: String,
    },
    /// The sizes in the header multiply to more than 2^63 bytes.
    TooLarge,
    /// The file ends before the data that the header announces, padding included.
    DataCut {
        /// Where the HDU must end.
        expected_end: u64,
        /// Where the file ends.
        file_size: u64,
    },
    /// Bytes after the last HDU that do not start another one.
    Trailing {
        /// The first of them as text.
        starts_with: String,
    },
    /// The file is not as long as the caller knows it to be.
    Size {
        /// Bytes it must have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// The sum over the whole HDU is not `ffffffff`.
    Checksum {
        /// The sum found.
        sum: u32,
    },
    /// The sum over the data is not the `DATASUM` card's.
    DataSum {
        /// The card's value.
        expected: u32,
        /// The sum found.
        found: u32,
    },
    /// The compressed stream is broken.
    Gzip {
        /// What the decoder or its trailer check says.
        detail: String,
    },
    /// The columns of a table do not fit its rows.
    Columns {
        /// What does not fit.
        detail: String,
    },
}

/// How packed files begin (as far as it is text), what they are, and what unpacks them.
const PACKINGS: [(&str, &str, &str); 5] = [
    ("BZh", "packed by bzip2", "bunzip2 FILE"),
    ("\u{1f}\u{fffd}", "packed by compress", "gunzip FILE"),
    ("\u{fffd}7zXZ", "packed by xz", "unxz FILE"),
    ("(\u{fffd}/\u{fffd}", "packed by zstd", "unzstd FILE"),
    ("PK", "a zip archive", "unzip FILE"),
];

impl DamageReason {
    /// What a whole file is compressed with, if that is all that is wrong, and the command that decompresses it.
    pub fn packing(&self) -> Option<(&'static str, &'static str)> {
        let Self::NotFits { starts_with } = self else {
            return None;
        };
        let found = PACKINGS.iter().find(|(start, ..)| starts_with.starts_with(start));
        found.map(|(_, packing, way)| (*packing, *way))
    }
}

impl fmt::Display for DamageReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty"),
            Self::NotFits { starts_with } => match self.packing() {
                Some((packing, way)) => write!(f, "{packing}; unpack it first with `{way}`"),
                None => write!(f, "not a FITS file; it starts with {starts_with:?}"),
            },
            Self::HeaderCut { file_size } => {
                write!(f, "the file ends at byte {file_size}, within the header (no END card)")
            }
            Self::HeaderTooLong { limit } => write!(f, "no END card within {limit} bytes of header"),
            Self::NotText { byte } => write!(f, "byte {byte:#04x} in a header, where only ASCII text may be"),
            Self::BadHeaderStart { found } => write!(f, "the header starts with {found:?}"),
            Self::Missing { keyword } => write!(f, "the header has no {keyword} card"),
            Self::BadValue { keyword, found } => write!(f, "{keyword} = {found}, which cannot be"),
            Self::TooLarge => f.write_str("the sizes in the header multiply to more than any file can hold"),
            Self::DataCut {
                expected_end,
                file_size,
            } => {
                write!(
                    f,
                    "the data must end at byte {expected_end}, but the file ends at byte {file_size}"
                )
            }
            Self::Trailing { starts_with } => write!(
                f,
                "after the last HDU come bytes that are not one, starting with {starts_with:?}"
            ),
            Self::Size { expected, found } => write!(f, "the file has {found} bytes, {expected} were expected"),
            Self::Checksum { sum } => write!(f, "CHECKSUM: the sum over the HDU is {sum:08x}, not ffffffff"),
            Self::DataSum { expected, found } => {
                write!(f, "DATASUM: the sum over the data is {found}, the card says {expected}")
            }
            Self::Gzip { detail } => write!(f, "gzip: {detail}"),
            Self::Columns { detail } => f.write_str(detail),
        }
    }
}
