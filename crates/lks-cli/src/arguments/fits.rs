//! The words about FITS files.

use clap::Subcommand;

use super::{FileLocation, Output};

/// FITS files.
#[derive(Debug, Subcommand)]
pub(crate) enum Fits {
    /// List the HDUs with their offsets
    #[command(after_help = "Examples:\n  lksearch fits info file.fits")]
    Info {
        /// s3://…, https://…, mast:… or a path
        location: FileLocation,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the header cards as they stand in the file, or as a table of one row per card
    #[command(
        after_help = "Examples:\n  lksearch fits header file.fits --hdu 1\n  lksearch fits header file.fits --keyword OBJECT,EXPOSURE"
    )]
    Header {
        /// s3://…, https://…, mast:… or a path
        location: FileLocation,
        /// Only this HDU, by its number or its name; without it all, each after a line `# HDU N NAME`
        #[arg(long, value_name = "N|NAME")]
        hdu: Option<String>,
        /// Only the cards of these keywords, in any case, separated by commas; `*` and `?` stand for any letters: `'NAXIS*'`
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        keyword: Vec<String>,
        /// Further keywords, as in `FILE --keyword A B`.
        #[arg(hide = true, value_name = "KEYWORD", requires = "keyword", value_delimiter = ',', value_parser = further_keyword)]
        further_keywords: Vec<String>,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the rows of a table
    #[command(after_help = "Examples:\n  lksearch fits table file.fits --columns TIME,PDCSAP_FLUX --rows :10")]
    Table {
        /// s3://…, https://…, mast:… or a path
        location: FileLocation,
        /// The table's HDU, by its number or its name; without it the first table of the file
        #[arg(long, value_name = "N|NAME")]
        hdu: Option<String>,
        /// Columns to print, separated by commas, in this order
        #[arg(long, value_delimiter = ',', value_name = "A,B")]
        columns: Vec<String>,
        /// Rows from A up to but not including B, the first row being 0; `:100`, `1000:`, and from the end `-10:`
        #[arg(long, value_name = "A:B", allow_hyphen_values = true)]
        rows: Option<String>,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the pixels of an image
    ///
    /// Pixels are counted as FITS does: X along NAXIS1, Y along NAXIS2, from 1, both ends included, as in DS9 and CFITSIO. People see the
    /// rows of the image from the top, which is the largest Y; programs get a row for each pixel: `x`, `y`, `value`.
    #[command(
        after_help = "Examples:\n  lksearch fits image file.fits --hdu APERTURE\n  lksearch fits image ffi.fits --section 101:110,201:210"
    )]
    Image {
        /// s3://…, https://…, mast:… or a path
        location: FileLocation,
        /// The image's HDU, by its number or its name; without it the first image of the file
        #[arg(long, value_name = "N|NAME")]
        hdu: Option<String>,
        /// These pixels only; a number alone is one pixel, `*` all of an axis. Only the rows of the section are read
        #[arg(long, value_name = "X1:X2,Y1:Y2")]
        section: Option<String>,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Check that a file is intact: structure, CHECKSUM and DATASUM of every HDU; exit code 6 if it is not
    #[command(after_help = "Examples:\n  lksearch fits verify file.fits")]
    Verify {
        /// s3://…, https://…, mast:… or a path
        location: FileLocation,
        /// How to print the result.
        #[command(flatten)]
        output: Output,
    },
}

/// A word after the file, unless it looks like a file itself.
fn further_keyword(word: &str) -> Result<String, String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_*? ".contains(letter);
    match word.chars().all(is_letter) {
        true => Ok(word.to_owned()),
        false => Err("this is not a keyword, and only one file is read at once; write `FILE --keyword A,B`".to_owned()),
    }
}

impl Fits {
    /// What is looked into, and how it is printed.
    pub(crate) fn location_and_output(&self) -> (&FileLocation, &Output) {
        match self {
            Self::Info { location, output }
            | Self::Header { location, output, .. }
            | Self::Table { location, output, .. }
            | Self::Image { location, output, .. }
            | Self::Verify { location, output } => (location, output),
        }
    }
}
