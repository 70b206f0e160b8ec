//! TESS products of the community (HLSP), named as MAST names them.
//!
//! The `project` of these observations is TESS, that of their files the pipeline: that is what MAST's rows show, and what makes the
//! Python package count them in TESS searches.

use std::sync::Arc;

use super::catalog::{Catalog, File, community_label, document_size, group_id};
use super::content::{Content, Kind, Star};
use super::observation::Observation;
use super::sectors::Sector;
use super::sky;
use super::tess::{in_fours, target_content, target_observation};

/// A pipeline of the community.
pub(crate) struct Pipeline {
    pub name: &'static str,
    pub investigator: &'static str,
    pub version: &'static str,
}

const TESS_SPOC: Pipeline = Pipeline {
    name: "TESS-SPOC",
    investigator: "Caldwell, Douglas A.",
    version: "1",
};
const QLP: Pipeline = Pipeline {
    name: "QLP",
    investigator: "Huang, Chelsea X.",
    version: "1",
};
const TASOC: Pipeline = Pipeline {
    name: "TASOC",
    investigator: "Handberg, Rasmus",
    version: "5",
};
const ELEANOR_LITE: Pipeline = Pipeline {
    name: "GSFC-ELEANOR-LITE",
    investigator: "Powell, Brian P.",
    version: "1.0",
};
const TGLC: Pipeline = Pipeline {
    name: "TGLC",
    investigator: "Han, Te",
    version: "1",
};
const CDIPS: Pipeline = Pipeline {
    name: "CDIPS",
    investigator: "Bouma, Luke G.",
    version: "1",
};
impl Catalog {
    /// TESS-SPOC: light curve and pixels from full frames, and validation reports if there are candidates.
    ///
    /// Its `obs_id` ends in `_tp` while one of its files ends in `_lc.fits`. With `split`, the light curve belongs to an observation of
    /// its own name, as files of some deliveries do: a join on `obs_id` loses it.
    pub(super) fn tess_spoc(&mut self, star: &Arc<Star>, sector: u16, num_candidates: u8, split: bool) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let folder = format!("mast:HLSP/tess-spoc/s{:04}/target/{}", sector.number, in_fours(star.id));
        let stem = format!("hlsp_tess-spoc_tess_phot_{:016}", star.id);
        let obs_id = format!("{stem}-s{:04}_tess_v1_tp", sector.number);
        let exptime = sector.frame_exptime();
        let num_rows = sector.num_exposures(exptime);
        let inside = |kind, num_rows| target_content(kind, star, sector, num_rows, exptime);
        let mut light = file(
            &TESS_SPOC,
            format!("{folder}/{stem}-s{:04}_tess_v1_lc.fits", sector.number),
            "FITS",
            "SCIENCE",
            inside(Kind::TessLightCurve, num_rows),
        );
        light.owner = split.then(|| format!("{stem}-s{:04}_tess_v1_lc", sector.number));
        let pixels = file(
            &TESS_SPOC,
            format!("{folder}/{obs_id}.fits"),
            "FITS",
            "SCIENCE",
            inside(Kind::TessPixels, num_rows.min(1300)),
        );
        let mut files = vec![light, pixels];
        if num_candidates > 0 {
            let span = format!("s{0:04}-s{0:04}_tess_v1", sector.number);
            let candidates = (1..=num_candidates).map(|index| format!("{stem}-{index:02}-{span}_dvs.pdf"));
            let reports = [format!("{stem}-{span}_dvr.pdf"), format!("{stem}-{span}_dvm.pdf")];
            files.extend(reports.into_iter().chain(candidates).map(|name| {
                let size = document_size(&name, 16_000);
                file(
                    &TESS_SPOC,
                    format!("{folder}/{name}"),
                    "PDF",
                    "INFO",
                    inside(Kind::Pdf, size),
                )
            }));
            let name = format!("{stem}-{span}_dvt.fits");
            files.push(file(
                &TESS_SPOC,
                format!("{folder}/{name}"),
                "FITS",
                "SCIENCE",
                inside(Kind::TessValidation, num_rows),
            ));
        }
        self.add(observation(&TESS_SPOC, star, sector, obs_id, exptime), files);
    }

    /// QLP: a light curve, and the same as text. One of the few community products that the bucket mirrors.
    pub(super) fn qlp(&mut self, star: &Arc<Star>, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let obs_id = format!("hlsp_qlp_tess_ffi_s{:04}-{:016}_tess_v01_llc", sector.number, star.id);
        let folder = format!("qlp/s{:04}/{}", sector.number, in_fours(star.id));
        let exptime = sector.frame_exptime();
        let num_rows = sector.num_exposures(exptime);
        let file = |suffix, description, kind| {
            let uri = format!("mast:HLSP/{folder}/{obs_id}.{suffix}");
            mirrored(file(
                &QLP,
                uri,
                description,
                "SCIENCE",
                target_content(kind, star, sector, num_rows, exptime),
            ))
        };
        let files = [file("fits", "FITS", Kind::Qlp), file("txt", "Text", Kind::Text)];
        self.add(observation(&QLP, star, sector, obs_id, exptime), files);
    }

    /// TASOC at 120 s, from target pixels, or at the cadence of the full frames, with a second correction.
    pub(super) fn tasoc(&mut self, star: &Arc<Star>, sector: u16, exptime: f64) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let (camera, ccd) = sky::camera(star.ra, star.dec, sector.number);
        let (source, corrections): (_, &[_]) = if exptime == 120.0 {
            ("tpf", &["cbv"])
        } else {
            ("ffi", &["cbv", "ens"])
        };
        let obs_id = format!(
            "hlsp_tasoc_tess_{source}_tic{:011}-s{:04}-cam{camera}-ccd{ccd}-c{exptime:04}_tess_v05",
            star.id, sector.number
        );
        let folder = format!(
            "mast:HLSP/tasoc/s{:04}/c{exptime:04}/{}",
            sector.number,
            in_fours(star.id)
        );
        let inside = target_content(Kind::Tasoc, star, sector, sector.num_exposures(exptime), exptime);
        let files: Vec<_> = corrections
            .iter()
            .map(|correction| {
                let uri = format!("{folder}/{obs_id}_{correction}-lc.fits");
                file(&TASOC, uri, "FITS", "SCIENCE", inside.clone())
            })
            .collect();
        self.add(observation(&TASOC, star, sector, obs_id, exptime), files);
    }

    /// GSFC-ELEANOR-LITE: a light curve.
    pub(super) fn eleanor_lite(&mut self, star: &Arc<Star>, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let obs_id = format!(
            "hlsp_gsfc-eleanor-lite_tess_ffi_s{:04}-{:016}_tess_v1.0_lc",
            sector.number, star.id
        );
        let folder = format!("gsfc-eleanor-lite/s{:04}/{}", sector.number, in_fours(star.id));
        self.single(&ELEANOR_LITE, star, sector, obs_id, &folder, Kind::EleanorLite, false);
    }

    /// TGLC: a light curve named by the star's Gaia DR3 number; mirrored.
    pub(super) fn tglc(&mut self, star: &Arc<Star>, gaia: u64, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let (camera, ccd) = sky::camera(star.ra, star.dec, sector.number);
        let obs_id = format!(
            "hlsp_tglc_tess_ffi_gaiaid-{gaia}-s{:04}-cam{camera}-ccd{ccd}_tess_v1_llc",
            sector.number
        );
        let folder = format!(
            "tglc/s{:04}/cam{camera}-ccd{ccd}/{}",
            sector.number,
            in_fours(gaia / 100_000)
        );
        self.single(&TGLC, star, sector, obs_id, &folder, Kind::Tglc, true);
    }

    /// CDIPS: a light curve named by the star's Gaia DR2 number.
    pub(super) fn cdips(&mut self, star: &Arc<Star>, gaia: u64, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let (camera, ccd) = sky::camera(star.ra, star.dec, sector.number);
        let obs_id = format!(
            "hlsp_cdips_tess_ffi_gaiatwo{gaia:022}-s{:04}-cam{camera}-ccd{ccd}_tess_v01_llc",
            sector.number
        );
        let folder = format!("cdips/s{:04}/cam{camera}_ccd{ccd}", sector.number);
        self.single(&CDIPS, star, sector, obs_id, &folder, Kind::Cdips, false);
    }

    /// An observation with one light curve of the same name.
    #[expect(
        clippy::too_many_arguments,
        reason = "what the three pipelines with a single file differ in"
    )]
    fn single(
        &mut self,
        pipeline: &Pipeline,
        star: &Arc<Star>,
        sector: &Sector,
        obs_id: String,
        folder: &str,
        kind: Kind,
        on_cloud: bool,
    ) {
        let exptime = sector.frame_exptime();
        let inside = target_content(kind, star, sector, sector.num_exposures(exptime), exptime);
        let file = file(
            pipeline,
            format!("mast:HLSP/{folder}/{obs_id}.fits"),
            "FITS",
            "SCIENCE",
            inside,
        );
        let file = if on_cloud { mirrored(file) } else { file };
        self.add(observation(pipeline, star, sector, obs_id, exptime), [file]);
    }
}

