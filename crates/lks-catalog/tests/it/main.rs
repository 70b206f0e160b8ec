//! The client against the sandbox's services.

#![allow(clippy::unwrap_used, reason = "a step that fails fails its test, and says where")]

mod bad_answers;
mod cones;
mod identities;
mod lists;
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

    fn with(options: SandboxOptions) -> Self {
        let sandbox = Sandbox::start(options).unwrap();
        let url = |path: &str| format!("{}{path}", sandbox.url());
        let endpoints =
            CatalogEndpoints::parse(&url("/TAPVizieR/tap"), &url("/simbad/sim-tap"), &url("/tap-server/tap"));
        let http = HttpClient::new(&HttpOptions::default().with_retries(0)).unwrap();
        let client = CatalogClient::new(http, &endpoints.unwrap());
        Self { sandbox, client }
    }

    /// Queries that were sent.
    fn num_queries(&self) -> usize {
        self.sandbox.count(&Matcher::contains("/sync"))
    }
}
