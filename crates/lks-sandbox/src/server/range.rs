//! Reading `Range` headers ([RFC 9110, section 14](https://www.rfc-editor.org/rfc/rfc9110#section-14)).

/// What a `Range` header asks of an object of known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Everything: there is no header, or one that the service ignores (several ranges, another unit, nonsense).
    Whole,
    /// Bytes from the first to just before the second.
    Part(u64, u64),
    /// Nothing that the object has.
    Unsatisfiable,
}

pub(crate) fn parse(header: Option<&str>, length: u64) -> Asked {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Asked::Whole;
    };
    match (first.trim(), last.trim()) {
        ("", suffix) => match suffix.parse::<u64>() {
            Ok(0) => Asked::Unsatisfiable,
            Ok(_) if length == 0 => Asked::Unsatisfiable,
            Ok(n) => Asked::Part(length.saturating_sub(n), length),
            Err(_) => Asked::Whole,
        },
        (first, last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first > last => Asked::Whole,
            (Ok(first), _) if first >= length && (last.is_empty() || last.parse::<u64>().is_ok()) => {
                Asked::Unsatisfiable
            }
            (Ok(first), Ok(last)) => Asked::Part(first, last.saturating_add(1).min(length)),
            (Ok(first), Err(_)) if last.is_empty() => Asked::Part(first, length),
            _ => Asked::Whole,
        },
    }
}

#[cfg(test)]
mod tests;
