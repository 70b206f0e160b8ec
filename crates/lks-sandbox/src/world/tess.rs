//! Observations and products of the TESS pipeline (SPOC), named as MAST names them.

use std::borrow::Cow;
use std::sync::Arc;

use super::catalog::{Catalog, File, content, document_size, group_id, mission_label};
use super::content::{Content, Kind, Star};
use super::observation::Observation;
use super::region::Region;
use super::sectors::Sector;
use super::sky;

/// Radius of the footprint that MAST gives a TESS target, degrees.
const TARGET_RADIUS: f64 = 0.001_388_89;

/// Two-minute target pixel files keep every sixteenth cadence, so that they stay at a few MB.
const PIXEL_THINNING: u32 = 16;

/// Twenty-second files keep the first quarter of the sector.
const FAST_THINNING: u32 = 4;

/// A data validation run over one sector or several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Validation {
    /// Number of the run, as in the file names.
    pub run: u16,
    /// Candidates found, each with a summary of its own.
    pub num_candidates: u8,
}

impl Catalog {
    /// A two-minute observation: light curve, pixels, and the validations of this sector alone.
    pub(super) fn spoc(&mut self, star: &Arc<Star>, sector: u16, validations: &[Validation]) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let observation = two_minutes(star, sector);
        let obs_id = &observation.obs_id;
        let num_rows = sector.num_exposures(120.0);
        let file = |suffix: &str, description, subgroup, kind, num_rows, level| {
            let name = format!("{obs_id}_{suffix}");
            spoc_file(star, sector, name, description, subgroup, level, &|_| {
                let mut inside = target_content(kind, star, sector, num_rows, 120.0);
                inside.stride = if kind == Kind::TessPixels { PIXEL_THINNING } else { 1 };
                inside
            })
        };
        let mut files = vec![
            file("lc.fits", "Light curves", "LC", Kind::TessLightCurve, num_rows, 3),
            file(
                "tp.fits",
                "Target pixel files",
                "TP",
                Kind::TessPixels,
                num_rows / PIXEL_THINNING,
                2,
            ),
        ];
        let stamp = sector.validation_stamp();
        for validation in validations {
            files.extend(validation_files(star, (sector, sector), &stamp, *validation));
        }
        self.add(observation, files);
    }

    /// A twenty-second observation: light curve and pixels.
    pub(super) fn spoc_fast(&mut self, star: &Arc<Star>, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let obs_id = format!(
            "tess{}-s{:04}-{:016}-{:04}-a_fast",
            sector.stamp, sector.number, star.id, sector.configuration
        );
        let num_rows = sector.num_exposures(20.0) / FAST_THINNING;
        let file = |suffix: &str, description, subgroup, kind, num_rows, level| {
            let name = format!("{obs_id}-{suffix}");
            spoc_file(star, sector, name, description, subgroup, level, &|_| {
                let mut inside = target_content(kind, star, sector, num_rows, 20.0);
                inside.stride = if kind == Kind::TessPixels { PIXEL_THINNING } else { 1 };
                inside
            })
        };
        let files = [
            file(
                "lc.fits",
                "Fast light curves",
                "FAST-LC",
                Kind::TessLightCurve,
                num_rows,
                3,
            ),
            file(
                "tp.fits",
                "Fast target pixel files",
                "FAST-TP",
                Kind::TessPixels,
                num_rows / PIXEL_THINNING,
                2,
            ),
        ];
        self.add(
            target_observation(star, sector, obs_id.clone(), 20.0, "lc.fits", Some(proposals(star.id))),
            files,
        );
    }

    /// A validation over several sectors, an observation of its own; its `sequence_number` is the last sector.
    pub(super) fn spoc_validation(&mut self, star: &Arc<Star>, first: u16, last: u16, validation: Validation) {
        let (Some(first), Some(last)) = (Sector::numbered(first), Sector::numbered(last)) else {
            return;
        };
        let stamp = first.validation_stamp();
        let obs_id = format!("tess{stamp}-s{:04}-s{:04}-{:016}", first.number, last.number, star.id);
        let mut observation = target_observation(star, last, obs_id.clone(), 120.0, "", None);
        observation.t_min = first.span().0;
        observation.data_url = Some(format!("mast:TESS/product/{obs_id}-{:05}_dvt.fits", validation.run));
        let files = validation_files(star, (first, last), &stamp, validation);
        self.add(observation, files);
    }
}

/// The two-minute observation of one star in one sector.
pub(crate) fn two_minutes(star: &Star, sector: &Sector) -> Observation {
    let obs_id = format!(
        "tess{}-s{:04}-{:016}-{:04}-s",
        sector.stamp, sector.number, star.id, sector.configuration
    );
    target_observation(star, sector, obs_id, 120.0, "lc.fits", Some(proposals(star.id)))
}

