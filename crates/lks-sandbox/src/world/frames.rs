//! Full frames of TESS, as the mission gives them and as TICA does.

use std::sync::Arc;

use super::catalog::{Catalog, File, content, mission_label};
use super::community::{Pipeline, file, observation};
use super::content::{Kind, Star};
use super::region::Region;
use super::sectors::Sector;
use super::sky;
use super::tess::target_observation;

const TICA: Pipeline = Pipeline {
    name: "TICA",
    investigator: "Michael Fausnaugh",
    version: "1",
};

impl Catalog {
    /// The full frames of one CCD in one sector; a handful of the hundreds of frames.
    pub(super) fn full_frames(&mut self, star: &Arc<Star>, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let (camera, ccd) = sky::camera(star.ra, star.dec, sector.number);
        let obs_id = format!("tess-s{:04}-{camera}-{ccd}", sector.number);
        // Frames add up the exposures that the spacecraft keeps after rejecting cosmic rays.
        let exptime = match sector.number {
            ..27 => 1_425.599_414,
            27..56 => 475.199_786,
            56.. => 158.399_902,
        };
        let (first, _) = sector.span();
        let files: Vec<_> = (0..4)
            .map(|index| {
                let (year, rest) = sector.stamp.split_at(4);
                let (day, clock) = rest.split_at(3);
                let clock: u32 = clock.parse().unwrap_or(0);
                let stamp = format!(
                    "{year}{day}{:06}",
                    (clock / 10_000 % 20 + index) * 10_000 + clock % 10_000
                );
                let name = format!(
                    "tess{stamp}-s{:04}-{camera}-{ccd}-{:04}-s_ffic.fits",
                    sector.number, sector.configuration
                );
                let mut inside = content(
                    Kind::FullFrame,
                    star,
                    0,
                    exptime,
                    first + f64::from(index) * 0.02,
                    sector.number,
                );
                (inside.camera, inside.ccd, inside.pixels) = (camera, ccd, (256, 256));
                File {
                    s3_key: Some(format!(
                        "tess/public/ffi/s{:04}/{year}/{day}/{camera}-{ccd}/{name}",
                        sector.number
                    )),
                    uri: format!("mast:TESS/product/{name}"),
                    description: "FFIC".into(),
                    label: mission_label("S", "FFIC"),
                    project: "SPOC",
                    version: None,
                    calib_level: 2,
                    content: inside,
                    size_listed: true,
                    owner: None,
                }
            })
            .collect();
        let mut observation = target_observation(star, sector, obs_id, exptime, "", Some("N/A".into()));
        observation.target_name = "TESS FFI".to_owned();
        observation.product_type = "image";
        observation.data_url = None;
        observation.region = frame_region(star);
        (observation.ra, observation.dec) = (star.ra + 2.1, star.dec - 1.7);
        self.add(observation, files);
    }

    /// TICA: full frames; each file belongs to an observation of its own, only `parent_obsid` tells where it is listed.
    pub(super) fn tica(&mut self, star: &Arc<Star>, sector: u16) {
        let Some(sector) = Sector::numbered(sector) else {
            return;
        };
        let (camera, ccd) = sky::camera(star.ra, star.dec, sector.number);
        let place = format!("cam{camera}-ccd{ccd}");
        let obs_id = format!("hlsp_tica_s{:04}-{place}", sector.number);
        let exptime = sector.frame_exptime() * 0.792;
        let files: Vec<_> = [117_679_u32, 118_095, 117_909, 118_433]
            .into_iter()
            .map(|cadence| {
                let own = format!(
                    "hlsp_tica_tess_ffi_s{:04}-o1-{cadence:08}-{place}_tess_v01_img",
                    sector.number
                );
                let uri = format!("mast:HLSP/tica/s{:04}/{place}/{own}.fits", sector.number);
                let mut inside = content(Kind::TicaFrame, star, 0, exptime, sector.span().0, sector.number);
                (inside.camera, inside.ccd, inside.pixels) = (camera, ccd, (256, 256));
                let mut file = file(&TICA, uri, "FITS", "SCIENCE", inside);
                file.owner = Some(own);
                file
            })
            .collect();
        let mut observation = observation(&TICA, star, sector, obs_id, exptime);
        observation.target_name = "TICA FFI".to_owned();
        observation.product_type = "image";
        observation.calib_level = 3;
        observation.region = frame_region(star);
        observation.release = Some(sector.days.1.floor() + 186.0);
        (observation.ra, observation.dec) = (star.ra - 1.4, star.dec - 2.2);
        self.add(observation, files);
    }
}

/// The footprint of a CCD, 12 degrees wide, in which the star lies.
fn frame_region(star: &Star) -> Region {
    let wide = 6.0 / star.dec.to_radians().cos().max(0.1);
    Region::Polygon(vec![
        [star.ra + 1.1 * wide, star.dec + 5.2],
        [star.ra + 0.9 * wide, star.dec - 6.4],
        [star.ra - 1.0 * wide, star.dec - 5.9],
        [star.ra - 0.8 * wide, star.dec + 5.8],
    ])
}
