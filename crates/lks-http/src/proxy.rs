//! The proxy that the environment names. The HTTP library reads these variables itself and passes over what it cannot read, so that
//! requests would leave the machine another way than the user thinks; hence they are looked at before.

use std::ffi::OsString;

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
