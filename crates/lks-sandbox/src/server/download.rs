//! `Download/file`, which serves products or sends clients to the mirror, and `path_lookup`, which tells where the mirror has them.

use serde_json::{Map, Value, json};

use super::reply::Reply;
use super::request::Request;
use super::service::Service;
use crate::fault::Fault;

/// The archive's web server refuses longer request targets.
const MAX_TARGET: usize = 8190;
/// URIs in one request; astroquery 0.4.11 sends up to 50, later ones 40.
const MAX_URIS: usize = 50;

pub(crate) fn file(service: &Service, request: &Request, fault: &Fault) -> Reply {
    let Some(uri) = request.parameter("uri") else {
        return Reply::json(400, &json!({"message": "Missing required parameter: uri"}));
    };
    let Some(product) = service.world.product_by_uri(uri) else {
        return Reply::page(404);
    };
    if let Some(key) = product.s3_key.as_ref().filter(|_| service.redirect_to_cloud) {
        let location = format!("{}/{}/{key}", service.base_url(request), super::s3::BUCKET);
        return Reply::page(302).header("Location", location);
    }
    let name = product.uri.rsplit('/').next().unwrap_or_default();
    let object = service.representation(product, request, fault, content_type(name));
    super::object::serve(request, object, fault, |status| {
        if status == 304 {
            Reply::new(304)
        } else {
            Reply::page(status)
        }
    })
    .header("Content-Disposition", format!("attachment; filename={name}"))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("fits") => "application/fits",
        Some("gz") => "application/x-gzip",
        Some("pdf") => "application/pdf",
        Some("xml") => "application/xml",
        Some("txt") => "text/plain",
        _ => "application/octet-stream",
    }
}

/// One object keyed by URI; a product that is not on the mirror has no path.
///
/// Without `use_cloud_path` the paths are those of the archive's own disks, so high-level science products have one even if the mirror
/// does not hold them.
pub(crate) fn path_lookup(service: &Service, request: &Request) -> Reply {
    let uris: Vec<&str> = request.parameters("uri").collect();
    if uris.len() > MAX_URIS || request.target.len() > MAX_TARGET {
        return Reply::page(414);
    }
    let cloud = request
        .parameter("use_cloud_path")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let mut paths = Map::new();
    for uri in uris {
        let path = service.world.product_by_uri(uri).and_then(|product| {
            match (&product.s3_key, uri.strip_prefix("mast:HLSP/")) {
                (Some(key), _) if cloud => Some(format!("/{key}")),
                (_, Some(tail)) if !cloud => Some(format!("/hlsp_local/public/hlsp/{tail}")),
                (Some(key), _) => Some(format!("/{key}")),
                (None, _) => None,
            }
        });
        let status = if path.is_some() { 200 } else { 404 };
        paths.insert(uri.to_owned(), json!({"status_code": status, "path": path}));
    }
    Reply::json(200, &Value::Object(paths))
}
