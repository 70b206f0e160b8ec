//! Removes secrets from addresses that are shown or kept.

mod text;

use std::borrow::Cow;

use http::{HeaderName, header};
use percent_encoding::percent_decode_str;
use url::Url;

pub(crate) use text::{redact_sent, redact_text};

/// Replaces what was removed.
const HIDDEN: &str = "***";

/// The parameters whose values are shown, besides `uri`, because they identify a product, a star or a part of the sky: those of the archive's
/// `Download/file`, `path_lookup`, TESScut and name resolver, and the version of an object on S3. All others are hidden, because a list of
/// secret ones would never be complete.
const OF_PRODUCTS: [&str; 7] = [
    "name",
    "outputformat",
    "product",
    "resolveall",
    "units",
    "use_cloud_path",
    "versionid",
];
/// Of these only numbers are shown, with a unit or without.
const NUMBERS_OF_PRODUCTS: [&str; 6] = ["dec", "ra", "radius", "sector", "x", "y"];

/// Headers that prove who asks: no other host gets them, and no message shows them.
pub(crate) const CREDENTIALS: [HeaderName; 3] = [
    header::AUTHORIZATION,
    header::COOKIE,
    HeaderName::from_static("x-amz-security-token"),
];

/// The URL without secrets: without user, password and fragment, and with only those values of its parameters that identify a product.
///
/// For whatever outlives the request or is read by people: messages, logs, records and manifests.
///
/// ```
/// let url = "https://b.s3.amazonaws.com/k.fits?versionId=3&X-Amz-Signature=fe5f80".parse().expect("a literal URL");
/// assert_eq!(lks_http::redact_url(&url), "https://b.s3.amazonaws.com/k.fits?versionId=3&X-Amz-Signature=***");
/// ```
pub fn redact_url(url: &Url) -> Cow<'_, str> {
    redacted(url.as_str(), || true)
}

/// The same for an address as it was typed, which need not be a URL. A path or another text without `://` is unchanged.
///
/// ```
/// assert_eq!(lks_http::redact_address("https://me:pass word@example.org:x/k.fits"), "https://example.org:x/k.fits");
/// ```
pub fn redact_address(address: &str) -> Cow<'_, str> {
    redacted(address, || Url::parse(address).is_ok())
}

fn redacted(address: &str, is_url: impl FnOnce() -> bool) -> Cow<'_, str> {
    let Some(at) = address.find("://") else {
        return Cow::Borrowed(address);
    };
    let (scheme, rest) = address.split_at(at + "://".len());
    let rest = without_user(rest, is_url());
    let (rest, fragment) = parted(rest, '#');
    let (path, query) = parted(rest, '?');
    let mut safe = format!("{scheme}{}", without_path_parameters(path));
    if let Some(query) = query {
        safe.push('?');
        safe.push_str(&of_products(query));
    }
    if fragment.is_some_and(|fragment| !fragment.is_empty()) {
        safe.push('#');
        safe.push_str(HIDDEN);
    }
    match safe == address {
        true => Cow::Borrowed(address),
        false => Cow::Owned(safe),
    }
}

/// The text with every address in it redacted as by [`redact_address`]. An address ends at the first blank, quote or angle bracket.
pub fn redact_addresses(text: &str) -> Cow<'_, str> {
    text::with_addresses(text, Cow::Borrowed)
}

fn parted(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at)
        .map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// What follows user and password. If this is not a URL, they end at the last `@`.
fn without_user(rest: &str, is_url: bool) -> &str {
    let end = match is_url {
        true => rest.find(['/', '?', '#']).unwrap_or(rest.len()),
        false => rest.len(),
    };
    rest[..end].rfind('@').map_or(rest, |at| &rest[at + 1..])
}

/// Some servers put session ids here: `/file;jsessionid=…`.
fn without_path_parameters(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.split_once(';') {
        Some((name, _)) => Cow::Owned(format!("{name};{HIDDEN}")),
        None => Cow::Borrowed(segment),
    });
    segments.collect::<Vec<_>>().join("/")
}

fn of_products(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if is_of_product(name, value) => Cow::Borrowed(pair),
        // A word without a name may be a secret; one in base64 may end in `=`.
        Some((_, value)) if !value.trim_matches('=').is_empty() => {
            let (name, _) = parted(pair, '=');
            Cow::Owned(format!("{name}={HIDDEN}"))
        }
        None if pair.is_empty() => Cow::Borrowed(pair),
        _ => Cow::Borrowed(HIDDEN),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether the value identifies a product. `name` may come from HTML, where `&` is `&amp;`.
fn is_of_product(name: &str, value: &str) -> bool {
    // For some servers another parameter begins here.
    if value.contains([';', '?', '@']) {
        return false;
    }
    let name = decoded(name.strip_prefix("amp;").unwrap_or(name));
    match name.as_str() {
        // The value may be another address, with secrets of its own.
        "uri" => decoded(value).starts_with("mast:"),
        name if NUMBERS_OF_PRODUCTS.contains(&name) => is_number(value),
        name => OF_PRODUCTS.contains(&name),
    }
}

fn is_number(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    number.parse::<f64>().is_ok()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
