//! The words of `plot`.

use std::path::PathBuf;

use clap::Args;

use super::FileLocation;
use crate::plot::Fold;

/// A picture.
#[derive(Debug, Args)]
pub(crate) struct Plot {
    /// s3://…, https://…, mast:… or a path; light curves of several files are drawn into one picture
    #[arg(required = true, value_name = "LOCATION")]
    pub locations: Vec<FileLocation>,
    /// The column of the light curve, e.g. `SAP_FLUX`; without it the one that the pipeline is known for
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// The column of times, e.g. `TIME`
    #[arg(long, value_name = "NAME")]
    pub time: Option<String>,
    /// The table's HDU, by its number or its name, e.g. `CIRC_APER3`
    #[arg(long, value_name = "N|NAME")]
    pub hdu: Option<String>,
    /// Fold at a period in days; T0, the time of phase 0, is a time as the file counts them, without it the first good cadence
    #[arg(long, value_name = "PERIOD[,T0]", allow_hyphen_values = true)]
    pub fold: Option<Fold>,
    /// Divide each light curve by the median of its good cadences; from magnitudes it is subtracted
    #[arg(long)]
    pub normalize: bool,
    /// Mark the stars of this catalogue in the picture of a target pixel file: tic, kic, epic, gaiadr3, gaiadr2
    #[arg(long, value_name = "CATALOG", requires = "output")]
    pub catalog: Option<String>,
    /// Mark stars that are brighter than this; else brighter than 18
    #[arg(long, value_name = "M", requires = "catalog", allow_negative_numbers = true, value_parser = super::catalog::magnitude)]
    pub magnitude_limit: Option<f64>,
    /// Write a picture instead of a chart in the terminal; `-` prints it as SVG
    #[arg(long, short, value_name = "FILE.svg|FILE.png|FILE.pdf|-")]
    pub output: Option<PathBuf>,
}