pub(crate) fn observation(
    pipeline: &Pipeline,
    star: &Star,
    sector: &Sector,
    obs_id: String,
    exptime: f64,
) -> Observation {
    let mut observation = target_observation(star, sector, String::new(), exptime, "", None);
    observation.collection = "HLSP";
    observation.obsid = group_id("HLSP", &obs_id);
    observation.obs_id = obs_id;
    observation.provenance = pipeline.name;
    observation.proposal_pi = pipeline.investigator.into();
    observation.proposal_id = Some("N/A".into());
    observation.calib_level = 4;
    observation.data_url = None;
    // MAST knows no release date for some of the community's products.
    observation.release = (sector.number % 2 == 1).then_some(sector.days.1.floor() + 400.0);
    observation
}

pub(crate) fn file(
    pipeline: &Pipeline,
    uri: String,
    description: &'static str,
    purpose: &'static str,
    content: Content,
) -> File {
    File {
        uri,
        s3_key: None,
        description: description.into(),
        label: community_label(purpose),
        project: pipeline.name,
        version: Some(pipeline.version),
        calib_level: 4,
        content,
        size_listed: true,
        owner: None,
    }
}

/// The bucket keeps community products under the tail of their URI.
fn mirrored(mut file: File) -> File {
    file.s3_key = file
        .uri
        .strip_prefix("mast:HLSP/")
        .map(|tail| format!("mast/hlsp/{tail}"));
    file
}
