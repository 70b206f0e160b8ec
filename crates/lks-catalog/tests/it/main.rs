//! The client against the sandbox's services.

#![allow(clippy::unwrap_used, reason = "a step that fails fails its test, and says where")]

mod bad_answers;
mod cones;
mod identities;
mod kept;
mod lists;
mod odd_answers;
mod truths;

use lks_catalog::{CatalogClient, CatalogEndpoints};
use lks_http::{HttpClient, HttpOptions};
use lks_sandbox::{Matcher, Sandbox, SandboxOptions};

/// A sandbox, and a client that asks it.
struct Services {
    sandbox: Sandbox,
    client: CatalogClient,
}

impl Services {
    fn start() -> Self {
        Self::with(SandboxOptions::default())
    }

    /// A client of another process, which has nothing in memory.
    fn anew(&self) -> CatalogClient {
        Self::client(&self.sandbox, Some("the sandbox"))
    }

    fn with(options: SandboxOptions) -> Self {
        let sandbox = Sandbox::start(options).unwrap();
        let client = Self::client(&sandbox, None);
        Self { sandbox, client }
    }

    fn client(sandbox: &Sandbox, name: Option<&str>) -> CatalogClient {
        let url = |path: &str| format!("{}{path}", sandbox.url());
        let endpoints =
            CatalogEndpoints::parse(&url("/TAPVizieR/tap"), &url("/simbad/sim-tap"), &url("/tap-server/tap"));
        let endpoints = endpoints.unwrap();
        let http = HttpClient::new(&HttpOptions::default().with_retries(0)).unwrap();
        CatalogClient::new(http, &name.map_or(endpoints.clone(), |name| endpoints.with_name(name)))
    }

    /// Queries that were sent.
    fn num_queries(&self) -> usize {
        self.sandbox.count(&Matcher::contains("/sync"))
    }
}
