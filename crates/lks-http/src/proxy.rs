//! The proxies that requests to other machines go through.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::redact::redact_address;

/// Proxies by the scheme of the request; without any, requests are sent directly. Nothing is read from the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxies {
    /// Of requests by `https`.
    pub https: Option<Proxy>,
    /// Of requests by `http`.
    pub http: Option<Proxy>,
    /// Hosts that are reached directly, as in the variable `NO_PROXY`: names with all below them, addresses, networks such as `10.0.0.0/8`,
    /// `*` for all, with commas between them.
    pub exceptions: String,
}

/// One proxy.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxy {
    /// `http://host:port`, with `https`, `socks4`, `socks4a`, `socks5` or `socks5h` in place of `http`, and `user:password@` before the host
    /// if it asks for them. Without a scheme it is `http`.
    pub address: String,
    /// The variable that holds the address, for messages.
    pub variable: String,
}

impl Proxies {
    /// The same proxies with this one for `https`.
    #[must_use]
    pub fn with_https(mut self, proxy: Proxy) -> Self {
        self.https = Some(proxy);
        self
    }

    /// The same proxies with this one for `http`.
    #[must_use]
    pub fn with_http(mut self, proxy: Proxy) -> Self {
        self.http = Some(proxy);
        self
    }

    /// The same proxies with these [exceptions](Self::exceptions).
    #[must_use]
    pub fn with_exceptions(mut self, exceptions: impl Into<String>) -> Self {
        self.exceptions = exceptions.into();
        self
    }

    /// What is wrong with an address, in words.
    pub(crate) fn wrong(&self) -> Option<String> {
        let named = [&self.https, &self.http].into_iter().flatten();
        named.into_iter().find_map(Proxy::wrong)
    }

    /// These proxies as the HTTP library has them.
    pub(crate) fn for_reqwest(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        let https = self.https.iter().map(|proxy| reqwest::Proxy::https(proxy.url()));
        let http = self.http.iter().map(|proxy| reqwest::Proxy::http(proxy.url()));
        let exceptions = |proxy: reqwest::Proxy| proxy.no_proxy(reqwest::NoProxy::from_string(&self.exceptions));
        https.chain(http).map(|proxy| proxy.map(exceptions)).collect()
    }

    /// Which proxy a request goes through, decided as the HTTP library decides it.
    pub(crate) fn matcher(&self) -> Matcher {
        let url = |proxy: &Option<Proxy>| proxy.as_ref().map(Proxy::url).unwrap_or_default();
        let named = Matcher::builder().https(url(&self.https)).http(url(&self.http));
        named.no(self.exceptions.clone()).build()
    }

    /// The variable that names the proxy that requests for this URL go through.
    pub(crate) fn variable_for(&self, matcher: &Matcher, url: &Url) -> Option<String> {
        let proxy = match url.scheme() {
            "http" => &self.http,
            _ => &self.https,
        };
        let variable = &proxy.as_ref()?.variable;
        matcher.intercept(&url.as_str().parse().ok()?)?;
        Some(variable.clone())
    }
}

impl Proxy {
    /// The proxy at this address, which this variable names.
    pub fn new(address: impl Into<String>, variable: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            variable: variable.into(),
        }
    }

    fn url(&self) -> String {
        let address = self.address.trim();
        match address.contains("://") {
            true => address.to_owned(),
            false => format!("http://{address}"),
        }
    }

    fn wrong(&self) -> Option<String> {
        const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
        let is_address = Url::parse(&self.url())
            .is_ok_and(|url| SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()));
        (!is_address).then(|| {
            // It may be a mistyped address with a password in it.
            let shown = match self.address.contains('@') {
                true => String::new(),
                false => format!(" '{}'", self.address),
            };
            let variable = &self.variable;
            format!("the variable {variable}{shown} is not the address of a proxy; write it as http://host:port, or unset it")
        })
    }
}

impl fmt::Debug for Proxy {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("address", &redact_address(&self.url()))
            .field("variable", &self.variable)
            .finish()
    }
}

#[cfg(test)]
mod tests;
