//! Work that blocks, on a thread that may.

use tokio::task::JoinHandle;

/// Does the work. A panic in it goes on here: it is a bug, and must not be taken for something that the disk did.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    outcome(tokio::task::spawn_blocking(work)).await
}

/// What came of work that was begun before, as [`blocking`].
pub(crate) async fn outcome<T>(begun: JoinHandle<T>) -> T {
    begun
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
