//! The places that files come from: the S3 mirror and the cubes on it, the archive, the cutout service, and any address of the web.

pub(crate) mod body;
pub(crate) mod bucket;
pub(crate) mod cloud_keys;
pub(crate) mod copies;
pub(crate) mod cube;
pub(crate) mod retrying;
pub(crate) mod signing;
pub(crate) mod validator;
pub(crate) mod web;
