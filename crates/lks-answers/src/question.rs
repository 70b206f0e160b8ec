//! What was asked, as the name of a file.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A question to a service: equal ones have equal answers, at one time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    kind: &'static str,
    about: String,
    key: String,
}

impl Question {
    /// A question of some kind, such as `sectors`. `about` tells people what was asked. `exact` is everything that shapes the answer: the address of the
    /// service, the parameters, and whose token is sent, if one is. Only its hash is kept, so it may hold what must not be written down.
    pub fn new(kind: &'static str, about: impl Into<String>, exact: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in [kind].iter().chain(exact) {
            // The length before each part, so that parts cannot be cut in two ways.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self {
            kind,
            about: about.into(),
            key: hex(&hash.finalize()),
        }
    }

    /// Of which kind it is.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What was asked, in words.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The SHA-256 of the exact question, in hexadecimal: the name of the file.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("because text takes everything");
        text
    })
}
