//! Which TESS sectors saw which field, as TESScut's `sector` service tells it.

use super::cube::Detector;
use super::region::separation;

/// One row of TESScut's answer: a sector, camera and CCD that saw a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SectorRow {
    /// Sector.
    pub sector: u16,
    /// Camera, 1 to 4.
    pub camera: u8,
    /// CCD, 1 to 4.
    pub ccd: u8,
}

impl SectorRow {
    /// `sectorName`, as `tess-s0001-4-2`.
    pub(crate) fn name(&self) -> String {
        format!("tess-s{:04}-{}-{}", self.sector, self.camera, self.ccd)
    }
}

/// Position of the field of synthetic targets, degrees: an empty corner of sector 1's camera 4.
pub(crate) const BULK_FIELD: [f64; 2] = [81.0, -71.5];

/// Degrees from the middle of a field within which a position belongs to it.
const FIELD_RADIUS: f64 = 0.3;

struct Field {
    center: [f64; 2],
    radius: f64,
    seen: &'static [(u16, u8, u8)],
}

impl Field {
    fn detectors(&'static self) -> impl Iterator<Item = ([f64; 2], f64, SectorRow)> {
        let seen = self.seen.iter();
        seen.map(|&(sector, camera, ccd)| (self.center, self.radius, SectorRow { sector, camera, ccd }))
    }
}

const fn field(ra: f64, dec: f64, seen: &'static [(u16, u8, u8)]) -> Field {
    Field {
        center: [ra, dec],
        radius: FIELD_RADIUS,
        seen,
    }
}

/// Computed with the pointings that STScI publishes, up to sector 83; pi Mensae's as TESScut printed a neighbour's in 2023.
static FIELDS: &[Field] = &[
    // TOI 1161 = Kepler-13
    field(
        286.971_254,
        46.868_263,
        &[
            (14, 2, 3),
            (15, 2, 3),
            (26, 2, 4),
            (40, 2, 4),
            (41, 2, 3),
            (53, 2, 4),
            (54, 3, 3),
            (55, 3, 4),
            (74, 4, 1),
            (75, 4, 2),
            (80, 3, 3),
            (82, 3, 4),
        ],
    ),
    // TOI 270
    field(
        68.415_5,
        -51.956_2,
        &[(3, 3, 4), (4, 3, 4), (5, 3, 3), (30, 3, 4), (31, 3, 4), (32, 3, 3)],
    ),
    // pi Mensae
    field(
        84.291_2,
        -80.469_1,
        &[
            (1, 4, 2),
            (4, 4, 3),
            (8, 4, 4),
            (11, 4, 1),
            (12, 3, 4),
            (13, 3, 3),
            (27, 3, 3),
            (28, 4, 2),
            (31, 4, 3),
            (34, 4, 4),
            (35, 4, 4),
            (38, 4, 1),
            (39, 3, 4),
            (61, 4, 4),
            (62, 4, 4),
            (64, 4, 1),
            (65, 3, 4),
            (66, 3, 4),
            (67, 3, 3),
            (68, 4, 2),
        ],
    ),
    // AU Mic
    field(311.289_7, -31.340_9, &[(1, 1, 4), (27, 1, 3)]),
    // K2-18
    field(172.560_1, 7.587_8, &[(45, 4, 4), (46, 3, 4), (72, 4, 4)]),
    // Kepler-10
    field(
        285.679_4,
        50.241_3,
        &[
            (14, 2, 3),
            (15, 2, 2),
            (26, 2, 1),
            (41, 2, 3),
            (53, 2, 1),
            (54, 3, 3),
            (55, 3, 4),
            (74, 4, 1),
            (75, 3, 3),
            (80, 3, 3),
            (81, 3, 3),
            (82, 3, 4),
        ],
    ),
    // Kepler-137
    field(
        282.144_8,
        43.033_5,
        &[
            (14, 2, 3),
            (26, 2, 4),
            (40, 2, 4),
            (41, 2, 3),
            (53, 2, 4),
            (74, 4, 2),
            (80, 3, 2),
            (81, 3, 1),
        ],
    ),
    // Kepler-16
    field(
        289.075_7,
        51.757_4,
        &[
            (14, 2, 4),
            (15, 2, 2),
            (26, 2, 1),
            (40, 2, 1),
            (41, 2, 3),
            (53, 2, 1),
            (54, 3, 3),
            (55, 3, 4),
            (56, 3, 4),
            (73, 4, 4),
            (74, 3, 4),
            (75, 3, 3),
            (76, 3, 3),
            (80, 3, 3),
            (81, 3, 3),
            (82, 3, 4),
            (83, 3, 4),
        ],
    ),
    // TrES-2
    field(
        286.808_5,
        49.316_4,
        &[
            (14, 2, 3),
            (26, 2, 1),
            (40, 2, 4),
            (41, 2, 3),
            (54, 3, 3),
            (55, 3, 4),
            (74, 4, 1),
            (75, 4, 2),
            (80, 3, 3),
            (81, 3, 3),
            (82, 3, 4),
        ],
    ),
    // V1357 Cyg
    field(
        299.590_3,
        35.201_6,
        &[
            (14, 1, 1),
            (41, 1, 2),
            (54, 3, 2),
            (55, 3, 1),
            (74, 4, 4),
            (75, 4, 3),
            (81, 2, 1),
        ],
    ),
    Field {
        center: BULK_FIELD,
        radius: 6.0,
        seen: &[(1, 4, 2)],
    },
];

