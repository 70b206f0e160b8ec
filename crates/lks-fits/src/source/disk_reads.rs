//! Which thread reads a disk.

use std::io;

/// Whether reading may hold up the thread that asks for the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiskReads {
    /// It may: the caller chose to wait, and no runtime is needed.
    InPlace,
    /// It may not, if it is one of tokio's: a thread of its pool for blocking work reads.
    InPool,
}

impl DiskReads {
    /// Does what blocks. A panic in it goes on in the caller, on whatever thread it happened.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        match self {
            Self::InPlace => work(),
            Self::InPool => in_pool(work).await,
        }
    }
}

#[cfg(feature = "object-store")]
async fn in_pool<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return work();
    };
    match runtime
        .spawn_blocking(work)
        .await
        .map_err(tokio::task::JoinError::try_into_panic)
    {
        Ok(done) => done,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(cancelled)) => Err(io::Error::other(cancelled)),
    }
}

#[cfg(not(feature = "object-store"))]
async fn in_pool<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    work()
}

#[cfg(test)]
mod tests;
