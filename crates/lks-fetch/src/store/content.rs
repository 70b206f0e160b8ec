//! What a file of a given name must look like, from its first bytes to its last.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use lks_cache::RelativePath;
use lks_fits::verify::{self, Oddity, Report};

/// Bytes from the beginning of a file that are enough to know what it is.
pub(crate) const HEAD: usize = 80;
/// How a FITS file begins.
const FITS: &[u8] = b"SIMPLE  =";

/// Whether a file is what its name promises, from its first bytes to its last, and has the checksums that it says it has: the one check of
/// content, in the form that the store asks for it.
///
/// FITS and gzip files are read to their end; of others only the beginning is checked. `Ok(Some(_))` says what is odd about a complete file.
///
/// # Errors
/// What is wrong, in words. A wrong checksum in the file may also be the publisher's: of a file whose SHA-256 is on record it is.
pub fn check_content(path: &RelativePath, file: &File) -> Result<Option<String>, String> {
    let form = Form::of(path.filename());
    form.check_head(&head(file)?, None)?;
    form.check(file).map_err(|fault| fault.message)
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    /// Nothing but checksums in the file: it was damaged, or is published so.
    pub(crate) in_sums: bool,
}

/// What the name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Fits,
    FitsGz,
    Gzip,
    Pdf,
    Png,
    Zip,
    /// A page or other text may be anything.
    Text,
    /// Nothing is known of it, but an error page it is not.
    Other,
}

impl Form {
    pub(crate) fn of(filename: &str) -> Self {
        let name = filename.to_ascii_lowercase();
        let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
        match () {
            () if ends(&[".fits", ".fit"]) => Self::Fits,
            () if ends(&[".fits.gz", ".fit.gz"]) => Self::FitsGz,
            () if ends(&[".gz", ".tgz"]) => Self::Gzip,
            () if ends(&[".pdf"]) => Self::Pdf,
            () if ends(&[".png"]) => Self::Png,
            () if ends(&[".zip"]) => Self::Zip,
            () if ends(&[
                ".txt", ".csv", ".html", ".htm", ".xml", ".json", ".md", ".dat", ".tbl", ".lis",
            ]) =>
            {
                Self::Text
            }
            () => Self::Other,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fits => "a FITS file",
            Self::FitsGz => "a gzipped FITS file",
            Self::Gzip => "a gzip file",
            Self::Pdf => "a PDF file",
            Self::Png => "a PNG picture",
            Self::Zip => "a zip file",
            Self::Text | Self::Other => "the file",
        }
    }

    /// Whether a file may begin like this; `head` is its first [`HEAD`] bytes, or all of it.
    pub(crate) fn check_head(self, head: &[u8], content_type: Option<&str>) -> Result<(), String> {
        let good = match self {
            Self::Fits => head.starts_with(FITS),
            Self::FitsGz | Self::Gzip => head.starts_with(&[0x1f, 0x8b]),
            Self::Pdf => head.starts_with(b"%PDF"),
            Self::Png => head.starts_with(b"\x89PNG"),
            Self::Zip => head.starts_with(b"PK"),
            Self::Text => true,
            Self::Other => !is_page(head),
        };
        if good {
            return Ok(());
        }
        if head.is_empty() {
            return Err(format!("there is nothing instead of {}", self.name()));
        }
        let text: String = String::from_utf8_lossy(head)
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let content_type = content_type.map_or(String::new(), |it| format!(" ({it})"));
        Err(format!(
            "not {} but something else{content_type}: {:?}",
            self.name(),
            text.trim()
        ))
    }

    /// Whether the structure of such a file tells that it is whole, to its last byte.
    pub(crate) fn has_structure(self) -> bool {
        match self {
            Self::Fits | Self::FitsGz | Self::Gzip => true,
            Self::Pdf | Self::Png | Self::Zip | Self::Text | Self::Other => false,
        }
    }

    /// Whether the whole file is what it should be, as far as its structure and the checksums in it tell.
    pub(crate) fn check(self, file: &File) -> Result<Option<String>, Fault> {
        match self {
            Self::Fits | Self::FitsGz => check_fits(file),
            Self::Gzip if unpacked_head(file)? == FITS => check_fits(file),
            Self::Gzip => Ok(drain_gzip(file).map(|()| None)?),
            Self::Other if head(file)?.starts_with(FITS) => check_fits(file),
            Self::Pdf | Self::Png | Self::Zip | Self::Text | Self::Other => Ok(None),
        }
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        let in_sums = false;
        Self { message, in_sums }
    }
}

/// Its structure and sums.
fn check_fits(file: &File) -> Result<Option<String>, Fault> {
    judge(verify::examine_file(file))
}

/// Whether a FITS file is what it should be.
pub(crate) fn judge(examined: Result<Report, lks_fits::Error>) -> Result<Option<String>, Fault> {
    let report = match examined {
        Ok(report) => report,
        // Nothing speaks against what is too much to be checked.
        Err(limit @ lks_fits::Error::Unsupported { .. }) => {
            return Ok(Some(format!("not checked to its end: {limit}")));
        }
        Err(error) => return Err(error.to_string().into()),
    };
    if let Some(damage) = report.broken() {
        return Err(format!("HDU {} at byte {}: {}", damage.hdu, damage.offset, damage.reason).into());
    }
    if !report.is_whole() {
        return Err(Fault {
            message: wrong_sums(&report),
            in_sums: true,
        });
    }
    let odd = report.oddities.iter().find_map(|warning| match warning {
        Oddity::HdusMissing { .. } => Some(warning.to_string()),
        _ => None,
    });
    Ok(odd)
}

fn wrong_sums(report: &Report) -> String {
    let mut hdus: Vec<String> = report.damage.iter().map(|finding| finding.hdu.to_string()).collect();
    hdus.dedup();
    let hdus = hdus.join(", ");
    format!("the checksum in the file is wrong for HDU {hdus}: {}", report.proof())
}

fn head(file: &File) -> Result<Vec<u8>, String> {
    first(rewound(file)?, HEAD).map_err(|error| format!("it cannot be read: {error}"))
}

/// The first bytes of what a gzip file holds.
fn unpacked_head(file: &File) -> Result<Vec<u8>, String> {
    first(unpacked(file)?, FITS.len()).map_err(damaged_gzip)
}

fn first(reader: impl Read, num_bytes: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(num_bytes as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_page(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head)
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<?xml"]
        .iter()
        .any(|page| text.starts_with(page))
}

pub(super) fn rewound(mut file: &File) -> Result<&File, String> {
    file.seek(SeekFrom::Start(0))
        .map_err(|error| format!("it cannot be read again: {error}"))?;
    Ok(file)
}

pub(super) fn unpacked(file: &File) -> Result<impl Read, String> {
    Ok(flate2::read::MultiGzDecoder::new(io::BufReader::new(rewound(file)?)))
}

fn drain_gzip(file: &File) -> Result<(), String> {
    io::copy(&mut unpacked(file)?, &mut io::sink())
        .map(drop)
        .map_err(damaged_gzip)
}

fn damaged_gzip(error: io::Error) -> String {
    format!("its compressed data is damaged: {error}")
}

#[cfg(test)]
mod tests;