/// The key of a target's file in the bucket: the number of the star cut in fours.
pub(crate) fn target_key(sector: u16, id: u64, name: &str) -> String {
    format!("tess/public/tid/s{sector:04}/{}/{name}", in_fours(id))
}

/// Sixteen digits as four folders.
pub(crate) fn in_fours(number: u64) -> String {
    let digits = format!("{number:016}");
    format!(
        "{}/{}/{}/{}",
        &digits[..4],
        &digits[4..8],
        &digits[8..12],
        &digits[12..16]
    )
}

/// An observation of one star in one sector.
pub(crate) fn target_observation(
    star: &Star,
    sector: &Sector,
    obs_id: String,
    exptime: f64,
    suffix: &str,
    proposal_id: Option<Cow<'static, str>>,
) -> Observation {
    let (t_min, t_max) = sector.span();
    let joint = if obs_id.ends_with("_fast") { '-' } else { '_' };
    Observation {
        obsid: group_id("TESS", &obs_id),
        ra: star.ra,
        dec: star.dec,
        target_name: star.id.to_string(),
        collection: "TESS",
        provenance: "SPOC",
        project: "TESS",
        product_type: "timeseries",
        exptime,
        t_min,
        t_max,
        sequence: Some(sector.number),
        region: Region::Circle { radius: TARGET_RADIUS },
        calib_level: 3,
        proposal_pi: "Ricker, George".into(),
        proposal_id,
        release: Some((t_max + 105.0).floor() + 0.583_333_3),
        preview: None,
        data_url: Some(format!("mast:TESS/product/{obs_id}{joint}{suffix}")),
        obs_id,
    }
}

/// A file on a star in one sector.
pub(crate) fn target_content(kind: Kind, star: &Arc<Star>, sector: &Sector, num_rows: u32, exptime: f64) -> Content {
    let mut inside = content(kind, star, num_rows, exptime, sector.span().0, sector.number);
    (inside.camera, inside.ccd) = sky::camera(star.ra, star.dec, sector.number);
    inside
}

fn spoc_file(
    star: &Star,
    sector: &Sector,
    name: String,
    description: &'static str,
    subgroup: &'static str,
    calib_level: u8,
    inside: &dyn Fn(&str) -> Content,
) -> File {
    File {
        s3_key: Some(target_key(sector.number, star.id, &name)),
        description: description.into(),
        label: mission_label("S", subgroup),
        project: "SPOC",
        version: None,
        calib_level,
        content: inside(&name),
        // MAST knows no size for a few of the XML reports.
        size_listed: !(name.ends_with("_dvr.xml") && star.id % 2 == 1),
        owner: None,
        uri: format!("mast:TESS/product/{name}"),
    }
}

/// Report, mini report, summaries and time series of a validation.
///
/// Those of a single sector are mirrored beside the light curve; those over several sectors have no sector's folder to be in and are
/// on MAST only.
fn validation_files(star: &Arc<Star>, sectors: (&Sector, &Sector), stamp: &str, validation: Validation) -> Vec<File> {
    let (first, last) = sectors;
    let stem = format!("tess{stamp}-s{:04}-s{:04}-{:016}", first.number, last.number, star.id);
    let run = validation.run;
    let num_rows = last.num_exposures(120.0);
    let file = |name: String, description, subgroup, kind: Kind, least: u32| {
        let mut file = spoc_file(star, last, name, description, subgroup, 3, &|name| {
            let num_rows = match kind {
                Kind::TessValidation => num_rows,
                _ => document_size(name, least),
            };
            target_content(kind, star, last, num_rows, 120.0)
        });
        if first.number != last.number {
            file.s3_key = None;
        }
        file
    };
    let mut files = vec![
        file(
            format!("{stem}-{run:05}_dvr.pdf"),
            "full data validation report",
            "DVR",
            Kind::Pdf,
            40_000,
        ),
        file(
            format!("{stem}-{run:05}_dvr.xml"),
            "full data validation report (xml)",
            "DVR",
            Kind::Xml,
            12_000,
        ),
        file(
            format!("{stem}-{run:05}_dvm.pdf"),
            "Data validation mini report",
            "DVM",
            Kind::Pdf,
            20_000,
        ),
    ];
    for candidate in 1..=validation.num_candidates {
        let name = format!("{stem}-{candidate:02}-{run:05}_dvs.pdf");
        files.push(file(name, "TCE summary report", "DVS", Kind::Pdf, 12_000));
    }
    files.push(file(
        format!("{stem}-{run:05}_dvt.fits"),
        "Data validation time series",
        "DVT",
        Kind::TessValidation,
        0,
    ));
    files
}

/// Guest investigator proposals, joined as MAST joins them.
fn proposals(id: u64) -> Cow<'static, str> {
    match id % 3 {
        0 => "G011155_G011183_G011184_G011048".into(),
        1 => "G011175_G011180_G011176".into(),
        _ => "G022062".into(),
    }
}
