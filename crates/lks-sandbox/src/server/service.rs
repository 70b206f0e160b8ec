//! Which route answers which path.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::json;
use tokio::sync::Semaphore;

use super::body::Body;
use super::reply::Reply;
use super::request::Request;
use super::{download, mashup, object, resolver, s3, tap, tesscut};
use crate::fault::Fault;
use crate::sandbox::SandboxOptions;
use crate::world::{Cube, Product, World};

/// Cutouts that TESScut makes at the same time; more are answered with 503.
const MAX_CUTOUTS: usize = 10;
/// Objects from this size on were uploaded in parts of this size, so their ETag is not the MD5 of their bytes.
pub(crate) const PART_SIZE: u64 = 8 * 1024 * 1024;

/// Everything that routes know.
pub(crate) struct Service {
    pub(crate) world: World,
    pub(crate) redirect_to_cloud: bool,
    pub(crate) cutouts: Arc<Semaphore>,
    pub(crate) jobs: tap::Jobs,
    pub(crate) most_rows: Option<usize>,
    pub(crate) has_gaia_dr4: bool,
    /// `ip:port`, for absolute URLs in answers to clients that sent no `Host`.
    authority: String,
    etags: Mutex<HashMap<(String, u32), String>>,
}

impl Service {
    pub(crate) fn new(world: World, authority: String, options: &SandboxOptions) -> Self {
        let cutouts = Arc::new(Semaphore::new(MAX_CUTOUTS));
        Self {
            world,
            redirect_to_cloud: options.redirect_to_cloud,
            cutouts,
            jobs: tap::Jobs::default(),
            most_rows: options.most_rows,
            has_gaia_dr4: options.has_gaia_dr4,
            authority,
            etags: Mutex::default(),
        }
    }

    /// The answer to a request, before the faults that concern its head and its way over the wire.
    pub(crate) fn answer(&self, request: &Request, fault: &Fault) -> Reply {
        if let Some(status) = fault.status {
            return canned(request, status, fault);
        }
        let mut reply = self.route(request, fault);
        if let Some(body) = replacement(fault) {
            reply.body = body.into();
            reply.head_length = None;
        }
        reply
    }

    fn route(&self, request: &Request, fault: &Fault) -> Reply {
        let path = request.path.trim_end_matches('/');
        match path {
            "/api/v0/invoke" | "/portal/Mashup/Mashup.asmx/invoke" => mashup::invoke(self, request, fault),
            "/portal/Mashup/Mashup.asmx/columnsconfig" => mashup::columns_config(request),
            "/Santa-war/query" => resolver::query(self, request),
            "/api/v0.1/path_lookup" => download::path_lookup(self, request),
            "/api/v0.1/Download/file" => download::file(self, request, fault),
            "/tesscut/api/v0.1/sector" => tesscut::sector(self, request),
            "/tesscut/api/v0.1/astrocut" => tesscut::astrocut(self, request),
            "/whoami" | "/api/v0/whoami" => whoami(),
            "/viz-bin/votable" => tap::cone(self, request),
            _ if s3::owns(&request.path) => s3::answer(self, request, fault),
            _ => match tap::route(path) {
                Some((number, rest)) => tap::answer(self, request, number, &rest),
                None => Reply::page(404),
            },
        }
    }

    /// Scheme and authority under which the client reached us.
    pub(crate) fn base_url(&self, request: &Request) -> String {
        format!("http://{}", request.header("host").unwrap_or(&self.authority))
    }

    /// The bytes of a product after the faults that alter bytes.
    pub(crate) fn body(&self, product: &Product, fault: &Fault) -> Bytes {
        object::altered(self.world.body(product), fault)
    }

    /// The ETag of a product, with quotes: the MD5 of its bytes, or for large ones that of an upload in parts.
    pub(crate) fn etag(&self, product: &Product, fault: &Fault) -> String {
        if let Some(etag) = &fault.etag {
            return etag.clone();
        }
        let key = (product.uri.clone(), fault.edition);
        let known = self
            .etags
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        known.unwrap_or_else(|| {
            let etag = if product.size > PART_SIZE {
                etag_of_parts(&product.uri, fault.edition, product.size.div_ceil(PART_SIZE))
            } else {
                let edition = Fault {
                    edition: fault.edition,
                    ..Fault::default()
                };
                format!("\"{}\"", md5_hex(&self.body(product, &edition)))
            };
            self.etags
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key, etag.clone());
            etag
        })
    }

    /// A product as an object to be served; without its bytes if only the head is asked for.
    pub(crate) fn representation(
        &self,
        product: &Product,
        request: &Request,
        fault: &Fault,
        content_type: &'static str,
    ) -> object::Representation {
        let bytes = (!request.is_head()).then(|| self.body(product, fault));
        object::Representation {
            length: bytes
                .as_ref()
                .map_or(fault.resized().unwrap_or(product.size), |bytes| bytes.len() as u64),
            etag: self.etag(product, fault),
            modified: changed(product.modified, fault),
            content_type,
            body: bytes.map(Body::from),
        }
    }

    /// What a list says of an object: when it was changed, its ETag and its size.
    pub(crate) fn listed(&self, key: &str) -> Option<(SystemTime, String, u64)> {
        let quiet = Fault::default();
        if let Some(product) = self.world.product_by_key(key) {
            return Some((product.modified, self.etag(product, &quiet), product.size));
        }
        let object = self.cube(self.world.cube(key)?, &quiet, "");
        Some((object.modified, object.etag, object.length))
    }

    /// A cube as an object to be served, whose bytes are made when they are asked for. Its ETag is that of an upload in parts, of which there may be 10,000.
    pub(crate) fn cube(&self, cube: &Arc<Cube>, fault: &Fault, content_type: &'static str) -> object::Representation {
        let body = Body::cube(cube, fault);
        let etag = || etag_of_parts(cube.key(), fault.edition, cube.size().div_ceil(8 * PART_SIZE));
        object::Representation {
            length: body.len(),
            etag: fault.etag.clone().unwrap_or_else(etag),
            modified: changed(cube.modified(), fault),
            content_type,
            body: Some(body),
        }
    }
}

/// The ETag, with quotes, of an edition of an object that was uploaded in so many parts.
fn etag_of_parts(name: &str, edition: u32, num_parts: u64) -> String {
    format!("\"{}-{num_parts}\"", md5_hex(format!("{name}#{edition}").as_bytes()))
}

/// When an edition of an object was made.
fn changed(first: SystemTime, fault: &Fault) -> SystemTime {
    first + Duration::from_secs(86_400 * u64::from(fault.edition))
}

pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// An answer with a status that a script wants, worded as the asked service words it.
fn canned(request: &Request, status: u16, fault: &Fault) -> Reply {
    let mut reply = match status {
        100..200 | 204 | 304 => Reply::new(status),
        _ if s3::owns(&request.path) => s3::error(request, status),
        _ => Reply::page(status),
    };
    if let Some(body) = replacement(fault) {
        reply.body = body.into();
    }
    reply
}

/// The body that a script wants in place of the true one.
fn replacement(fault: &Fault) -> Option<Bytes> {
    let bytes = fault
        .body_bytes
        .clone()
        .or_else(|| fault.body.clone().map(String::into_bytes));
    bytes.map(Bytes::from)
}

fn whoami() -> Reply {
    Reply::json(
        200,
        &json!({"anon": true, "attrib": {}, "eppn": null, "ezid": "anonymous", "roles": [], "scopes": [], "session": null, "token": null}),
    )
}
