//! How an address is shown and kept: without what opens doors.

use std::borrow::Cow;

use url::{Url, form_urlencoded};

/// What the name of a parameter contains whose value is nobody's business.
const SECRET: [&str; 9] = [
    "signature",
    "credential",
    "token",
    "password",
    "secret",
    "apikey",
    "api_key",
    "accesskeyid",
    "authorization",
];
/// Such names that are also parts of harmless ones.
const SECRET_ALONE: [&str; 4] = ["sig", "auth", "key-pair-id", "policy"];

/// The URL without what opens doors: user, password, and the values of parameters that sign or identify. The rest stays as it is.
///
/// For everything that outlives the request or is read by people: messages, logs, records and lists.
///
/// ```
/// let url = "https://b.s3.amazonaws.com/k.fits?X-Amz-Expires=60&X-Amz-Signature=fe5f80".parse().expect("a literal URL");
/// assert_eq!(lks_http::shown(&url), "https://b.s3.amazonaws.com/k.fits?X-Amz-Expires=60&X-Amz-Signature=***");
/// ```
pub fn shown(url: &Url) -> Cow<'_, str> {
    let has_user = !url.username().is_empty() || url.password().is_some();
    let has_secret = |pairs: Option<&str>| pairs.is_some_and(|pairs| pairs.split('&').any(is_secret));
    if !has_user && !has_secret(url.query()) && !has_secret(url.fragment()) {
        return Cow::Borrowed(url.as_str());
    }
    let mut safe = url.clone();
    // Both fail only for a URL without a host, which has neither.
    let _without_host = safe.set_username("").and_then(|()| safe.set_password(None));
    safe.set_query(url.query().map(without_secrets).as_deref());
    safe.set_fragment(url.fragment().map(without_secrets).as_deref());
    Cow::Owned(safe.into())
}

/// A text of a server without such values, be they in an address or in XML.
pub(crate) fn shown_text(text: &str) -> String {
    let (mut safe, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(['=', '>']) {
        let (before, behind) = rest.split_at(at + 1);
        safe.push_str(before);
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_%".contains(c);
        let around = before[..at].trim_end_matches(is_of_name);
        let ends_value = |c: char| c.is_whitespace() || "&\"'<>".contains(c);
        let value = behind.split(ends_value).next().unwrap_or_default();
        rest = &behind[value.len()..];
        let is_secret = !around.ends_with('/') && is_secret(&format!("{}=", &before[around.len()..at]));
        safe.push_str(if is_secret && !value.is_empty() { "***" } else { value });
    }
    safe + rest
}

fn without_secrets(pairs: &str) -> String {
    let pairs = pairs.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(pair) => format!("{name}=***"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether the value of the pair `name=value` opens doors, however the name is spelled.
fn is_secret(pair: &str) -> bool {
    let Some((name, _)) = form_urlencoded::parse(pair.as_bytes()).next() else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    pair.contains('=') && (SECRET_ALONE.contains(&name.as_str()) || SECRET.iter().any(|part| name.contains(part)))
}

#[cfg(test)]
mod tests;
