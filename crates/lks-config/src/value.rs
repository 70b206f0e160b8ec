//! One value of a setting and the kinds of values there are: how each is checked, printed and written to TOML. Knows no keys,
//! files or layers.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};
use toml::de::DeValue;
use url::{Host, Url};

use crate::field::Fraction;

/// A checked value. Paths keep every byte, also those that are not UTF-8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Value {
    Unset,
    Switch(bool),
    Count(u64),
    /// In bytes.
    Size(u64),
    Duration(Duration),
    Text(String),
    Path(OsString),
    List(Vec<String>),
}

/// What values a setting takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ValueKind {
    Switch,
    Count {
        min: u64,
        max: u64,
    },
    /// In bytes.
    Size {
        min: u64,
        max: u64,
    },
    Duration {
        min: Duration,
        max: Duration,
    },
    /// An `https://` address, or an `http://` address on loopback.
    Url,
    /// A bucket or region: it becomes a part of host names and paths.
    Name,
    /// What may stand in an HTTP header.
    Header,
    Path,
    List,
    Choice(&'static [&'static str]),
    Fraction,
}

impl ValueKind {
    /// What is allowed, to stand after "expected ".
    pub(crate) fn allowed(&self) -> String {
        match self {
            Self::Switch => "true or false".into(),
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Size { min, max } => {
                format!(
                    "a size from {} to {}, such as `8 MiB`",
                    Value::Size(*min),
                    Value::Size(*max)
                )
            }
            Self::Duration { min, max } => format!(
                "a duration from {} to {} with its unit, such as `10s` or `2min`",
                Value::Duration(*min),
                Value::Duration(*max)
            ),
            Self::Url => "an address such as `https://mast.stsci.edu` (plain http for loopback only)".into(),
            Self::Name => "a name of letters, digits, `.`, `-` and `_`".into(),
            Self::Header => "one line of visible ASCII characters".into(),
            Self::Path => "a path".into(),
            Self::List => "a list of texts".into(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Fraction => Fraction::ALLOWED.into(),
        }
    }

    /// Checks a non-empty text of the environment, the command line or the legacy file; the error is what is allowed.
    pub(crate) fn parse_text(&self, text: &str) -> Result<Value, String> {
        let word = text.trim();
        match self {
            Self::Switch => switch(word),
            Self::Count { min, max } => word
                .parse()
                .ok()
                .filter(|count| (min..=max).contains(&count))
                .map(Value::Count),
            Self::Size { min, max } => word
                .parse()
                .ok()
                .map(|ByteSize(bytes)| bytes)
                .filter(|bytes| (min..=max).contains(&bytes))
                .map(Value::Size),
            Self::Duration { min, max } => humantime::parse_duration(word)
                .ok()
                .filter(|time| (min..=max).contains(&time))
                .map(Value::Duration),
            Self::Url => return address(word),
            Self::Name => Some(word)
                .filter(|word| word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)))
                .filter(|word| word.starts_with(|c: char| c.is_ascii_alphanumeric()))
                .map(|word| Value::Text(word.to_owned())),
            Self::Header => Some(word)
                .filter(|word| word.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
                .map(|word| Value::Text(word.to_owned())),
            Self::Path => Some(text)
                .filter(|text| !text.contains('\0'))
                .map(|text| Value::Path(text.into())),
            Self::List => Some(Value::List(list(word))),
            Self::Choice(words) => words
                .iter()
                .find(|known| known.eq_ignore_ascii_case(word))
                .map(|known| Value::Text((*known).to_owned())),
            Self::Fraction => word
                .parse()
                .ok()
                .map(|fraction: Fraction| Value::Text(fraction.to_string())),
        }
        .ok_or_else(|| self.allowed())
    }

    /// Checks a TOML value; the error is what is allowed. An empty text is for the caller to judge.
    pub(crate) fn parse_toml(&self, value: &DeValue<'_>) -> Result<Value, String> {
        match (self, value) {
            (Self::Switch, DeValue::Boolean(on)) => Ok(Value::Switch(*on)),
            (Self::Count { .. } | Self::Size { .. }, DeValue::Integer(integer)) => {
                let number = u64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| self.allowed())?;
                self.parse_text(&number.to_string())
            }
            (Self::List, DeValue::Array(items)) => items
                .iter()
                .map(|item| {
                    item.get_ref()
                        .as_str()
                        .filter(|text| !text.trim().is_empty())
                        .map(str::to_owned)
                })
                .collect::<Option<_>>()
                .map(Value::List)
                .ok_or_else(|| self.allowed()),
            (Self::Switch | Self::Count { .. } | Self::List, _) => Err(self.allowed()),
            (_, DeValue::String(text)) => self.parse_text(text),
            _ => Err(self.allowed()),
        }
    }
}

