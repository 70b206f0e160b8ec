//! Removes secrets from texts of servers.

use std::borrow::Cow;

use http::HeaderMap;

use super::{CREDENTIALS, HIDDEN, is_of_product, redact_address};

/// What the names of secret values contain.
const SECRET: [&str; 14] = [
    "signature",
    "credential",
    "token",
    "password",
    "passwd",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "accesskeyid",
    "authorization",
    "cookie",
    "session",
    "jwt",
];
/// Names of secret values that are also parts of harmless names.
const SECRET_ALONE: [&str; 6] = ["sig", "auth", "key-pair-id", "policy", "pwd", "pass"];
/// What stands before the secret in a header.
const SCHEMES: [&str; 4] = ["bearer", "basic", "token", "digest"];

/// A text of a server without secrets, whether in an address, a form, XML, JSON or headers.
pub(crate) fn redact_text(text: &str) -> String {
    with_addresses(text, |rest| Cow::Owned(without_secrets(rest))).into_owned()
}

/// The text without the credentials of the request, which servers repeat in their messages of refusal.
pub(crate) fn redact_sent(text: &str, sent: &HeaderMap) -> String {
    let values = CREDENTIALS.into_iter().flat_map(|name| sent.get_all(name));
    // `Bearer fe5f80`, `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/…`
    let secrets = values.filter_map(|value| value.to_str().ok()).flat_map(|value| {
        let behind = value.split_once(' ').map_or(value, |(_, behind)| behind);
        let key_id = behind.strip_prefix("Credential=").and_then(|key| key.split('/').next());
        [Some(value), Some(behind), key_id].into_iter().flatten()
    });
    secrets
        .filter(|secret| !secret.is_empty())
        .fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
}

/// The text with each address redacted, and what lies between them passed through `other`.
pub(super) fn with_addresses<'a>(text: &'a str, other: impl Fn(&'a str) -> Cow<'a, str>) -> Cow<'a, str> {
    let (mut safe, mut rest, mut from) = (String::new(), text, 0);
    while let Some(found) = rest[from..].find("://").map(|found| from + found) {
        let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let start = rest[..found].trim_end_matches(is_of_scheme).len();
        from = found + "://".len();
        if start == found {
            continue;
        }
        let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'`<>|".contains(c);
        let end = rest[from..].find(ends).map_or(rest.len(), |length| from + length);
        let address = rest[start..end].trim_end_matches(['.', ',', ':', ';', '!', '?', ')', ']', '}', '…']);
        safe.push_str(&other(&rest[..start]));
        safe.push_str(&redact_address(address));
        (rest, from) = (&rest[start + address.len()..], 0);
    }
    match safe.is_empty() {
        true => other(text),
        false => Cow::Owned(safe + &other(rest)),
    }
}

fn without_secrets(text: &str) -> String {
    let (mut safe, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(['=', '>', ':']) {
        let (before, behind) = rest.split_at(at + 1);
        safe.push_str(before);
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_%".contains(c);
        let named = before[..at].trim_end_matches(['"', '\'', ' ']);
        let around = named.trim_end_matches(is_of_name);
        let name = &named[around.len()..];
        // In JSON and headers, blanks and a quote come before the value.
        let value_at = behind.len() - behind.trim_start_matches([' ', '"', '\'']).len();
        let (lead, behind) = match &before[at..] {
            ">" => ("", behind),
            _ => behind.split_at(value_at),
        };
        let end = end_of_value(behind);
        let value = &behind[..end];
        let is_secret = match &before[at..] {
            ">" => !around.ends_with('/') && is_secret(name),
            "=" if around.ends_with(['?', '&']) || around.ends_with("&amp;") => !is_of_product(name, value),
            _ => is_secret(name),
        };
        match is_secret && !value.is_empty() {
            true => {
                safe.push_str(lead);
                safe.push_str(HIDDEN);
                rest = &behind[end..];
            }
            false => rest = &rest[at + 1..],
        }
    }
    safe + rest
}

/// The end of a value; the name of a scheme, as in `Bearer fe5f80`, is part of it.
fn end_of_value(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || "&\"'<>".contains(c);
    let end = text.find(ends).unwrap_or(text.len());
    let more = text[end..].trim_start_matches(' ');
    match SCHEMES.contains(&text[..end].to_ascii_lowercase().as_str()) && !more.is_empty() {
        true => text.len() - more.len() + more.find(ends).unwrap_or(more.len()),
        false => end,
    }
}

/// Whether a value of this name is a secret, however the name is spelled.
fn is_secret(name: &str) -> bool {
    let name = super::decoded(name);
    SECRET_ALONE.contains(&name.as_str()) || SECRET.iter().any(|part| name.contains(part))
}
