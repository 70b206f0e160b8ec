//! Which redirects are followed; decided without sending anything.

use url::{Host, Url};

use crate::redact::{redact_address, redact_url};

/// Redirects followed for one request.
pub(crate) const MOST_HOPS: usize = 5;

/// Whether the URL names this machine: 127.0.0.0/8, `::1` and `localhost`. The names below `localhost` are asked of the DNS by many
/// systems, so they may be anybody's. `lks-config` decides by the same rule which addresses may be written.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether the URL may be asked at all.
pub(crate) fn check_scheme(url: &Url) -> Result<(), String> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(format!(
            "{} is plain http, which is used for loopback addresses only; write https",
            redact_url(url)
        )),
        other => Err(format!(
            "{} has the scheme {other:?}; only https is known",
            redact_url(url)
        )),
    }
}

/// The target of a redirect from `from`, if it may be followed.
pub(crate) fn target(from: &Url, location: Option<&str>, allowed: &[String]) -> Result<Url, String> {
    let location = location.ok_or("the answer does not say where to")?;
    let to = from.join(location).map_err(|error| {
        // In text that is not a URL, parameters cannot be told apart.
        let beginning = location.split(['?', '#']).next().unwrap_or_default();
        format!("{:?} is not a URL: {error}", redact_address(beginning))
    })?;
    check_scheme(&to)?;
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(format!("from https to {}", redact_url(&to)));
    }
    if is_loopback(&to) != is_loopback(from) {
        return Err(format!(
            "from {} to {}",
            from.host_str().unwrap_or_default(),
            redact_url(&to)
        ));
    }
    let host = to.host_str().unwrap_or_default();
    if is_loopback(&to) || from.host_str() == Some(host) || allowed.iter().any(|pattern| matches(pattern, host)) {
        Ok(to)
    } else {
        Err(format!(
            "the host {host} is not in the list of hosts that may be redirected to"
        ))
    }
}

fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => pattern == host,
    }
}

#[cfg(test)]
mod tests;
