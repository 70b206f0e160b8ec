//! Products as the archive lists them: a compact record, and the row that MAST makes of it.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::content::Content;

/// Columns of a product in MAST's order, with the types that MAST declares; those of ids are untrue, the values are integers.
pub(crate) const PRODUCT_FIELDS: [(&str, &str); 20] = [
    ("obsID", "string"),
    ("obs_collection", "string"),
    ("dataproduct_type", "string"),
    ("obs_id", "string"),
    ("description", "string"),
    ("type", "string"),
    ("dataURI", "string"),
    ("productType", "string"),
    ("productGroupDescription", "string"),
    ("productSubGroupDescription", "string"),
    ("productDocumentationURL", "string"),
    ("project", "string"),
    ("prvversion", "string"),
    ("proposal_id", "string"),
    ("productFilename", "string"),
    ("size", "int"),
    ("parent_obsid", "string"),
    ("dataRights", "string"),
    ("calib_level", "int"),
    ("filters", "string"),
];

/// One file of the archive.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// The observation that the file itself belongs to; mostly the one it is listed under.
    pub obsid: u64,
    /// The observation it is listed under.
    pub parent_obsid: u64,
    /// Name of the observation that the file itself belongs to.
    pub obs_id: String,
    /// `dataURI`, as `mast:TESS/product/…`.
    pub uri: String,
    /// Bytes served.
    pub size: u64,
    /// Key in the bucket, if the mirror has the file.
    pub s3_key: Option<String>,
    /// When the file was last changed.
    pub modified: SystemTime,
    /// Whether the table gives the size; MAST leaves it null now and then.
    pub(crate) size_listed: bool,
    pub(crate) collection: &'static str,
    pub(crate) product_type: &'static str,
    pub(crate) description: Cow<'static, str>,
    pub(crate) label: Label,
    pub(crate) project: &'static str,
    pub(crate) version: Option<&'static str>,
    pub(crate) proposal_id: Option<Cow<'static, str>>,
    pub(crate) calib_level: u8,
    pub(crate) filters: &'static str,
    pub(crate) content: Content,
}

/// What a product is called in the columns that sort products into kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    /// `type`: S, C or D.
    pub kind: &'static str,
    /// `productType`: SCIENCE, AUXILIARY, INFO, PREVIEW.
    pub purpose: &'static str,
    /// Whether the product is one of the "Minimum Recommended Products".
    pub minimum: bool,
    /// `productSubGroupDescription`.
    pub subgroup: Option<&'static str>,
}

impl Product {
    /// The last part of the URI.
    pub(crate) fn filename(&self) -> &str {
        self.uri.rsplit('/').next().unwrap_or(&self.uri)
    }

    /// The value of one column; `None` if there is no such column.
    pub(crate) fn value(&self, column: &str) -> Option<Value> {
        Some(match column {
            "obsID" => self.obsid.into(),
            "obs_collection" => self.collection.into(),
            "dataproduct_type" => self.product_type.into(),
            "obs_id" => self.obs_id.as_str().into(),
            "description" => self.description.as_ref().into(),
            "type" => self.label.kind.into(),
            "dataURI" => self.uri.as_str().into(),
            "productType" => self.label.purpose.into(),
            "productGroupDescription" if self.label.minimum => "Minimum Recommended Products".into(),
            "productGroupDescription" | "productDocumentationURL" => Value::Null,
            "productSubGroupDescription" => self.label.subgroup.into(),
            "project" => self.project.into(),
            "prvversion" => self.version.into(),
            "proposal_id" => self.proposal_id.as_deref().into(),
            "productFilename" => self.filename().into(),
            "size" if self.size_listed => self.size.into(),
            "size" => Value::Null,
            "parent_obsid" => self.parent_obsid.into(),
            "dataRights" => "PUBLIC".into(),
            "calib_level" => self.calib_level.into(),
            "filters" => self.filters.into(),
            _ => return None,
        })
    }
}

/// A modified Julian date as a time; dates before 1970 become 1970.
pub(crate) fn time_of(mjd: f64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(((mjd - 40_587.0) * 86_400.0).max(0.0) as u64)
}
