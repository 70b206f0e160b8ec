//! What to do next about an error that does not say so itself.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::io::{self, ErrorKind::*};

use lksearch::{Error, ErrorKind};

/// The next step after a command of these words, if there is one.
pub(crate) fn after(error: &Error, words: &[OsString]) -> Option<String> {
    match error.kind() {
        ErrorKind::Offline => {
            let words = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned());
            Some(format!("`{}` asks", with_network(words)))
        }
        _ => of_any(error).map(str::to_owned),
    }
}

/// The next step, whichever program asked.
pub(crate) fn of_any(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Remote => of_the_archive(&error.to_string()),
        ErrorKind::Offline => None,
        _ => of_the_system(error),
    }
}

/// The command with these words, allowed to ask the network.
fn with_network(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    let num_words = words.len();
    words.retain(|word| word != "--offline");
    if let Some(set) = words.windows(2).position(|pair| pair == ["--set", "offline=true"]) {
        words.drain(set..set + 2);
    }
    if words.len() == num_words {
        words.extend(["--set".to_owned(), "offline=false".to_owned()]);
    }
    let quoted = words.iter().map(|word| quoted(word));
    ["lksearch".to_owned()]
        .into_iter()
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// What helps where nobody answers, or nobody answers as they should.
fn of_the_archive(error: &str) -> Option<&'static str> {
    Some(
        if error.contains("http://127.0.0.1:") && error.contains("no connection") {
            "nothing listens there; if it was `lksearch sandbox`, start it again, or unset the variables LKSEARCH_ENDPOINTS__… that it printed"
        } else if error.contains("certificate was not accepted") {
            "is the clock of this machine right? `SSL_CERT_FILE` names other certificates to trust, such as those of a proxy"
        } else {
            "try again later; -v shows each request, and `lksearch cache ls` what is here without a network"
        },
    )
}

/// What helps where there is nothing but what the system says.
fn of_the_system(error: &Error) -> Option<&'static str> {
    #[cfg(feature = "download")]
    if matches!(
        error,
        Error::Store(lksearch::cache::Error::Full { .. } | lksearch::cache::Error::ReadOnly { .. })
    ) {
        return None;
    }
    let mut causes = std::iter::successors(error.source(), |cause: &&(dyn StdError + 'static)| (*cause).source());
    let system = causes.find_map(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .filter(|system| system.get_ref().is_none())
    })?;
    match system.kind() {
        NotFound => Some("look whether the path is spelled as it should be, and its directory is there"),
        PermissionDenied | ReadOnlyFilesystem => Some("choose another place, or ask for permission there"),
        IsADirectory => Some("give a file, not a directory"),
        NotADirectory | AlreadyExists => Some("a file is where a directory should be; move it or choose another place"),
        StorageFull | QuotaExceeded => Some("free some space, or choose another place"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_repeated_as_a_shell_takes_it() {
        let command = |words: &[&str]| with_network(words.iter().map(|word| (*word).to_owned()));
        assert_eq!(
            command(&["--offline", "search", "tess", "Barnard's star", "--sector", "14"]),
            r"lksearch search tess 'Barnard'\''s star' --sector 14"
        );
        assert_eq!(
            command(&["--set", "offline=true", "resolve", "a"]),
            "lksearch resolve a"
        );
        assert_eq!(command(&["resolve", ""]), "lksearch resolve '' --set offline=false");
    }
}
