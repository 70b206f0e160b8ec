//! Removes secrets from text that is repeated in messages: an address with a password or a signature may be given where it does not belong.

/// Replaces what was removed.
const HIDDEN: &str = "***";

/// The text without user, password and parameters of an address in it.
pub(crate) fn redacted(text: &str) -> String {
    let has_address = text.contains("://");
    let (scheme, rest) = text.split_at(text.find("://").map_or(0, |at| at + "://".len()));
    let begin = match rest.rfind('@') {
        Some(at) if has_address => at + 1,
        // `user:password@host`, but not an e-mail address.
        Some(at) if rest[..at].contains(':') => at + 1,
        _ => 0,
    };
    // What is behind the name of a key belongs to no address: `--set endpoints.mast=user:password@host`.
    let key = rest[..begin].find('=').filter(|_| !has_address).map_or(0, |at| at + 1);
    let (key, rest) = (&rest[..key], &rest[begin..]);
    let user = if begin > 0 && !has_address { "***@" } else { "" };
    let shown = match rest.find(['?', '#']) {
        Some(at) if has_address || rest[at..].contains('=') => format!("{}{HIDDEN}", &rest[..=at]),
        _ => rest.to_owned(),
    };
    format!("{scheme}{key}{user}{shown}")
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn secrets_are_not_repeated() {
        for (text, expected) in [
            ("", ""),
            ("many", "many"),
            ("None # x", "None # x"),
            ("me/1.0 (a@b.org)", "me/1.0 (a@b.org)"),
            ("https://mast.stsci.edu/x", "https://mast.stsci.edu/x"),
            ("https://u:S3CR3T@mast.stsci.edu", "https://mast.stsci.edu"),
            ("\"https://u:S3CR3T@mast.stsci.edu\"", "\"https://mast.stsci.edu\""),
            ("https://u:S3/CR?3T@mast.stsci.edu", "https://mast.stsci.edu"),
            ("https://mast.stsci.edu?token=S3CR3T", "https://mast.stsci.edu?***"),
            ("https://mast.stsci.edu/#S3CR3T", "https://mast.stsci.edu/#***"),
            ("u:S3CR3T@mast.stsci.edu", "***@mast.stsci.edu"),
            ("mast.stsci.edu?token=S3CR3T", "mast.stsci.edu?***"),
            (
                "--set endpoints.mast=https://u:S3CR3T@mast.stsci.edu",
                "--set endpoints.mast=https://mast.stsci.edu",
            ),
            (
                "--set endpoints.mast=u:S3CR3T@mast.stsci.edu",
                "--set endpoints.mast=***@mast.stsci.edu",
            ),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }
}
