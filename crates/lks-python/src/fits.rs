//! FITS files, read where they lie.

use std::sync::Arc;

use lksearch::fits::{self, HduInfo, Location};
use lksearch::{Client, Error};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::error::{meaningless, raised};
use crate::hdu::Hdu;
use crate::settings::path;
use crate::shared::Shared;
use crate::table::{converted, row_number};
use crate::task::Task;

/// An open file, and what reads it.
pub(crate) struct Open {
    shared: Arc<Shared>,
    /// Its connections are of this process.
    process: u32,
    location: String,
    /// Where it is on a disk.
    path: Option<String>,
    pub(crate) file: fits::FitsFile,
}

/// A file whose headers were read.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct FitsFile(Arc<Open>);

impl Shared {
    /// Opens the file at a location.
    pub(crate) fn open_task(self: &Arc<Self>, location: &Bound<'_, PyAny>) -> PyResult<Task> {
        let location = path(location)?
            .into_os_string()
            .into_string()
            .map_err(|path| meaningless(format!("{}: the name is not UTF-8", path.display())))?;
        let of_file = Arc::clone(self);
        let open = |client: Client| async move {
            let place = client.locate(&location).await?;
            let path = match &place {
                Location::File(path) => Some(path.display().to_string()),
                _ => None,
            };
            let file = fits::FitsFile::open(place).await?;
            Ok((location, path, file))
        };
        Task::new(self, open, |py, (location, path, file)| {
            let open = Open {
                shared: of_file,
                process: std::process::id(),
                location,
                path,
                file,
            };
            FitsFile(Arc::new(open)).into_py_any(py)
        })
    }
}

impl Open {
    fn check(&self) -> PyResult<()> {
        if self.process == std::process::id() || self.path.is_some() {
            return Ok(());
        }
        Err(meaningless(format!(
            "{}: it was opened in the process that was forked, whose connections are not of this one; open it again here",
            self.location
        )))
    }

    /// Reads something of the file.
    pub(crate) fn read<T, F>(
        self: &Arc<Self>,
        py: Python<'_>,
        work: impl FnOnce(Arc<Self>) -> F,
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> PyResult<Py<PyAny>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, fits::Error>> + Send + 'static,
    {
        self.check()?;
        let work = work(Arc::clone(self));
        Task::new(&self.shared, |_| async move { Ok::<_, Error>(work.await?) }, make)?.wait(py)
    }

    pub(crate) fn info(&self, index: usize) -> &HduInfo {
        &self.file.hdus()[index]
    }
}

#[pymethods]
impl FitsFile {
    #[getter]
    fn location(&self) -> &str {
        &self.0.location
    }

    /// Where it is on a disk; None if it is elsewhere.
    #[getter]
    fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    #[getter]
    fn size(&self) -> u64 {
        self.0.file.size()
    }

    fn __len__(&self) -> usize {
        self.0.file.hdus().len()
    }

    fn __getitem__(&self, hdu: &Bound<'_, PyAny>) -> PyResult<Hdu> {
        let index = match hdu.extract::<isize>() {
            Ok(number) => {
                let num_hdus = self.0.file.hdus().len();
                row_number(number, num_hdus)
                    .map_err(|_| PyIndexError::new_err(format!("HDU {number} of a file of {num_hdus} HDUs")))?
            }
            Err(_) => self.0.file.find(&hdu.str()?.to_string()).map_err(raised)?,
        };
        Ok(Hdu {
            open: Arc::clone(&self.0),
            index,
        })
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let hdus = (0..self.0.file.hdus().len()).map(|index| Hdu {
            open: Arc::clone(&self.0),
            index,
        });
        hdus.collect::<Vec<_>>().into_py_any(py)?.call_method0(py, "__iter__")
    }

    /// All bytes, unpacked if it is gzip.
    fn read_bytes(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let read = |open: Arc<Open>| async move { open.file.bytes(0..open.file.size()).await };
        self.0
            .read(py, read, |py, bytes| PyBytes::new(py, &bytes).into_py_any(py))
    }

    #[pyo3(signature = (**keywords))]
    fn to_lightkurve<'py>(
        slf: &Bound<'py, Self>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let convert = slf.py().import("lksearch_rs._convert")?.getattr("to_lightkurve")?;
        convert.call((slf,), keywords)
    }

    fn to_astropy(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_hdulist")
    }

    #[pyo3(signature = (**options))]
    fn plot<'py>(&self, py: Python<'py>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        let client = crate::client::Client {
            shared: Arc::clone(&self.0.shared),
        };
        let client = client.into_bound_py_any(py)?;
        client.call_method("plot", (&self.0.location,), options)
    }

    fn __repr__(&self) -> String {
        let hdus: Vec<&str> = self.0.file.hdus().iter().map(|info| info.name.as_str()).collect();
        format!("<FitsFile {}: {}>", self.0.location, hdus.join(", "))
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "file_to_html")
    }
}
