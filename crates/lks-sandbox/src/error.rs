//! Why a sandbox does not start.

use std::io;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port is taken or not allowed; another one helps.
    #[error("cannot listen on port {port} of 127.0.0.1; choose another port, or 0 for a free one")]
    Listen {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The system gives no more threads.
    #[error("cannot start the sandbox's thread")]
    Thread {
        /// What the system said.
        source: io::Error,
    },
}
