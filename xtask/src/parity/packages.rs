//! The packages that are compared with, each list in an environment of its own.

/// What is compared with; an environment with other packages is another folder.
pub(super) const PACKAGES: [&str; 2] = ["lksearch==1.2.1", "astroquery==0.4.11"];

/// The folder of their environment, below the target directory.
pub(super) const ENVIRONMENT: &str = "parity-python";

/// The readers of the field in their newest versions, for what is run by hand.
pub(super) const READERS: [&str; 6] = [
    "astropy==8.0.2",
    "numpy==2.5.5",
    "pandas==3.1.1",
    "polars==2.1.0",
    "duckdb==2.0.1",
    "pyarrow==26.0.1",
];
pub(super) const LIGHTKURVE: [&str; 2] = ["lightkurve==2.6.0", "astropy==8.0.2"];

/// Clients of catalogues.
pub(super) const CATALOGUES: [&str; 4] = ["lksearch==1.2.1", "astroquery==0.4.11", "pyvo==1.9.1", "numpy<2"];

/// Who cuts out of cubes, and the archived world coordinates of TESS.
pub(super) const CUTTERS: [&str; 5] = [
    "astrocut==1.4.0",
    "astropy==8.0.2",
    "tesscube==1.2.1",
    "scipy==1.18.1",
    "tesswcs==1.9.3",
];
/// The last astrocut that gives columns of pixels their world coordinates.
pub(super) const OLD_CUTTER: [&str; 4] = [
    "astrocut==0.11.1",
    "astropy==7.2.3",
    "numpy==1.26.4",
    "requests==2.34.2",
];

/// The archived world coordinates of TESS, and who reads them.
pub(super) const WORLD_COORDINATES: [&str; 2] = ["astropy==8.0.2", "tesswcs==1.9.3"];
