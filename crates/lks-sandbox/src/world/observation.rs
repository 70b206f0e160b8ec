//! Observations as the archive lists them: a compact record, and the row that MAST makes of it.

use std::borrow::Cow;

use serde_json::Value;

use super::region::Region;

/// Columns of an observation in MAST's order, with the types that MAST declares; those of ids are untrue, the values are
/// integers. `wave_region`, `wave_min` and `wave_max` came in 2026.
pub(crate) const OBSERVATION_FIELDS: [(&str, &str); 36] = [
    ("intentType", "string"),
    ("obs_collection", "string"),
    ("provenance_name", "string"),
    ("instrument_name", "string"),
    ("project", "string"),
    ("filters", "string"),
    ("wave_region", "string"),
    ("wavelength_region", "string"),
    ("target_name", "string"),
    ("target_classification", "string"),
    ("obs_id", "string"),
    ("s_ra", "float"),
    ("s_dec", "float"),
    ("dataproduct_type", "string"),
    ("proposal_pi", "string"),
    ("calib_level", "int"),
    ("t_min", "float"),
    ("t_max", "float"),
    ("t_exptime", "float"),
    ("em_min", "float"),
    ("em_max", "float"),
    ("obs_title", "string"),
    ("t_obs_release", "float"),
    ("proposal_id", "string"),
    ("proposal_type", "string"),
    ("sequence_number", "int"),
    ("s_region", "string"),
    ("jpegURL", "string"),
    ("dataURL", "string"),
    ("dataRights", "string"),
    ("mtFlag", "boolean"),
    ("srcDen", "float"),
    ("obsid", "string"),
    ("objID", "string"),
    ("wave_min", "float"),
    ("wave_max", "float"),
];

/// One observation.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// Product group id, the key of `Mast.Caom.Products`.
    pub obsid: u64,
    /// Right ascension in degrees.
    pub ra: f64,
    /// Declination in degrees.
    pub dec: f64,
    /// Name of the observation.
    pub obs_id: String,
    /// Name of the target as the mission writes it: bare number, `kplr…`, `ktwo…`, `Gaia DR3 …`, `TESS FFI`.
    pub target_name: String,
    /// `obs_collection`: TESS, Kepler, K2 or HLSP.
    pub collection: &'static str,
    /// `provenance_name`: the pipeline.
    pub provenance: &'static str,
    /// `project`.
    pub project: &'static str,
    /// `dataproduct_type`.
    pub product_type: &'static str,
    /// Seconds.
    pub exptime: f64,
    /// Modified Julian date.
    pub t_min: f64,
    /// Modified Julian date.
    pub t_max: f64,
    /// Sector or campaign; Kepler has none here, as in MAST.
    pub sequence: Option<u16>,
    /// Footprint.
    pub region: Region,
    pub(crate) calib_level: u8,
    pub(crate) proposal_pi: Cow<'static, str>,
    pub(crate) proposal_id: Option<Cow<'static, str>>,
    pub(crate) release: Option<f64>,
    pub(crate) preview: Option<String>,
    pub(crate) data_url: Option<String>,
}

impl Observation {
    /// Arcseconds from a position in degrees to the footprint; 0 inside.
    pub(crate) fn distance(&self, ra: f64, dec: f64) -> f64 {
        self.region.distance([self.ra, self.dec], ra, dec)
    }

    /// The value of one column; `None` if there is no such column.
    pub(crate) fn value(&self, column: &str) -> Option<Value> {
        let tess = self.filters() == "TESS";
        Some(match column {
            "intentType" => "science".into(),
            "obs_collection" => self.collection.into(),
            "provenance_name" => self.provenance.into(),
            "instrument_name" => match self.project {
                "TESS" => "Photometer".into(),
                _ => "Kepler".into(),
            },
            "project" => self.project.into(),
            "filters" => self.filters().into(),
            "wave_region" | "wavelength_region" if tess => "Optical".into(),
            "wave_region" | "wavelength_region" => "OPTICAL".into(),
            "target_name" => self.target_name.as_str().into(),
            "target_classification" | "obs_title" | "proposal_type" => Value::Null,
            "obs_id" => self.obs_id.as_str().into(),
            "s_ra" => self.ra.into(),
            "s_dec" => self.dec.into(),
            "dataproduct_type" => self.product_type.into(),
            "proposal_pi" => self.proposal_pi.as_ref().into(),
            "calib_level" => self.calib_level.into(),
            "t_min" => number(self.t_min),
            "t_max" => number(self.t_max),
            "t_exptime" => number(self.exptime),
            // Nanometres for TESS; the figures for Kepler are a factor of 10⁹ off, as in MAST.
            "em_min" if tess => 600.into(),
            "em_max" if tess => 1000.into(),
            "em_min" => 418_400_000_000_u64.into(),
            "em_max" => 905_000_000_000_u64.into(),
            "wave_min" if tess => 600.into(),
            "wave_max" if tess => 1000.into(),
            "wave_min" => 418.4.into(),
            "wave_max" => 905.into(),
            "t_obs_release" => self.release.map_or(Value::Null, number),
            "proposal_id" => self.proposal_id.as_deref().into(),
            "sequence_number" => self.sequence.into(),
            "s_region" => self.region.text(self.ra, self.dec).into(),
            "jpegURL" => self.preview.as_deref().into(),
            "dataURL" => self.data_url.as_deref().into(),
            "dataRights" => "PUBLIC".into(),
            "mtFlag" if tess => false.into(),
            "mtFlag" => Value::Null,
            "srcDen" if self.collection == "Kepler" => 5885.into(),
            "srcDen" => Value::Null,
            "obsid" => self.obsid.into(),
            "objID" => self.object_id().into(),
            _ => return None,
        })
    }

    /// `objID`, which position queries repeat as `objID1`.
    pub(crate) fn object_id(&self) -> u64 {
        self.obsid + 49_515_000
    }

    pub(crate) fn filters(&self) -> &'static str {
        match self.project {
            "TESS" => "TESS",
            _ => "KEPLER",
        }
    }
}

/// A float as MAST writes it: whole numbers become integers.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        (value as i64).into()
    } else {
        value.into()
    }
}
