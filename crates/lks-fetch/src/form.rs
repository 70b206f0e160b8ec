//! What a file of a given name must look like, from its first bytes to its last.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use lks_fits::verify::{self, SumState};

/// Bytes from the beginning of a file that are enough to know what it is.
pub(crate) const HEAD: usize = 80;

/// Whether a file is what its name promises, from its first bytes to its last: for files that nobody's record speaks of.
///
/// FITS and gzip files are walked to their end; of others only the beginning tells. Sums are not looked at.
///
/// # Errors
/// What is wrong, in words.
pub fn check_whole(filename: &str, file: &File) -> Result<(), String> {
    let form = Form::of(filename);
    let (mut reader, mut head) = (file, Vec::new());
    rewind(&mut reader)?;
    reader
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| format!("it cannot be read: {error}"))?;
    form.check_head(&head, None)?;
    form.check_whole(file, None)
}

/// Whether every checksum that a file of this name holds is right; no checksum is no fault.
///
/// # Errors
/// Which one is wrong, or what is damaged besides.
pub fn check_sums(filename: &str, file: &File) -> Result<(), String> {
    Form::of(filename).check_sums(file)
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
            Self::Fits => head.starts_with(b"SIMPLE  ="),
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

    /// Whether the whole file is what it should be, as far as its structure tells; `length` is its size if the source announced it.
    pub(crate) fn check_whole(self, file: &File, length: Option<u64>) -> Result<(), String> {
        let mut file = file;
        rewind(&mut file)?;
        match self {
            Self::Fits | Self::FitsGz => verify::structure(&mut file, length)
                .map(drop)
                .map_err(|error| error.to_string()),
            Self::Gzip => drain_gzip(&mut file),
            Self::Pdf | Self::Png | Self::Zip | Self::Text | Self::Other => Ok(()),
        }
    }

    /// Whether every checksum that the file holds is right; no checksum is no fault.
    pub(crate) fn check_sums(self, file: &File) -> Result<(), String> {
        match self {
            Self::Fits | Self::FitsGz => {
                let mut file = file;
                rewind(&mut file)?;
                let report = verify::examine(io::BufReader::new(file)).map_err(|error| error.to_string())?;
                let wrong = report.hdus.iter().find(|hdu| {
                    hdu.sums
                        .as_ref()
                        .is_some_and(|sums| sums.checksum == SumState::Invalid || sums.datasum == SumState::Invalid)
                });
                match wrong {
                    Some(hdu) => Err(format!("the checksum in the file is wrong for HDU {}", hdu.info.index)),
                    None => Ok(()),
                }
            }
            Self::Gzip | Self::Pdf | Self::Png | Self::Zip | Self::Text | Self::Other => Ok(()),
        }
    }
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

fn rewind(file: &mut &File) -> Result<(), String> {
    file.seek(SeekFrom::Start(0))
        .map(drop)
        .map_err(|error| format!("it cannot be read again: {error}"))
}

fn drain_gzip(file: &mut &File) -> Result<(), String> {
    let copied = io::copy(
        &mut flate2::read::MultiGzDecoder::new(io::BufReader::new(file)),
        &mut io::sink(),
    );
    copied
        .map(drop)
        .map_err(|error| format!("its compressed data is damaged: {error}"))
}

#[cfg(test)]
mod tests;
