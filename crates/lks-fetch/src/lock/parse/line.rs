//! One line of a lock, and the values in it.

use crate::error::Error;

/// Longer lines are not written.
const LONGEST_LINE: usize = 16 << 10;

pub(super) type Outcome<T> = Result<T, Error>;

pub(super) fn wrong(line: usize, reason: impl Into<String>) -> Error {
    Error::Lock {
        line,
        reason: reason.into(),
    }
}

/// The line without its end, if it is one that could have been written.
pub(super) fn whole_line(n: usize, line: &[u8]) -> Outcome<&str> {
    if line.len() > LONGEST_LINE {
        return Err(wrong(n, format!("the line has more than {LONGEST_LINE} bytes")));
    }
    let Some(line) = line.strip_suffix(b"\n") else {
        return Err(wrong(
            n,
            "the lock is cut within this line; take it from where it is whole",
        ));
    };
    let line = std::str::from_utf8(line).map_err(|_| wrong(n, "the line is not UTF-8"))?;
    if line.starts_with('\u{feff}') {
        return Err(wrong(
            n,
            "the file begins with a byte order mark, which an editor put there; save it as UTF-8 without one",
        ));
    }
    if line.ends_with('\r') {
        return Err(wrong(
            n,
            "the line ends as on Windows (CR LF); `dos2unix` mends it, and `*.lock -text` in .gitattributes keeps git from changing it",
        ));
    }
    if let Some(c) = line.chars().find(|c| c.is_control()) {
        return Err(wrong(
            n,
            format!("a control character ({}) stands in the line", c.escape_unicode()),
        ));
    }
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .any(|mark| line.starts_with(mark))
    {
        return Err(wrong(
            n,
            "a conflict of a merge stands here; keep the blocks of both sides, each product once",
        ));
    }
    Ok(line)
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

pub(super) fn number(n: usize, key: &str, value: &str) -> Outcome<u64> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|_| digits);
    number.ok_or_else(|| wrong(n, format!("`{key}` is not a whole number: {}", shown(value))))
}

/// A basic string of TOML.
pub(super) fn string(n: usize, key: &str, value: &str) -> Outcome<String> {
    let not_text = || wrong(n, format!("`{key}` is not text in double quotes: {}", shown(value)));
    let mut rest = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or_else(not_text)?;
    let mut text = String::new();
    while let Some(at) = rest.find(['\\', '"']) {
        text.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        let (c, num_digits) = match (after.next(), after.next()) {
            (Some('\\'), Some(c @ ('"' | '\\'))) => (Some(c), 0),
            (Some('\\'), Some('u')) => (None, 4),
            (Some('\\'), Some('U')) => (None, 8),
            _ => return Err(not_text()),
        };
        rest = after.as_str();
        let c = match c {
            Some(c) => c,
            None => {
                let digits = rest
                    .get(..num_digits)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                rest = &rest[digits.map_or(0, str::len)..];
                code.and_then(char::from_u32).ok_or_else(not_text)?
            }
        };
        if c.is_control() {
            return Err(wrong(
                n,
                format!("`{key}` holds a control character ({})", c.escape_unicode()),
            ));
        }
        text.push(c);
    }
    text.push_str(rest);
    Ok(text)
}

/// What stands there, fit for a message.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    let more = if text.chars().nth(80).is_some() { "…" } else { "" };
    format!("{short:?}{more}")
}
