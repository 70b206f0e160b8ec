//! K2's campaigns, from file names: MAST's own sequence numbers of K2 cannot be relied on.

use crate::filter::Campaign;

/// The campaign of a product: from its file name (`-c05_`, `-c91_`), else its description (`KLC) - C01`), else MAST's number.
pub(crate) fn campaign(filename: Option<&str>, description: Option<&str>, sequence: Option<i64>) -> Option<Campaign> {
    filename
        .and_then(|text| coded(text, "-c"))
        .or_else(|| description.and_then(|text| coded(text, "- C")))
        .or(sequence)
        .map(Campaign::from_code)
}

/// Two or three digits after a mark.
fn coded(text: &str, mark: &str) -> Option<i64> {
    text.match_indices(mark).find_map(|(at, _)| {
        let rest = &text[at + mark.len()..];
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        (2..=3).contains(&digits.len()).then(|| digits.parse().ok()).flatten()
    })
}
