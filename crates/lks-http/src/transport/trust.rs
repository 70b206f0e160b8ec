//! The certificates that TLS trusts; nothing without the feature `tls`.

use reqwest::ClientBuilder;

use crate::certificates::Certificates;

/// Trusted certificates; `None` for the system's.
#[cfg(feature = "tls")]
pub(super) struct Trust(Option<Vec<reqwest::Certificate>>);

#[cfg(feature = "tls")]
impl Trust {
    /// For plain connections, which need no certificates; the machine may have none.
    pub(super) fn none() -> Self {
        Self(Some(Vec::new()))
    }

    pub(super) fn of(certificates: &Certificates) -> Result<Self, String> {
        certificates.read().map(Self)
    }

    pub(super) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        match &self.0 {
            Some(certificates) => builder.tls_certs_only(certificates.iter().cloned()),
            None => builder,
        }
    }

    /// What may help if no client can be made, to be put after the reason.
    pub(super) fn hint(&self) -> &'static str {
        match self.0 {
            Some(_) => "",
            None => "; the system's package ca-certificates may be missing",
        }
    }
}

#[cfg(not(feature = "tls"))]
pub(super) struct Trust;

#[cfg(not(feature = "tls"))]
impl Trust {
    pub(super) fn none() -> Self {
        Self
    }

    pub(super) fn of(_certificates: &Certificates) -> Result<Self, String> {
        Ok(Self)
    }

    pub(super) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        builder
    }

    pub(super) fn hint(&self) -> &'static str {
        ""
    }
}