impl Value {
    /// The value as TOML.
    pub(crate) fn to_toml(&self) -> toml_edit::Value {
        match self {
            Self::Switch(on) => (*on).into(),
            Self::Count(count) => i64::try_from(*count).unwrap_or(i64::MAX).into(),
            Self::List(items) => items.iter().collect(),
            Self::Unset | Self::Size(_) | Self::Duration(_) | Self::Text(_) | Self::Path(_) => self.to_string().into(),
        }
    }
}

/// As it is printed; every kind reads it back to the same value.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => Ok(()),
            Self::Switch(on) => on.fmt(f),
            Self::Count(count) => count.fmt(f),
            Self::Size(bytes) => size(*bytes, f),
            Self::Duration(time) => duration(*time, f),
            Self::Text(text) => f.write_str(text),
            Self::Path(path) => path.display().fmt(f),
            Self::List(items) => f.write_str(&items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// Whether plain `http://` may go there: 127.0.0.0/8, `::1`, `localhost`. `lks-http` decides by the same rule what is asked.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The words that the Python package's file knows, so that all texts know the same.
fn switch(word: &str) -> Option<Value> {
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "on", "1"]) {
        Some(Value::Switch(true))
    } else if is(&["false", "no", "off", "0"]) {
        Some(Value::Switch(false))
    } else {
        None
    }
}

fn address(text: &str) -> Result<Value, String> {
    let allowed = || ValueKind::Url.allowed();
    let url = Url::parse(text).map_err(|error| format!("{}: {error}", allowed()))?;
    let host = url.host().ok_or_else(allowed)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&host) => {}
        "http" => {
            return Err(format!(
                "https, because plain http is for loopback only and {host} is another machine"
            ));
        }
        _ => return Err(allowed()),
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("an address without user name, `?` and `#`".into());
    }
    Ok(Value::Text(text.to_owned()))
}

/// `a, b`, `a, b,`, `[]`, `["a", 'b,c']`: items between commas, quotes kept together and taken off, empty items dropped.
fn list(text: &str) -> Vec<String> {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let mut items = Vec::new();
    let mut item = String::new();
    let mut quote = None;
    for c in inner.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => item.push(c),
            None if (c == '"' || c == '\'') && item.trim().is_empty() => {
                item.clear();
                quote = Some(c);
            }
            None if c == ',' => items.push(std::mem::take(&mut item)),
            None => item.push(c),
        }
    }
    items.push(item);
    items
        .into_iter()
        .map(|item| item.trim().to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

/// An item as [`list`] reads it back.
fn quoted(item: &str) -> String {
    match item {
        _ if !item.contains([',', '"', '\'', '[', ']']) => item.to_owned(),
        _ if item.contains('"') => format!("'{item}'"),
        _ => format!("\"{item}\""),
    }
}

/// The exact size in the unit that needs the smallest number. `ByteSize` rounds to one decimal, which would not read back.
fn size(bytes: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const UNITS: [(u64, &str); 12] = [
        (bytesize::EIB, "EiB"),
        (bytesize::EB, "EB"),
        (bytesize::PIB, "PiB"),
        (bytesize::PB, "PB"),
        (bytesize::TIB, "TiB"),
        (bytesize::TB, "TB"),
        (bytesize::GIB, "GiB"),
        (bytesize::GB, "GB"),
        (bytesize::MIB, "MiB"),
        (bytesize::MB, "MB"),
        (bytesize::KIB, "KiB"),
        (bytesize::KB, "kB"),
    ];
    let exact = UNITS
        .iter()
        .filter(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit));
    match exact.min_by_key(|(unit, _)| bytes / unit) {
        Some((unit, name)) => write!(f, "{} {name}", bytes / unit),
        None => write!(f, "{bytes} B"),
    }
}

/// Whole hours, minutes, seconds or milliseconds where one unit says it exactly, so that `60s` stays `60s`.
fn duration(time: Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (seconds, nanoseconds) = (time.as_secs(), time.subsec_nanos());
    match () {
        () if nanoseconds == 0 && seconds >= 7200 && seconds.is_multiple_of(3600) => write!(f, "{}h", seconds / 3600),
        () if nanoseconds == 0 && seconds >= 120 && seconds.is_multiple_of(60) => write!(f, "{}min", seconds / 60),
        () if nanoseconds == 0 => write!(f, "{seconds}s"),
        () if nanoseconds.is_multiple_of(1_000_000) => write!(f, "{}ms", time.as_millis()),
        () => write!(f, "{}", humantime::format_duration(time)),
    }
}

#[cfg(test)]
mod tests;
