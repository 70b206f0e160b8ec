//! The certificates that the environment names in place of the system's. The TLS library reads these variables itself, and says of a
//! file that it cannot use only that there are no certificates.

use std::ffi::OsString;
use std::path::Path;

/// Where the TLS library looks on Linux.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// What is wrong if no certificates could be read although a variable says where they are.
pub(crate) fn wrong(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let named = VARIABLES.into_iter().find_map(|name| Some((name, variable(name)?)));
    let (name, value) = named?;
    let path = Path::new(&value);
    let why = match std::fs::metadata(path) {
        Err(error) => format!("which cannot be read: {error}"),
        Ok(_) => "in which there is no certificate that can be read".to_owned(),
    };
    Some(format!(
        "the variable {name} names {}, {why}; correct it, or unset it to use the certificates of the system",
        path.display()
    ))
}

#[cfg(test)]
mod tests;
