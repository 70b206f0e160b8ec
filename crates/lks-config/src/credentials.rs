//! The access key of the environment, for signing requests to the bucket.

use std::fmt;

use crate::error::Error;
use crate::sources::Sources;

/// The variables, as Amazon's own programs name them.
pub(crate) const VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// An access key of S3, as the environment names it. Nothing of it is ever printed. It is not the type that signs, because settings know
/// no library of object stores; the wiring translates one into the other.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// Its id.
    pub key_id: String,
    /// The secret part, which signs.
    pub secret: String,
    /// The session token of a temporary key.
    pub token: Option<String>,
}

impl Credentials {
    /// The key of these sources, if they have one.
    pub(crate) fn of(sources: &Sources) -> Option<Self> {
        let [key_id, secret, token] = VARIABLES.map(|name| Some(sources.variable(name)?.to_str()?.to_owned()));
        Some(Self {
            key_id: key_id?,
            secret: secret?,
            token,
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// The error if signed requests are asked for and the environment has no key.
pub(crate) fn missing() -> Error {
    Error::NoCredentials {
        names: [VARIABLES[0], VARIABLES[1]],
    }
}
