//! The words about FITS files.

use clap::Subcommand;

use super::Output;

/// FITS files.
#[derive(Debug, Subcommand)]
pub enum Fits {
    /// List the HDUs with their offsets
    #[command(after_help = "Examples:\n  lksearch fits info file.fits")]
    Info {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the header cards as they stand in the file, or as a table of one row per card
    #[command(after_help = "Examples:\n  lksearch fits header file.fits --hdu 1")]
    Header {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// Only this HDU, by its number or its name; without it all, each after a line `# HDU N NAME`
        #[arg(long, value_name = "N|NAME")]
        hdu: Option<String>,
        /// How to print them.
        #[command(flatten)]
        output: Output,
    },
    /// Print the rows of a table
    #[command(after_help = "Examples:\n  lksearch fits table file.fits --columns TIME,PDCSAP_FLUX --rows :10")]
    Table {
        /// s3://…, https://…, mast:… or a path
        location: String,
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
    /// Say whether a file is whole: structure, CHECKSUM and DATASUM of every HDU; exit code 6 if it is not
    #[command(after_help = "Examples:\n  lksearch fits verify file.fits")]
    Verify {
        /// s3://…, https://…, mast:… or a path
        location: String,
        /// How to print the result.
        #[command(flatten)]
        output: Output,
    },
}

impl Fits {
    /// What is looked into.
    pub fn location(&self) -> &str {
        match self {
            Self::Info { location, .. }
            | Self::Header { location, .. }
            | Self::Table { location, .. }
            | Self::Verify { location, .. } => location,
        }
    }
}
