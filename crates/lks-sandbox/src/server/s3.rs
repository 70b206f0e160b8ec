//! The bucket, path style: objects and ListObjectsV2.

use super::object;
use super::reply::{Reply, reason};
use super::request::Request;
use super::service::{Service, md5_hex};
use crate::fault::Fault;

mod list;

pub(crate) const BUCKET: &str = "stpubdata";

/// What all objects are said to be.
const OBJECT: &str = "binary/octet-stream";

/// The footprints of full-frame images, as astrocut reads them.
const FOOTPRINTS: &str = "tess/public/footprints/tess_ffi_footprint_cache.json";

/// Whether a path is below the bucket.
pub(crate) fn owns(path: &str) -> bool {
    path.strip_prefix('/')
        .and_then(|path| path.strip_prefix(BUCKET))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn answer(service: &Service, request: &Request, fault: &Fault) -> Reply {
    let key = request.path.get(BUCKET.len() + 2..).unwrap_or_default();
    let reply = match request.method.as_str() {
        "GET" if key.is_empty() => list::objects(service, request),
        "HEAD" if key.is_empty() => Reply::new(200).header("x-amz-bucket-region", "us-east-1"),
        "GET" if key == FOOTPRINTS => Reply::json(200, &service.world.footprints()),
        "GET" | "HEAD" => {
            let world = &service.world;
            let product = world.product_by_key(key);
            let product = product.map(|product| service.representation(product, request, fault, OBJECT));
            let cube = || world.cube(key).map(|cube| service.cube(cube, fault, OBJECT));
            match product.or_else(cube) {
                None => error(request, 404),
                Some(mut object) => {
                    object.body = object.body.filter(|_| !request.is_head());
                    object::serve(request, object, fault, |status| error(request, status))
                }
            }
        }
        "PUT" | "DELETE" | "POST" => error(request, 403),
        _ => error(request, 405),
    };
    with_ids(reply, request)
}

/// An error as S3 words it; HEAD and 304 carry no body.
pub(crate) fn error(request: &Request, status: u16) -> Reply {
    let (code, message) = match status {
        304 => return with_ids(Reply::new(304), request),
        400 => ("InvalidArgument", "Invalid Argument"),
        403 => ("AccessDenied", "Access Denied"),
        404 => ("NoSuchKey", "The specified key does not exist."),
        405 => (
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        ),
        412 => (
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        ),
        416 => ("InvalidRange", "The requested range is not satisfiable"),
        429 | 503 => ("SlowDown", "Please reduce your request rate."),
        500 => ("InternalError", "We encountered an internal error. Please try again."),
        other => (reason(other), reason(other)),
    };
    let key = request.path.get(BUCKET.len() + 2..).unwrap_or_default();
    let [id, host] = ids(request);
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message><Key>{}</Key>\
         <RequestId>{id}</RequestId><HostId>{host}</HostId></Error>",
        escape(key)
    );
    with_ids(Reply::with_body(status, "application/xml", body), request)
}

fn with_ids(mut reply: Reply, request: &Request) -> Reply {
    let [id, host] = ids(request);
    reply.set_header("x-amz-request-id", &id);
    reply.set_header("x-amz-id-2", &host);
    reply.set_header("Server", "AmazonS3");
    reply
}

/// Made from the request, so that two runs give the same bytes.
fn ids(request: &Request) -> [String; 2] {
    let hash = md5_hex(request.target.as_bytes()).to_uppercase();
    [hash[..16].to_owned(), hash]
}

/// Text as it may stand between XML tags.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
