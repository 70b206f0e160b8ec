//! Where the services are, and the URLs below them. Nothing is asked here.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Position as Part, Url};

use crate::cutout::{Cutout, CutoutSize};
use crate::error::Error;
use crate::footprints::KEY;
use crate::position::Position;

/// What Python's `quote(uri, safe=":/")` leaves alone. One client got an empty body where the colon was encoded, and some URIs of MAST hold
/// `?` and `&`, which must be.
const URI: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~')
    .remove(b':')
    .remove(b'/');

/// The two hosts that requests are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoints {
    /// The portal, path look-up, downloads and TESScut are below it.
    pub mast: Url,
    /// The name resolver.
    pub resolver: Url,
    /// The bucket of the mirror, without a slash at the end, if footprints of full-frame images are taken from there.
    pub mirror: Option<Url>,
    /// Under which name their answers are kept, if not under their addresses.
    name: Option<String>,
}

impl Endpoints {
    /// Reads the two addresses.
    ///
    /// # Errors
    /// When one is not an absolute `http` or `https` URL.
    pub fn parse(mast: &str, resolver: &str) -> Result<Self, Error> {
        let read = |text: &str| {
            Url::parse(text)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .ok_or_else(|| {
                    Error::invalid(format!(
                        "'{text}' is not the address of a service; write 'https://host'"
                    ))
                })
        };
        Ok(Self {
            mast: read(mast)?,
            resolver: read(resolver)?,
            mirror: None,
            name: None,
        })
    }

    /// The same services, with the bucket of their mirror, as `https://stpubdata.s3.us-east-1.amazonaws.com`. The footprints of full-frame images are there, so
    /// that TESScut need not be asked which sectors saw a position.
    #[must_use]
    pub fn with_mirror(mut self, mirror: Option<Url>) -> Self {
        self.mirror = mirror;
        self
    }

    /// Where the footprints of full-frame images are.
    pub(crate) fn footprints(&self) -> Option<Url> {
        self.mirror.as_ref().map(|mirror| below(mirror, &format!("/{KEY}"), ""))
    }

    /// The same services, whose answers are kept under this name, because their addresses change.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// What stands for the address of the footprints in the question that they are kept by.
    pub(crate) fn exact_footprints(&self) -> Option<String> {
        let url = self.footprints()?;
        Some(match &self.name {
            Some(name) => format!("{name}:footprints"),
            None => url.to_string(),
        })
    }

    /// What stands for this address in the question that an answer is kept by.
    pub fn exact(&self, url: &Url) -> String {
        match &self.name {
            Some(name) => format!("{name}:{}", &url[Part::BeforePath..]),
            None => url.to_string(),
        }
    }

    /// The services of the Space Telescope Science Institute.
    pub fn stsci() -> Self {
        Self::parse("https://mast.stsci.edu", "https://mastresolver.stsci.edu")
            .expect("because both are written correctly here")
    }

    /// Where MAST answers questions about observations and products.
    pub(crate) fn invoke(&self) -> Url {
        below(&self.mast, "/api/v0/invoke", "")
    }

    /// Where several names are resolved at once, by all services the resolver knows.
    pub(crate) fn resolve(&self, names: &[&str]) -> Url {
        let names: Vec<String> = names.iter().map(|name| format!("name={}", encode(name))).collect();
        below(
            &self.resolver,
            "/Santa-war/query",
            &format!("{}&outputFormat=json&resolveAll=true", names.join("&")),
        )
    }

    /// Where TESScut says which sectors observed a position.
    pub(crate) fn sectors(&self, position: &Position) -> Url {
        below(
            &self.mast,
            "/tesscut/api/v0.1/sector",
            &format!("ra={}&dec={}&radius=0d", position.ra(), position.dec()),
        )
    }

    /// Where MAST gives the paths of products in the cloud.
    pub(crate) fn path_lookup(&self, uris: &[&str]) -> Url {
        let uris: Vec<String> = uris.iter().map(|uri| format!("uri={}", encode(uri))).collect();
        below(
            &self.mast,
            "/api/v0.1/path_lookup/",
            &format!("{}&use_cloud_path=True", uris.join("&")),
        )
    }

    /// Where a product is downloaded from MAST, by its `dataURI`.
    pub fn product_url(&self, uri: &str) -> Url {
        below(&self.mast, "/api/v0.1/Download/file", &format!("uri={}", encode(uri)))
    }

    /// Where TESScut makes a cutout; the answer is a zip archive.
    ///
    /// # Errors
    /// If the cutout's position is not a position on the sky.
    pub fn cutout_url(&self, cutout: &Cutout) -> Result<Url, Error> {
        let (position, CutoutSize { ny, nx }) = (cutout.position()?, cutout.size);
        let query = format!(
            "ra={}&dec={}&y={ny}&x={nx}&units=px&sector={}",
            position.ra(),
            position.dec(),
            cutout.sector
        );
        Ok(below(&self.mast, "/tesscut/api/v0.1/astrocut", &query))
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, URI).to_string()
}

fn below(base: &Url, path: &str, query: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query((!query.is_empty()).then_some(query));
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests;
