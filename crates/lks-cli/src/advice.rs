//! What to do next about an error that does not say so itself.

use std::error::Error as StdError;
use std::io::{self, ErrorKind::*};

use lksearch::{Error, ErrorKind};

/// The next step, if there is one.
pub(crate) fn after(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Remote => of_the_archive(&error.to_string()),
        // What must be done is said by the error itself.
        ErrorKind::Offline => None,
        _ => of_the_system(error),
    }
}

/// What helps where nobody answers, or nobody answers as they should.
fn of_the_archive(error: &str) -> Option<&'static str> {
    Some(
        if error.contains("http://127.0.0.1:") && error.contains("no connection") {
            "nothing listens there; if it was `lksearch sandbox`, start it again, or unset the variables LKSEARCH_ENDPOINTS__… that it printed"
        } else if error.contains("certificate was not accepted") {
            "is the clock of this machine right? `SSL_CERT_FILE` names other certificates to trust, such as those of a proxy"
        } else {
            "try again later; -v shows each request, and `lksearch cache ls` what is here without a network"
        },
    )
}

/// What helps where there is nothing but what the system says.
fn of_the_system(error: &Error) -> Option<&'static str> {
    #[cfg(feature = "download")]
    if matches!(
        error,
        Error::Store(lksearch::cache::Error::Full { .. } | lksearch::cache::Error::ReadOnly { .. })
    ) {
        return None;
    }
    let mut causes = std::iter::successors(error.source(), |cause: &&(dyn StdError + 'static)| (*cause).source());
    let system = causes.find_map(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .filter(|system| system.get_ref().is_none())
    })?;
    match system.kind() {
        NotFound => Some("look whether the path is spelled as it should be, and its directory is there"),
        PermissionDenied | ReadOnlyFilesystem => Some("choose another place, or ask for permission there"),
        IsADirectory => Some("give a file, not a directory"),
        NotADirectory | AlreadyExists => Some("a file is where a directory should be; move it or choose another place"),
        StorageFull | QuotaExceeded => Some("free some space, or choose another place"),
        _ => None,
    }
}
