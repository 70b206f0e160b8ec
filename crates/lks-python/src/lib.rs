//! The Python package `lksearch_rs`: the client, its tables and the FITS files that it opens, as Python sees them.
//!
//! This crate only translates. What waits does so without the interpreter's lock, and looks for Ctrl-C twenty times a second. What needs another package
//! (numpy, pandas, astropy, …) is in the Python files beside it, which import it when they are asked.

mod asynchronous;
mod cached;
mod catalogues;
mod client;
mod column;
mod download;
mod error;
mod ffi;
mod fits;
mod fits_table;
mod found;
mod hdu;
mod import;
mod mask;
mod meter;
mod numbers;
mod pickled;
mod program;
mod question;
mod running;
#[cfg(feature = "sandbox")]
mod sandbox;
mod searches;
mod select;
mod settings;
mod shared;
mod table;
mod tables;
mod task;
mod values;

/// What `lksearch_rs` takes over.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::asynchronous::{AsyncClient, Stopper};
    #[pymodule_export]
    use crate::client::Client;
    #[pymodule_export]
    use crate::column::Column;
    #[pymodule_export]
    use crate::fits::FitsFile;
    #[pymodule_export]
    use crate::fits_table::FitsTable;
    #[pymodule_export]
    use crate::hdu::Hdu;
    #[pymodule_export]
    use crate::mask::Mask;
    #[pymodule_export]
    use crate::pickled::{_client, _table};
    #[pymodule_export]
    use crate::program::{Picture, run};
    #[pymodule_export]
    use crate::running::Download;
    #[cfg(feature = "sandbox")]
    #[pymodule_export]
    use crate::sandbox::{Sandbox, sandbox};
    #[pymodule_export]
    use crate::settings::{config_file, get_config, init_config, set_config};
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::tables::{Manifest, Plan, SearchResult, merge};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
