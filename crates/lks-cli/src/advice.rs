//! What to do next about an error that does not say so itself.

use std::error::Error as StdError;
use std::io::{self, ErrorKind::*};

use lksearch::{Error, ErrorKind};

/// Where a proxy may be named.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The next steps, best first.
pub fn after(error: &Error) -> Vec<String> {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Remote => of_the_archive(&error.to_string()),
        _ => of_the_system(error).map(str::to_owned).into_iter().collect(),
    }
}

/// What helps where nobody answers, or nobody answers as they should.
fn of_the_archive(error: &str) -> Vec<String> {
    if error.contains("offline") {
        return Vec::new();
    }
    let first = if error.contains("certificate was not accepted") {
        "is the clock of this machine right? On Linux `SSL_CERT_FILE` names further certificates, such as those of a proxy"
    } else {
        "try again later; -v shows each request, and `lksearch cache ls` what is here without a network"
    };
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let proxy = PROXY_VARIABLES.into_iter().find(is_set);
    let proxy = proxy.map(|name| format!("requests go through the proxy that {name} names"));
    [first.to_owned()].into_iter().chain(proxy).collect()
}

/// What helps where there is nothing but what the system says.
fn of_the_system(error: &Error) -> Option<&'static str> {
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
