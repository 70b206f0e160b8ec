//! Observations and products of K2, named as MAST names them, and the community's K2 light curves.

use std::sync::Arc;

use super::catalog::{Catalog, File, community_label, content, document_size, group_id, mission_label};
use super::content::{Content, Kind, Star};
use super::kepler::TARGET_HALF;
use super::observation::Observation;
use super::quarters::Campaign;
use super::region::Region;

/// Seconds between long-cadence exposures as the tables round them.
const LONG: f64 = 1800.0;

/// A pipeline of the community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Community {
    /// EVEREST: a light curve, and a summary whose name ends in `_dvs.pdf` as if it were a validation summary.
    Everest,
    /// K2SFF.
    K2sff,
    /// K2VARCAT.
    K2varcat,
}

impl Catalog {
    /// Long cadence of one campaign, or of one half of a split one: light curve and pixels.
    pub(super) fn k2(&mut self, star: &Arc<Star>, campaign: u16) {
        let Some(campaign) = Campaign::numbered(campaign) else {
            return;
        };
        let number = campaign.number;
        let obs_id = format!("ktwo{}-c{number:02}_lc", star.id);
        let file = |folder: &str, suffix, description, subgroup, kind| {
            // The folder is not padded, the file is.
            let tail = format!(
                "{folder}/c{number}/{}/ktwo{}-c{number:02}_{suffix}",
                folders(star),
                star.id
            );
            File {
                uri: format!("mast:K2/url/missions/k2/{tail}"),
                s3_key: Some(format!("k2/public/{tail}")),
                description: format!("{description} - C{number:02}").into(),
                label: mission_label("C", subgroup),
                project: "K2",
                version: None,
                calib_level: 2,
                content: inside(kind, star, campaign),
                size_listed: true,
                owner: None,
            }
        };
        let files = [
            file(
                "lightcurves",
                "llc.fits",
                "Lightcurve Long Cadence (KLC)",
                "LLC",
                Kind::KeplerLightCurve,
            ),
            file(
                "target_pixel_files",
                "lpd-targ.fits.gz",
                "Target Pixel Long Cadence (KTL)",
                "LPD-TARG",
                Kind::KeplerPixels,
            ),
        ];
        self.add(observation(star, campaign, "K2", obs_id), files);
    }

    /// A light curve of the community.
    pub(super) fn k2_community(&mut self, star: &Arc<Star>, campaign: u16, community: Community) {
        let Some(campaign) = Campaign::numbered(campaign) else {
            return;
        };
        let place = format!("{}-c{:02}_kepler", star.id, campaign.number);
        let (pipeline, investigator, version, obs_id, suffix, kind) = match community {
            Community::Everest => (
                "EVEREST",
                "Luger, Rodrigo",
                "2.0",
                format!("hlsp_everest_k2_llc_{place}_v2.0"),
                "_lc.fits",
                Kind::Everest,
            ),
            Community::K2sff => (
                "K2SFF",
                "Vanderburg, Andrew",
                "1",
                format!("hlsp_k2sff_k2_lightcurve_{place}_v1"),
                "_llc.fits",
                Kind::K2sff,
            ),
            Community::K2varcat => (
                "K2VARCAT",
                "Armstrong, David",
                "2",
                format!("hlsp_k2varcat_k2_lightcurve_{place}_v2"),
                "_llc.fits",
                Kind::K2varcat,
            ),
        };
        let folder = pipeline.to_lowercase();
        let file = |suffix: &str, description: &'static str, purpose, inside: Content| File {
            uri: format!(
                "mast:HLSP/{folder}/c{:02}/{}/{obs_id}{suffix}",
                campaign.number,
                folders(star)
            ),
            s3_key: None,
            description: description.into(),
            label: community_label(purpose),
            project: pipeline,
            version: Some(version),
            calib_level: 4,
            content: inside,
            size_listed: true,
            owner: None,
        };
        let mut files = vec![file(suffix, "FITS", "SCIENCE", inside(kind, star, campaign))];
        if community == Community::Everest {
            let mut summary = inside(Kind::Pdf, star, campaign);
            summary.num_rows = document_size(&obs_id, 30_000);
            files.push(file("_dvs.pdf", "PDF", "INFO", summary));
        }
        let mut observation = observation(star, campaign, "HLSP", obs_id.clone());
        observation.provenance = pipeline;
        observation.proposal_pi = investigator.into();
        observation.calib_level = 4;
        observation.preview = None;
        self.add(observation, files);
    }
}

fn inside(kind: Kind, star: &Arc<Star>, campaign: &Campaign) -> Content {
    let num_rows = match kind {
        // K2SFF leaves out the cadences that it cannot correct.
        Kind::K2sff => campaign.num_exposures() * 95 / 100,
        _ => campaign.num_exposures(),
    };
    let mut inside = content(kind, star, num_rows, 1765.464, campaign.span.0, campaign.number);
    inside.pixels = (8, 9);
    inside
}

/// `201900000/12000`: the folders of a star's files.
fn folders(star: &Star) -> String {
    format!("{}/{:05}", star.id / 100_000 * 100_000, star.id % 100_000 / 1000 * 1000)
}

fn observation(star: &Star, campaign: &Campaign, collection: &'static str, obs_id: String) -> Observation {
    Observation {
        obsid: group_id(collection, &obs_id),
        ra: star.ra,
        dec: star.dec,
        target_name: format!("ktwo{:09}", star.id),
        collection,
        provenance: "K2",
        project: "K2",
        // MAST lists the mission's files of Kepler and K2 now as one, now as the other.
        product_type: if collection == "K2" { "cube" } else { "timeseries" },
        exptime: LONG,
        t_min: campaign.span.0,
        t_max: campaign.span.1,
        sequence: Some(campaign.sequence()),
        region: Region::Square { half: TARGET_HALF },
        calib_level: 2,
        proposal_pi: "Howell, Steve".into(),
        proposal_id: Some(format!("GO{}{:03}", campaign.sequence(), star.id % 97).into()),
        release: None,
        preview: Some(format!("http://archive.stsci.edu/missions/k2/previews/{obs_id}.png")),
        data_url: None,
        obs_id,
    }
}
