//! A download that runs while its rows are given.

use std::sync::Arc;

use lksearch::fetch::ManifestRow;
use lksearch::{DownloadOptions, Error, Event, Manifest, Progress, Table};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::{AbortHandle, JoinHandle};

use crate::download::manifest;
use crate::error::{meaningless, raised};
use crate::meter::Meter;
use crate::shared::Shared;
use crate::task::{PAUSE, panicked, within};

/// A download that runs, or ran.
enum Running {
    Going(JoinHandle<Manifest>),
    /// None if it was stopped.
    Done(Option<Manifest>),
}

impl Running {
    /// Waits for its end.
    async fn ended(&mut self) -> Result<&Manifest, PyErr> {
        if let Self::Going(running) = self {
            *self = Self::Done(match running.await {
                Ok(manifest) => Some(manifest),
                Err(error) if error.is_cancelled() => None,
                Err(error) => return Err(panicked(error)),
            });
        }
        match self {
            Self::Done(Some(manifest)) => Ok(manifest),
            Self::Done(None) | Self::Going(_) => Err(raised(Error::Cancelled)),
        }
    }
}

/// A download whose rows are given as they are done. It stops when it is dropped.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Download {
    /// What runs ends with its client.
    _shared: Arc<Shared>,
    handle: Handle,
    process: u32,
    meter: Arc<Meter>,
    stop: AbortHandle,
    told: tokio::sync::Mutex<UnboundedReceiver<(usize, Arc<ManifestRow>)>>,
    running: tokio::sync::Mutex<Running>,
}

impl Download {
    /// Begins to bring the files of these rows.
    pub(crate) fn begin(shared: Arc<Shared>, table: Table, options: DownloadOptions) -> PyResult<Self> {
        let (client, handle) = shared.client()?;
        let (rows, told) = unbounded_channel();
        let meter = Arc::new(Meter::default());
        let watched = Arc::clone(&meter);
        // It is dropped with the run, which ends the rows.
        let telling = move |event: Event| {
            if let Event::FileDone { row, outcome } = &event {
                // Nobody may look at them any more.
                let _gone = rows.send((*row, Arc::clone(outcome)));
            }
            watched.event(event);
        };
        let running = handle.spawn(async move { client.download(&table, &options, &telling).await });
        Ok(Self {
            _shared: shared,
            handle,
            process: std::process::id(),
            meter,
            stop: running.abort_handle(),
            told: tokio::sync::Mutex::new(told),
            running: tokio::sync::Mutex::new(Running::Going(running)),
        })
    }

    fn check(&self) -> PyResult<()> {
        match self.process == std::process::id() {
            true => Ok(()),
            false => Err(meaningless(
                "this download runs in the process that was forked; begin another one here",
            )),
        }
    }
}

#[pymethods]
impl Download {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.check()?;
        loop {
            let next = async { self.told.lock().await.recv().await };
            match within(py, &self.handle, PAUSE, next) {
                Ok(Some((row, outcome))) => return Ok(Some(of_row(py, row, &outcome)?)),
                Ok(None) => return Ok(None),
                Err(_not_yet) => py.check_signals()?,
            }
        }
    }

    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.check()?;
        loop {
            let ended = async { self.running.lock().await.ended().await.cloned() };
            match within(py, &self.handle, PAUSE, ended) {
                Ok(ended) => return manifest(py, ended?),
                Err(_not_yet) => {
                    if let Err(stop) = py.check_signals() {
                        self.cancel();
                        return Err(stop);
                    }
                }
            }
        }
    }

    fn cancel(&self) {
        self.stop.abort();
    }

    #[getter]
    fn progress<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.meter.state(py)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // Another process's runtime is not of this one.
        if self.process == std::process::id() {
            self.cancel();
        }
    }
}

/// A row that is done, as in the manifest.
fn of_row<'py>(py: Python<'py>, row: usize, outcome: &ManifestRow) -> PyResult<Bound<'py, PyDict>> {
    let done = PyDict::new(py);
    done.set_item("row", row)?;
    done.set_item("Local Path", outcome.local_path.as_deref())?;
    done.set_item("Status", outcome.status.word())?;
    done.set_item("Message", outcome.message.as_deref())?;
    done.set_item("URL", outcome.url.as_deref())?;
    done.set_item("source", outcome.source.map(lksearch::Source::word))?;
    done.set_item("bytes", outcome.bytes)?;
    done.set_item("sha256", outcome.sha256.as_deref())?;
    done.set_item("dataURI", outcome.data_uri.as_deref())?;
    done.set_item("productFilename", outcome.filename.as_deref())?;
    Ok(done)
}
