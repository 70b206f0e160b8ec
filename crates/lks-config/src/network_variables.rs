//! What the environment says of the network, in the variables that curl and OpenSSL read, too.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::sources::Sources;

/// The spellings of a variable; the first one that is set counts, as curl has it.
type Names = &'static [&'static str];

const HTTPS_PROXY: Names = &["HTTPS_PROXY", "https_proxy"];
const HTTP_PROXY: Names = &["HTTP_PROXY", "http_proxy"];
const ALL_PROXY: Names = &["ALL_PROXY", "all_proxy"];
const NO_PROXY: Names = &["NO_PROXY", "no_proxy"];
const CERTIFICATE_FILE: Names = &["SSL_CERT_FILE"];
const CERTIFICATE_DIRECTORIES: Names = &["SSL_CERT_DIR"];
const CGI_METHOD: &str = "REQUEST_METHOD";

/// All that are read.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let proxies = [HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY];
    let all = proxies.into_iter().chain([CERTIFICATE_FILE, CERTIFICATE_DIRECTORIES]);
    all.flatten().copied().chain([CGI_METHOD])
}

/// The proxies and certificates that the environment names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkVariables {
    /// The proxy of requests by `https`: `HTTPS_PROXY`, or `ALL_PROXY`.
    pub https_proxy: Option<Variable>,
    /// The proxy of requests by `http`: `HTTP_PROXY`, or `ALL_PROXY`.
    pub http_proxy: Option<Variable>,
    /// Hosts that are reached without a proxy: `NO_PROXY`.
    pub no_proxy: Option<Variable>,
    /// A file of certificates in place of the system's: `SSL_CERT_FILE`.
    pub certificate_file: Option<Variable>,
    /// Directories of certificates in place of the system's: `SSL_CERT_DIR`.
    pub certificate_directories: Option<Variable>,
}

/// A variable that is set. Its value may hold a password, and is not printed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name, in the spelling that is used.
    pub name: &'static str,
    /// Its value.
    pub value: OsString,
}

impl NetworkVariables {
    /// Those of these sources.
    pub(crate) fn of(sources: &Sources) -> Self {
        let first = |names: Names| {
            let mut names = names.iter().copied();
            let set = names.find_map(|name| Some((name, sources.raw_variable(name)?)));
            let (name, value) = set.filter(|(_, value)| !value.is_empty())?;
            let value = value.to_owned();
            Some(Variable { name, value })
        };
        // In a CGI program, a request's header `Proxy` sets `HTTP_PROXY` (<https://httpoxy.org>).
        let is_cgi = sources.raw_variable(CGI_METHOD).is_some();
        let proxy = |names| {
            let named = first(names).or_else(|| first(ALL_PROXY));
            named.filter(|_| !is_cgi)
        };
        Self {
            https_proxy: proxy(HTTPS_PROXY),
            http_proxy: proxy(HTTP_PROXY),
            no_proxy: first(NO_PROXY),
            certificate_file: first(CERTIFICATE_FILE),
            certificate_directories: first(CERTIFICATE_DIRECTORIES),
        }
    }
}

impl Variable {
    /// The value as text; what is not Unicode is replaced.
    pub fn text(&self) -> String {
        self.value.to_string_lossy().into_owned()
    }

    /// The value as a list of paths, as `PATH` is one.
    pub fn paths(&self) -> Vec<PathBuf> {
        crate::sources::split_paths(&self.value)
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