/// TIC 273985862, TIC 41336498, KIC 8462852 and TIC 51637609, of which the tests of the Python package want cutouts. There are no cubes of these CCDs.
static OF_TESTS: &[Field] = &[
    field(25.392_7, -64.118_4, &[(1, 2, 2), (2, 2, 1), (28, 2, 2)]),
    field(43.702_8, -29.318_5, &[(2, 1, 4)]),
    field(301.564_4, 44.456_8, &[(14, 1, 2), (15, 1, 1)]),
    field(331.204_3, 48.713_6, &[(56, 2, 3)]),
];

/// CCDs that saw no field of the sandbox, and are known with all of their pixels: one of each epoch, of which the first has a distortion of the ninth order, and
/// the others saw the crowded field, the last one with another reference pixel.
const WHOLE: [(u16, u8, u8); 4] = [(1, 2, 1), (36, 2, 1), (63, 2, 1), (99, 2, 1)];

/// What TESScut answers for a position in degrees; empty where the sandbox knows of no CCD that saw it.
pub(crate) fn sectors(ra: f64, dec: f64) -> Vec<SectorRow> {
    let rows = seen(ra, dec).iter();
    let rows = rows.map(|&(sector, camera, ccd)| SectorRow { sector, camera, ccd });
    let others = whole().filter(|detector| detector.sees([ra, dec]));
    rows.chain(others.map(|detector| detector.seen)).collect()
}

/// The CCDs of which all pixels are known.
pub(super) fn whole() -> impl Iterator<Item = &'static Detector> {
    let all = Detector::all().iter();
    all.filter(|Detector { seen, .. }| WHOLE.contains(&(seen.sector, seen.camera, seen.ccd)))
}

/// Each detector that saw a field: the middle of the field, its radius in degrees, and sector, camera and CCD.
pub(super) fn detectors() -> impl Iterator<Item = ([f64; 2], f64, SectorRow)> {
    FIELDS.iter().flat_map(Field::detectors)
}

/// The same of the fields without cubes.
pub(super) fn detectors_of_tests() -> impl Iterator<Item = ([f64; 2], f64, SectorRow)> {
    OF_TESTS.iter().flat_map(Field::detectors)
}

/// Camera and CCD that saw a position in a sector; camera 1, CCD 1 where no field of the sandbox lies.
pub(crate) fn camera(ra: f64, dec: f64, sector: u16) -> (u8, u8) {
    let row = seen(ra, dec).iter().find(|(number, ..)| *number == sector);
    row.map_or((1, 1), |&(_, camera, ccd)| (camera, ccd))
}

fn seen(ra: f64, dec: f64) -> &'static [(u16, u8, u8)] {
    FIELDS
        .iter()
        .chain(OF_TESTS)
        .find(|field| {
            (field.center[1] - dec).abs() <= field.radius && separation(field.center, [ra, dec]) <= field.radius
        })
        .map(|field| field.seen)
        .unwrap_or_default()
}
