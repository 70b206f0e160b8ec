//! What a client waits for: in this thread, or as an awaitable of asyncio.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use lksearch::{Client, Error};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::Handle;
use tokio::time::error::Elapsed;

use crate::error::raised;
use crate::shared::Shared;

/// Between two looks for Ctrl-C.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
/// After Ctrl-C, for what is being written to be kept or removed.
const TO_TIDY_UP: Duration = Duration::from_millis(500);

/// Makes Python's object of what came.
pub(crate) type Make = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// What is done between two looks for Ctrl-C.
type Tick<'a> = &'a mut dyn FnMut(Python<'_>) -> PyResult<()>;

type Work = Pin<Box<dyn Future<Output = Result<Make, Error>> + Send>>;

/// Work that is not begun.
pub(crate) struct Task {
    /// Whose runtime ends with it.
    pub(crate) shared: Arc<Shared>,
    pub(crate) handle: Handle,
    pub(crate) work: Work,
}

impl Task {
    /// Of what is to be done with the client, and of how Python sees what came of it.
    pub(crate) fn new<T, F>(
        shared: &Arc<Shared>,
        work: impl FnOnce(Client) -> F,
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> PyResult<Self>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (client, handle) = shared.client()?;
        let work = work(client);
        let work = Box::pin(async move {
            let came = work.await?;
            Ok(Box::new(move |py: Python<'_>| make(py, came)) as Make)
        });
        Ok(Self {
            shared: Arc::clone(shared),
            handle,
            work,
        })
    }

    /// Waits for it.
    pub(crate) fn wait(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.wait_with(py, &mut |_| Ok(()))
    }

    /// Waits for it, and does something now and then. Ctrl-C, and whatever else `tick` raises, ends it.
    pub(crate) fn wait_with(self, py: Python<'_>, tick: Tick<'_>) -> PyResult<Py<PyAny>> {
        let mut running = self.handle.spawn(self.work);
        let ended = loop {
            match within(py, &self.handle, PAUSE, &mut running) {
                Ok(ended) => break ended,
                Err(_not_yet) => {
                    if let Err(stop) = py.check_signals().and_then(|()| tick(py)) {
                        running.abort();
                        let _ended = within(py, &self.handle, TO_TIDY_UP, running);
                        return Err(stop);
                    }
                }
            }
        };
        ended.map_err(panicked)?.map_err(raised)?(py)
    }
}

/// What a future gives within this time, waited for without the interpreter's lock.
pub(crate) fn within<F>(py: Python<'_>, handle: &Handle, time: Duration, future: F) -> Result<F::Output, Elapsed>
where
    F: Future + Send,
    F::Output: Send,
{
    py.detach(|| handle.block_on(async { tokio::time::timeout(time, future).await }))
}

/// Does work that waits for the disk in a thread of its own. Ctrl-C comes back at once, and the work sees it in the flag.
pub(crate) fn aside<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&AtomicBool) -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    let stop = Arc::new(AtomicBool::new(false));
    let (seen, (tell, mut told)) = (Arc::clone(&stop), channel());
    let thread = std::thread::Builder::new().name("lksearch".to_owned());
    // Whoever was interrupted does not wait for it.
    let begun = thread.spawn(move || drop(tell.send(work(&seen))));
    begun.map_err(|error| raised(Error::Runtime(error)))?;
    loop {
        let came;
        (came, told) = py.detach(move || (told.recv_timeout(PAUSE), told));
        match (came, py.check_signals()) {
            (Ok(came), _) => return came.map_err(raised),
            (Err(RecvTimeoutError::Disconnected), _) => return Err(panicked("a thread panicked")),
            (Err(RecvTimeoutError::Timeout), Ok(())) => {}
            (Err(RecvTimeoutError::Timeout), Err(interrupt)) => {
                stop.store(true, Ordering::Relaxed);
                let _ended = py.detach(move || told.recv_timeout(TO_TIDY_UP));
                return Err(interrupt);
            }
        }
    }
}

/// A fault of ours.
pub(crate) fn panicked(what: impl std::fmt::Display) -> PyErr {
    PyRuntimeError::new_err(format!("{what}; this is a fault of lksearch_rs, please report it"))
}
