//! The table. A column of ours is one entry of [`ADDED`]; what MAST sends is kept without one, but a type, a unit or a description
//! that it should have is here.

use super::Column;
use crate::search::Mission::{self, All, K2, Kepler, Mast, Tess};

const EVERY: &[Mission] = &Mission::ALL;

/// Observations, in MAST's order since 2019 (recorded answers and printed tables of the Space Telescope Science Institute); `wave_region`,
/// `wave_min` and `wave_max` came in 2026. Units are those of MAST's `columnsconfig`.
pub(super) const OBSERVATION: &[Column] = &[
    Column::text("intentType"),
    Column::text("obs_collection").required(),
    Column::text("provenance_name"),
    Column::text("instrument_name"),
    Column::text("project"),
    Column::text("filters"),
    Column::text("wave_region"),
    Column::text("wavelength_region"),
    Column::text("target_name")
        .required()
        .shown(1, EVERY)
        .described("the name under which MAST files the target"),
    Column::text("target_classification"),
    Column::text("obs_id"),
    Column::float("s_ra")
        .in_unit("deg")
        .described("right ascension of the target, ICRS"),
    Column::float("s_dec")
        .in_unit("deg")
        .described("declination of the target, ICRS"),
    Column::text("dataproduct_type"),
    Column::text("proposal_pi"),
    Column::integer("calib_level"),
    Column::float("t_min")
        .in_unit("d")
        .described("start of the observation as MAST states it, MJD; for a Kepler file that of the whole mission. Of a cutout, the start that was planned for the sector: midnight (UTC)"),
    Column::float("t_max")
        .in_unit("d")
        .described("end of the observation as MAST states it, MJD; for a Kepler file that of the whole mission. Of a cutout, the end that was planned for the sector: midnight (UTC), and its images may run up to a day past it"),
    Column::float("t_exptime").in_unit("s"),
    Column::float("em_min").in_unit("nm"),
    Column::float("em_max").in_unit("nm"),
    Column::text("obs_title"),
    Column::float("t_obs_release").in_unit("d"),
    Column::text("proposal_id"),
    Column::text("proposal_type"),
    // Kepler's is null, and K2's cannot be relied on.
    Column::integer("sequence_number")
        .computed(|rows| rows.integers(|row| row.sequence))
        .described("sector, quarter or campaign, whichever the row has"),
    Column::text("s_region"),
    Column::text("jpegURL"),
    Column::text("dataURL"),
    Column::text("dataRights"),
    Column::boolean("mtFlag"),
    Column::float("srcDen"),
    Column::text("obsid").required(),
    Column::text("objID"),
    Column::float("wave_min").in_unit("nm"),
    Column::float("wave_max").in_unit("nm"),
    Column::text("objID1"),
    Column::float("distance")
        .in_unit("arcsec")
        .with_decimals(1)
        .shown(7, EVERY)
        .described("MAST's distance from the asked position to the *footprint* of the observation: 0 inside it"),
];

/// Products, in MAST's order since 2024. Without the required ones there is no telling which file belongs to whom: a missing
/// `obs_collection` or `obs_id` would put the file under a wrong name on disk.
pub(super) const PRODUCT: &[Column] = &[
    Column::text("obsID"),
    Column::text("obs_collection").required().keeping_name(),
    Column::text("dataproduct_type").keeping_name(),
    Column::text("obs_id").required().keeping_name(),
    Column::text("description")
        .shown(9, EVERY)
        .described("MAST's description of the product"),
    Column::text("type"),
    Column::text("dataURI")
        .required()
        .described("the product's name at MAST, by which it is fetched"),
    Column::text("productType"),
    Column::text("productGroupDescription"),
    Column::text("productSubGroupDescription"),
    Column::text("productDocumentationURL"),
    Column::text("project").keeping_name(),
    Column::text("prvversion"),
    Column::text("proposal_id").keeping_name(),
    Column::text("productFilename")
        .required()
        .described("the name of the file"),
    Column::integer("size")
        .in_unit("byte")
        .described("size that MAST's table states; advice, not truth"),
    Column::text("parent_obsid"),
    Column::text("dataRights").keeping_name(),
    Column::integer("calib_level"),
    Column::text("filters"),
];

