//! What a TAP service answered, read from bytes: a VOTable in any serialisation, or JSON or CSV where it prefers those. The body itself says which; what the
//! service calls it does not count.

mod json;

use lks_http::html_excerpt;
use lks_table::{ColumnTypes, Table, read};

use crate::error::{CatalogService, Error};

/// The rows of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) table: Table,
    /// Whether the service says that there are more.
    pub(crate) is_cut: bool,
}

/// Reads an answer.
///
/// # Errors
/// [`Error::Remote`] if the service says that it failed, even after rows; [`Error::Answer`] if it sent something else than a table, or a part of
/// one.
pub(crate) fn read(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        None => Err(Error::answer(service, "answered with nothing")),
        Some(b'<') if is_votable(text) => votable(service, body),
        Some(b'<') => {
            let words: String = html_excerpt(text).chars().take(200).collect();
            Err(Error::answer(
                service,
                format!("answered with a page instead of data ('{words}')"),
            ))
        }
        Some(b'{') => json::read(service, body),
        Some(_) => csv(service, body, text),
    }
}

/// The words of a service in the body of a failure, if it wrote any.
pub(crate) fn words_of_failure(body: &str) -> Option<String> {
    let words = html_excerpt(body.trim());
    let words = [
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(words, |words, (reference, character)| {
        words.replace(reference, character)
    });
    (!words.is_empty()).then(|| words.chars().take(400).collect())
}

/// Whether the root element is a `VOTABLE`, whatever stands before it and whichever prefix it has.
fn is_votable(text: &str) -> bool {
    text.contains("VOTABLE")
}

fn votable(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let unreadable = |error| Error::answer(service, format!("answered with a VOTable that cannot be read: {error}"));
    let document = read::votable_document(body, &ColumnTypes::none()).map_err(unreadable)?;
    let mut is_cut = false;
    // Before the table, after it, or both: the worst counts.
    for info in &document.infos {
        if !info.name.eq_ignore_ascii_case("QUERY_STATUS") {
            continue;
        }
        match info.value.trim().to_ascii_uppercase().as_str() {
            "ERROR" => {
                let words = if info.text.is_empty() {
                    "no reason was given"
                } else {
                    &info.text
                };
                let message = words.chars().take(400).collect();
                return Err(Error::Remote { service, message });
            }
            "OVERFLOW" => is_cut = true,
            _ => {}
        }
    }
    match document.table {
        Some(table) => Ok(Answer { table, is_cut }),
        None => Err(Error::answer(service, "answered with a VOTable without a table")),
    }
}

fn csv(service: CatalogService, body: &[u8], beginning: &str) -> Result<Answer, Error> {
    let not_a_table = || {
        let line: String = beginning.lines().next().unwrap_or_default().chars().take(200).collect();
        Error::answer(service, format!("answered with something else than a table ('{line}')"))
    };
    // One word, or a sentence, is no line of names.
    let header = beginning.lines().next().unwrap_or_default();
    let is_name = |name: &str| !name.trim().is_empty() && !name.trim().trim_matches('"').contains(' ');
    if !header.contains(',') || !header.split(',').all(is_name) {
        return Err(not_a_table());
    }
    let table = read::csv(body, &ColumnTypes::none()).map_err(|_| not_a_table())?;
    Ok(Answer { table, is_cut: false })
}

#[cfg(test)]
mod tests;
