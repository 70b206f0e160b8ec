//! `columnsconfig`: what astroquery reads to know which columns can be filtered, and how.

use serde_json::{Map, Value, json};

use crate::server::reply::Reply;
use crate::server::request::Request;

/// Column, label, `vot.datatype`, unit, separator of values within one cell. From the recorded answer for `Mast.Caom.Cone`, with the
/// columns that came later.
const OBSERVATIONS: [(&str, &str, &str, &str, &str); 38] = [
    ("intentType", "Observation Type", "char", "", ""),
    ("obs_collection", "Mission", "char", "", ";"),
    ("provenance_name", "Provenance Name", "char", "", ""),
    ("instrument_name", "Instrument", "char", "", ""),
    ("project", "Project", "char", "", ";"),
    ("filters", "Filters", "char", "", ";"),
    ("wave_region", "Waveband", "char", "", ";"),
    ("wavelength_region", "Waveband", "char", "", ";"),
    ("target_name", "Target Name", "char", "", ""),
    ("target_classification", "Target Classification", "char", "", ";"),
    ("obs_id", "Observation ID", "char", "", ""),
    ("s_ra", "RA", "double", "deg", ""),
    ("s_dec", "Dec", "double", "deg", ""),
    ("obs_title", "Observation Title", "char", "", ""),
    ("proposal_pi", "Principal Investigator", "char", "", ""),
    ("dataproduct_type", "Product Type", "char", "", ""),
    ("calib_level", "Calibration Level", "int", "", ""),
    ("t_min", "Start Time", "double", "d", ""),
    ("t_max", "End Time", "double", "d", ""),
    ("t_obs_release", "Release Date", "double", "MJD", ""),
    ("t_exptime", "Exposure Length", "double", "s", ""),
    ("em_min", "Min. Wavelength", "double", "nm", ""),
    ("em_max", "Max. Wavelength", "double", "nm", ""),
    ("wave_min", "Min. Wavelength", "double", "nm", ""),
    ("wave_max", "Max. Wavelength", "double", "nm", ""),
    ("proposal_type", "Proposal Type", "char", "", ""),
    ("sequence_number", "Sequence Number", "int", "", ""),
    ("s_region", "s_region", "char", "deg", ""),
    ("jpegURL", "jpegURL", "char", "", ""),
    ("distance", "Distance (\")", "float", "arcsec", ""),
    ("obsid", "Product Group ID", "long", "", ""),
    ("objID", "Object ID", "long", "", ""),
    ("proposal_id", "Proposal ID", "char", "", ""),
    ("dataRights", "Data Rights", "string", "", ""),
    ("mtFlag", "Moving Target", "boolean", "", ""),
    ("srcDen", "Number of Catalog Objects", "float", "", ""),
    ("dataURL", "Data URL", "string", "", ""),
    ("objID1", "Object ID1", "long", "", ""),
];

const PRODUCTS: [(&str, &str, &str, &str, &str); 20] = [
    ("obsID", "Product Group ID", "long", "", ""),
    ("obs_collection", "Mission", "char", "", ""),
    ("dataproduct_type", "Product Type", "char", "", ""),
    ("obs_id", "Observation ID", "char", "", ""),
    ("description", "Description", "char", "", ""),
    ("type", "Observation Type", "char", "", ""),
    ("dataURI", "Data URI", "char", "", ""),
    ("productType", "Product Type", "char", "", ""),
    ("productGroupDescription", "Product Group", "char", "", ""),
    ("productSubGroupDescription", "Product Subgroup", "char", "", ""),
    ("productDocumentationURL", "Documentation", "char", "", ""),
    ("project", "Project", "char", "", ""),
    ("prvversion", "Version", "char", "", ""),
    ("proposal_id", "Proposal ID", "char", "", ""),
    ("productFilename", "Filename", "char", "", ""),
    ("size", "File Size", "int", "bytes", ""),
    ("parent_obsid", "Parent Product Group ID", "long", "", ""),
    ("dataRights", "Data Rights", "char", "", ""),
    ("calib_level", "Calibration Level", "int", "", ""),
    ("filters", "Filters", "char", "", ""),
];

pub(crate) fn columns_config(request: &Request) -> Reply {
    let id = request.parameter("colConfigId").unwrap_or_default();
    let columns: &[_] = match id {
        "Mast.Caom.Products" => &PRODUCTS,
        id if id.starts_with("Mast.Caom.") => &OBSERVATIONS,
        // The service answers an empty object for what it does not know.
        _ => &[],
    };
    let mut config = Map::new();
    if !columns.is_empty() {
        config.insert(
            "_selected_".to_owned(),
            json!({"text": "selected", "add": true, "type": "boolean", "hidden": true}),
        );
    }
    for (order, (name, text, datatype, unit, separator)) in columns.iter().enumerate() {
        let mut entry = Map::from_iter([("text".to_owned(), json!(text)), ("order".to_owned(), json!(order))]);
        // Two columns have their type under another key, and one has none.
        match *name {
            "mtFlag" | "dataRights" => entry.insert("type".to_owned(), json!(datatype)),
            "objID1" => entry.insert("remove".to_owned(), Value::Bool(true)),
            _ => entry.insert("vot.datatype".to_owned(), json!(datatype)),
        };
        if !unit.is_empty() {
            entry.insert("vot.unit".to_owned(), json!(unit));
        }
        if !separator.is_empty() {
            entry.insert("separator".to_owned(), json!(separator));
        }
        config.insert((*name).to_owned(), entry.into());
    }
    Reply::json(200, &Value::Object(config))
}
