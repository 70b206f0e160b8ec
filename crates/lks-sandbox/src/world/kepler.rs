//! Observations and products of the Kepler mission, named as MAST names them, and KBONUS-BKG.

use std::sync::Arc;

use super::catalog::{Catalog, File, community_label, content, document_size, group_id, mission_label};
use super::content::{Kind, Star};
use super::observation::Observation;
use super::quarters::QUARTERS;
use super::region::Region;

/// Half of the side of the footprint, degrees.
pub(crate) const TARGET_HALF: f64 = 1.0 / 3600.0;

/// First and last exposure of the whole mission: MAST gives them for every Kepler observation, whatever its quarters.
const MISSION: (f64, f64) = (54_953.038_194_444_445, 56_423.510_416_666_664);

/// Seconds between short-cadence exposures as the tables round them, and of long ones.
const SHORT: f64 = 60.0;
const LONG: f64 = 1800.0;

/// What Kepler has of a star.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coverage<'a> {
    /// Quarters with long cadence.
    pub long: &'a [u16],
    /// Quarters with short cadence, and how many of their months.
    pub short: &'a [(u16, usize)],
    /// Planet candidates; 0 for a star without validation reports.
    pub num_candidates: u8,
    /// Name of the data proposal.
    pub proposal: &'static str,
}

impl Catalog {
    /// The one or two observations of a star: one holds all long-cadence files, one all short-cadence ones.
    pub(super) fn kepler(&mut self, star: &Arc<Star>, coverage: Coverage<'_>) {
        if !coverage.long.is_empty() {
            let flags: String = QUARTERS
                .iter()
                .map(|quarter| {
                    if coverage.long.contains(&quarter.number) {
                        '1'
                    } else {
                        '0'
                    }
                })
                .collect();
            let mut files = Vec::new();
            for quarter in QUARTERS
                .iter()
                .filter(|quarter| coverage.long.contains(&quarter.number))
            {
                // Stars on module 3 have a shorter quarter 4; Kepler-10 is not among them.
                let pair = (quarter.number, quarter.stamp, quarter.start);
                files.extend(cadence_files(star, pair, quarter.num_exposures, LONG));
            }
            files.extend(validation_files(star, coverage.num_candidates));
            let obs_id = format!("kplr{:09}_lc_Q{flags}", star.id);
            files.push(tar_file(star, &obs_id));
            self.add(observation(star, obs_id, LONG, coverage.proposal), files);
        }
        if !coverage.short.is_empty() {
            let months = |number| {
                let found = coverage.short.iter().find(|(quarter, _)| *quarter == number);
                found.map_or(0, |(_, months)| *months)
            };
            let flags: String = QUARTERS
                .iter()
                .map(|quarter| months(quarter.number).to_string())
                .collect();
            let mut files = Vec::new();
            for quarter in &QUARTERS {
                let num_rows = quarter.num_exposures * 30 / quarter.months.len() as u32;
                for (index, stamp) in quarter.months.iter().take(months(quarter.number)).enumerate() {
                    let start = quarter.start + index as f64 * f64::from(num_rows) * 58.85 / 86_400.0;
                    files.extend(cadence_files(star, (quarter.number, stamp, start), num_rows, SHORT));
                }
            }
            let obs_id = format!("kplr{:09}_sc_Q{flags}", star.id);
            self.add(observation(star, obs_id, SHORT, coverage.proposal), files);
        }
    }

    /// KBONUS-BKG: one light curve of the whole mission, filed under the star's Gaia name.
    pub(super) fn kbonus(&mut self, star: &Arc<Star>, gaia: u64) {
        let obs_id = format!("hlsp_kbonus-bkg_kepler_kepler_kic-{:09}_kepler_v1.0", star.id);
        let uri = format!(
            "mast:HLSP/kbonus-bkg/{:04}/{:09}/{obs_id}_lc.fits",
            star.id / 100_000,
            star.id
        );
        let num_rows = QUARTERS.iter().map(|quarter| quarter.num_exposures).sum();
        let file = File {
            uri,
            s3_key: None,
            description: "FITS".into(),
            label: community_label("SCIENCE"),
            // Not "Kepler": the Python package reads the quarter of such a file from its description, and fails without one.
            project: "KBONUS-BKG",
            version: Some("1.0"),
            calib_level: 4,
            content: content(Kind::Kbonus, star, num_rows, LONG, MISSION.0, 0),
            size_listed: true,
            owner: None,
        };
        let mut observation = observation(star, obs_id, 1765.464, "");
        observation.obsid = group_id("HLSP", &observation.obs_id);
        observation.collection = "HLSP";
        observation.provenance = "KBONUS-BKG";
        observation.target_name = format!("Gaia DR3 {gaia}");
        observation.calib_level = 4;
        observation.proposal_pi = "Martinez-Palomera, Jorge".into();
        observation.proposal_id = None;
        observation.data_url = None;
        observation.preview = None;
        // A star of Gaia's own position, a few hundredths of an arcsecond off the input catalogue's.
        observation.ra += 0.000_012;
        observation.dec -= 0.000_008;
        self.add(observation, [file]);
    }
}

