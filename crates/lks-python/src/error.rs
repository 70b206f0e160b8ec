//! Errors of the client as exceptions of Python.

use lksearch::{Error, ErrorKind};
use pyo3::prelude::*;

/// The exception of an error.
pub(crate) fn raised(error: impl Into<Error>) -> PyErr {
    let error = error.into();
    Python::attach(|py| exception(py, &error).unwrap_or_else(|failure| failure))
}

/// The exception for what the caller gave and has no meaning.
pub(crate) fn meaningless(message: impl Into<String>) -> PyErr {
    raised(Error::Input(message.into()))
}

/// The class with its message and hint. They are defined in Python, where an exception that pickles and has two bases takes a line.
fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let class = match error.kind() {
        ErrorKind::Config => "ConfigError",
        ErrorKind::InvalidQuery => "InvalidQueryError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Unavailable => "UnavailableError",
        ErrorKind::Offline => "OfflineError",
        ErrorKind::Remote => "RemoteError",
        ErrorKind::Corrupt => "CorruptError",
        ErrorKind::Storage => "StorageError",
        ErrorKind::Cancelled => "CancelledError",
        // The kinds may grow.
        _ => "LksearchError",
    };
    let class = py.import("lksearch_rs._errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call1((error.to_string(), hint(error)))?))
}

/// The next step where the message does not say it.
fn hint(error: &Error) -> Option<String> {
    if error.kind() == ErrorKind::Offline {
        return Some("`client.with_settings(offline=False)` asks".to_owned());
    }
    #[cfg(feature = "program")]
    return lks_cli::hint(error);
    #[cfg(not(feature = "program"))]
    None
}
