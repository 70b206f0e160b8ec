//! The proxy that the environment names. The HTTP library reads these variables itself and passes over what it cannot read, so that
//! requests would leave the machine another way than the user thinks; hence they are looked at before.

use std::ffi::OsString;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

/// Where the HTTP library looks.
pub(crate) const VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Which requests go through a proxy, decided as the HTTP library decides it: `NO_PROXY` too.
pub(crate) struct Proxies(Matcher);

impl Proxies {
    pub(crate) fn of_environment() -> Self {
        Self(Matcher::from_env())
    }

    /// The variable that names the proxy that requests for this URL go through.
    pub(crate) fn variable_for(&self, url: &Url) -> Option<&'static str> {
        self.0.intercept(&url.as_str().parse().ok()?)?;
        let of_others = match url.scheme() {
            "http" => "HTTPS_PROXY",
            _ => "HTTP_PROXY",
        };
        let of_scheme = |name: &&str| !name.eq_ignore_ascii_case(of_others);
        let is_set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
        VARIABLES.into_iter().filter(of_scheme).find(is_set)
    }
}

/// The first variable that holds something else than a proxy's address, in words.
pub(crate) fn wrong(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    VARIABLES.into_iter().find_map(|name| {
        let value = variable(name)?;
        let text = value.to_string_lossy();
        (!is_address(text.trim())).then(|| {
            // It may be a mistyped address with a password in it.
            let shown = if text.contains('@') {
                String::new()
            } else {
                format!(" '{text}'")
            };
            format!("the variable {name}{shown} is no address of a proxy; write it as http://host:port, or unset it")
        })
    })
}

/// No value means no proxy; an address without a scheme means `http`.
fn is_address(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    Url::parse(&with_scheme).is_ok_and(|url| {
        matches!(
            url.scheme(),
            "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h"
        ) && url.host_str().is_some_and(|host| !host.is_empty())
    })
}

#[cfg(test)]
mod tests;