fn observation(star: &Star, obs_id: String, exptime: f64, proposal: &'static str) -> Observation {
    let folder = folder(star);
    Observation {
        obsid: group_id("Kepler", &obs_id),
        ra: star.ra,
        dec: star.dec,
        target_name: format!("kplr{:09}", star.id),
        collection: "Kepler",
        provenance: "Kepler",
        project: "Kepler",
        product_type: "timeseries",
        exptime,
        t_min: MISSION.0,
        t_max: MISSION.1,
        sequence: None,
        region: Region::Square { half: TARGET_HALF },
        calib_level: 2,
        proposal_pi: "William Borucki".into(),
        proposal_id: Some(proposal.into()),
        release: None,
        preview: Some(format!(
            "http://archive.stsci.edu/missions/kepler/previews/{folder}/kplr{:09}-2013011073258_llc_bw_large.png",
            star.id
        )),
        data_url: Some(format!(
            "http://archive.stsci.edu/missions/kepler/lightcurves/{folder}/{obs_id}.tar"
        )),
        obs_id,
    }
}

/// `0119/011904151`: the folders of a star's files.
fn folder(star: &Star) -> String {
    format!("{:04}/{:09}", star.id / 100_000, star.id)
}

/// Light curve and target pixels of one quarter or month; `exptime` tells short from long.
fn cadence_files(star: &Arc<Star>, (number, stamp, start): (u16, &str, f64), num_rows: u32, exptime: f64) -> [File; 2] {
    let short = exptime < 100.0;
    let (long_names, short_names) = (
        [
            "Lightcurve Long Cadence (CLC)",
            "Target Pixel Long Cadence (TPL)",
            "LLC",
            "LPD-TARG",
            "llc.fits",
            "lpd-targ.fits.gz",
        ],
        [
            "Lightcurve Short Cadence (CSC)",
            "Target Pixel Short Cadence (TPS)",
            "SLC",
            "SPD-TARG",
            "slc.fits",
            "spd-targ.fits.gz",
        ],
    );
    let [light, pixels, light_group, pixel_group, light_suffix, pixel_suffix] =
        if short { short_names } else { long_names };
    let file = |folder_name: &str, suffix: &str, description: &str, subgroup, kind, num_rows| {
        let tail = format!("{folder_name}/{}/kplr{:09}-{stamp}_{suffix}", folder(star), star.id);
        let mut inside = content(
            kind,
            star,
            num_rows,
            if short { 58.849_4 } else { 1765.464 },
            start,
            number,
        );
        inside.pixels = (5, 6);
        inside.stride = if short && kind == Kind::KeplerPixels { 10 } else { 1 };
        File {
            uri: format!("mast:KEPLER/url/missions/kepler/{tail}"),
            s3_key: Some(format!("kepler/public/{tail}")),
            description: format!("{description} - Q{number}").into(),
            label: mission_label("C", subgroup),
            project: "Kepler",
            version: None,
            calib_level: 2,
            content: inside,
            size_listed: true,
            owner: None,
        }
    };
    // Short-cadence pixels keep every tenth exposure, so that they stay at a few MB.
    let num_frames = if short { num_rows / 10 } else { num_rows };
    [
        file(
            "lightcurves",
            light_suffix,
            light,
            light_group,
            Kind::KeplerLightCurve,
            num_rows,
        ),
        file(
            "target_pixel_files",
            pixel_suffix,
            pixels,
            pixel_group,
            Kind::KeplerPixels,
            num_frames,
        ),
    ]
}

/// Report, one summary for each candidate, and time series of the validation; on MAST only.
fn validation_files(star: &Arc<Star>, num_candidates: u8) -> Vec<File> {
    let report = 20_160_209_194_854_u64;
    let stem = format!("kplr{:09}", star.id);
    let file = |name: String, description: &'static str, subgroup, kind: Kind| {
        let num_rows = match kind {
            Kind::KeplerValidation => 60_000,
            _ => document_size(&name, 30_000),
        };
        File {
            uri: format!("mast:KEPLER/url/missions/kepler/dv_files/{}/{name}", folder(star)),
            s3_key: None,
            description: description.into(),
            label: mission_label("C", subgroup),
            project: "Kepler",
            version: None,
            calib_level: 3,
            content: content(kind, star, num_rows, 1765.464, MISSION.0, 17),
            // MAST knows no size for these reports.
            size_listed: kind != Kind::Pdf,
            owner: None,
        }
    };
    if num_candidates == 0 {
        return Vec::new();
    }
    let summaries = (1..=num_candidates).map(|candidate| {
        let name = format!("{stem}-{candidate:02}-{report}_dvs.pdf");
        file(name, "Data Validation summary report", "DVS", Kind::Pdf)
    });
    let mut files = vec![file(
        format!("{stem}-{report}_dvr.pdf"),
        "Data Validation full report",
        "DVR",
        Kind::Pdf,
    )];
    files.extend(summaries);
    files.push(file(
        format!("{stem}-20160128150956_dvt.fits"),
        "Data Validation time series",
        "DVT",
        Kind::KeplerValidation,
    ));
    files.push(file(
        format!("{stem}_q1_q17_dr25_obs_tcert.pdf"),
        "TCE certification report",
        "TCERT",
        Kind::Pdf,
    ));
    files
}

/// All light curves in one archive; on MAST only, size unknown to the table.
fn tar_file(star: &Arc<Star>, obs_id: &str) -> File {
    File {
        uri: format!(
            "mast:KEPLER/url/missions/kepler/lightcurves/{}/{obs_id}.tar",
            folder(star)
        ),
        s3_key: None,
        description: "Tar of all long cadence light curves".into(),
        label: mission_label("C", "TAR"),
        project: "Kepler",
        version: None,
        calib_level: 2,
        content: content(Kind::Tar, star, 10_240, LONG, MISSION.0, 0),
        size_listed: false,
        owner: None,
    }
}