/// The columns that lksearch adds, in the order in which they stand behind MAST's.
pub(super) const ADDED: &[Column] = &[
    Column::float("exptime")
        .renamed_from("t_exptime")
        .in_unit("s")
        .shown(6, EVERY)
        .described("time between two cadences"),
    Column::text("mission")
        .computed(|rows| rows.first_text(&["mission", "obs_collection_obs", "obs_collection"]))
        .shown(3, EVERY)
        .described("the collection: `TESS`, `Kepler`, `K2`, `HLSP`; a cutout has `TESS Sector 14`"),
    Column::text("pipeline")
        .computed(|rows| rows.first_text(&["provenance_name"]))
        .shown(2, EVERY)
        .described("who made the product (`SPOC`, `QLP`, `Kepler`, `TESScut`, …)"),
    Column::integer("year")
        .computed(|rows| rows.integers(|row| row.year))
        .shown(8, EVERY)
        .described("year of the first cadence"),
    Column::text("start_time")
        .computed(|rows| rows.moments(|row| row.start))
        .described(
            "`t_min` as a date, UTC; of a Kepler file its own, from the quarter or month and the stamp in its name",
        ),
    Column::text("end_time")
        .computed(|rows| rows.moments(|row| row.end))
        .described(
            "`t_max` as a date, UTC; of a Kepler file its own, from the quarter or month and the stamp in its name",
        ),
    Column::boolean("mission_product")
        .computed(|rows| rows.are_of_mission())
        .described("whether the mission's own pipeline made it"),
    Column::integer("sector")
        .of_missions(&[Tess, Mast, All])
        .computed(|rows| rows.integers(|row| row.sector))
        .shown(4, &[Tess])
        .described("TESS sector; of a multi-sector observation, the last one"),
    Column::integer("quarter")
        .of_missions(&[Kepler, Mast, All])
        .computed(|rows| rows.integers(|row| row.quarter))
        .shown(4, &[Kepler])
        .described("Kepler quarter"),
    Column::integer("month")
        .of_missions(&[Kepler, Mast, All])
        .computed(|rows| rows.integers(|row| row.month))
        .described("month of the quarter, 1 to 3; only Kepler's short cadence is divided into months"),
    Column::integer("campaign")
        .of_missions(&[K2, Mast, All])
        .computed(|rows| rows.integers(|row| row.campaign.map(|campaign| campaign.number)))
        .shown(4, &[K2])
        .described("K2 campaign"),
    Column::text("campaign_half")
        .of_missions(&[K2, Mast, All])
        .computed(|rows| rows.texts(|row| row.campaign?.half.map(|half| half.letter())))
        .shown(5, &[K2])
        .described("`a` or `b` of a campaign that was split (9, 10 and 11); shown only where there is one"),
    Column::text("kind")
        .computed(|rows| rows.kinds())
        .described("`timeseries`, `cubedata`, `dvreports`, `tesscut`, `dvtimeseries`, `dvxml` or `other`"),
    Column::text("match").computed(|rows| rows.matches()).described(
        "`id` where the row is of the star that was asked for by number, else `position`; null without a target",
    ),
    Column::float("separation_arcsec")
        .computed(|rows| rows.separations())
        .in_unit("arcsec")
        .with_decimals(1)
        .described("true separation on the sphere between the asked position and the target (`s_ra`, `s_dec`)"),
];

/// What manifests and plans have besides columns of a result: those whose values need a type or a unit to be read rightly.
pub(super) const MANIFEST: &[Column] = &[
    Column::integer("bytes").in_unit("byte"),
    Column::float("seconds").in_unit("s").with_decimals(1),
    Column::text("sha256"),
];
