//! The CCDs of which there are cubes: where their pixels are on the sky, from the headers of real images.

use std::sync::OnceLock;

use lks_wcs::{KeywordValue, PixelPosition, PixelWindow, SkyPosition, Wcs};

use super::{COLUMNS, ROWS};
use crate::world::sky::SectorRow;

/// Where it is from, and under which licence, is said at its beginning.
const DATA: &str = include_str!("../../../data/tess_wcs.txt");

/// All pixels of a full-frame image.
const IMAGE: PixelWindow = PixelWindow {
    x: 0,
    y: 0,
    width: COLUMNS,
    height: ROWS,
};

/// A CCD in a sector.
#[derive(Debug)]
pub(crate) struct Detector {
    pub(crate) seen: SectorRow,
    /// Right ascension, declination and roll of the spacecraft in degrees.
    pub(super) pointing: [f64; 3],
    /// `CRPIX1`, `CRPIX2`, `CRVAL1`, `CRVAL2`, `CD1_1`, `CD1_2`, `CD2_1`, `CD2_2`.
    pub(super) linear: [f64; 8],
    /// `A`, `B`, `AP`, `BP`.
    pub(super) polynomials: [Polynomial; 4],
    /// Of most detectors only cubes need it.
    wcs: OnceLock<Wcs>,
}

/// A polynomial of SIP as the keywords of a header give it.
#[derive(Debug)]
pub(super) struct Polynomial {
    pub(super) name: &'static str,
    pub(super) order: u32,
    /// i, j and the factor of u^i v^j.
    pub(super) terms: Vec<(u32, u32, f64)>,
}

impl Detector {
    /// All of them, in the order of sector, camera and CCD.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Detector>> = OnceLock::new();
        ALL.get_or_init(|| {
            let blocks = DATA.split("\nccd ").skip(1);
            let read = blocks.map(|block| Self::read(block).expect("because a test reads all of the file"));
            read.collect()
        })
    }

    /// The lines of one CCD, the word at its beginning not among them.
    fn read(block: &str) -> Option<Self> {
        let mut lines = block.lines();
        let mut seen = lines.next()?.split(' ');
        let seen = SectorRow {
            sector: seen.next()?.parse().ok()?,
            camera: seen.next()?.parse().ok()?,
            ccd: seen.next()?.parse().ok()?,
        };
        let pointing = numbers(lines.next()?.strip_prefix("pointing ")?)?;
        let linear: Vec<f64> = (0..3)
            .map(|_| numbers(lines.next()?.split_once(' ')?.1))
            .collect::<Option<Vec<_>>>()?
            .concat();
        let mut polynomial = |name: &'static str, lowest: u32| {
            let (order, factors) = lines.next()?.split_once(' ')?.1.split_once(' ')?;
            let order = order.parse().ok()?;
            let places = (0..=order).flat_map(|i| (0..=order - i).map(move |j| (i, j)));
            let places = places.filter(|(i, j)| i + j >= lowest);
            let terms = places.zip(numbers(factors)?);
            let terms = terms.map(|((i, j), factor)| (i, j, factor)).collect();
            Some(Polynomial { name, order, terms })
        };
        let polynomials = [
            polynomial("A", 2)?,
            polynomial("B", 2)?,
            polynomial("AP", 1)?,
            polynomial("BP", 1)?,
        ];
        Some(Self {
            seen,
            pointing: pointing.try_into().ok()?,
            linear: linear.try_into().ok()?,
            polynomials,
            wcs: OnceLock::new(),
        })
    }

    fn wcs(&self) -> &Wcs {
        self.wcs.get_or_init(|| {
            let wcs = Wcs::from_header(|keyword| self.value(keyword));
            wcs.expect("because tests ask every detector where a position is")
        })
    }

    /// What the header of its images says for a keyword of the world coordinates.
    fn value(&self, keyword: &str) -> Option<KeywordValue<'static>> {
        match keyword {
            "CTYPE1" => return Some(KeywordValue::Text("RA---TAN-SIP")),
            "CTYPE2" => return Some(KeywordValue::Text("DEC--TAN-SIP")),
            _ => {}
        }
        if let Some(place) = LINEAR.iter().position(|name| *name == keyword) {
            return Some(KeywordValue::Number(self.linear[place]));
        }
        let (name, rest) = keyword.split_once('_')?;
        let polynomial = self.polynomials.iter().find(|polynomial| polynomial.name == name)?;
        if rest == "ORDER" {
            return Some(KeywordValue::Number(f64::from(polynomial.order)));
        }
        let (i, j) = rest.split_once('_')?;
        let (i, j): (u32, u32) = (i.parse().ok()?, j.parse().ok()?);
        let term = polynomial.terms.iter().find(|term| (term.0, term.1) == (i, j))?;
        Some(KeywordValue::Number(term.2))
    }

    /// Its edge on the sky in degrees, with so many points on each side.
    pub(crate) fn edge(&self, per_side: u16) -> Vec<[f64; 2]> {
        let edge = self.wcs().footprint(&IMAGE, per_side).unwrap_or_default();
        edge.iter().map(|position| [position.ra(), position.dec()]).collect()
    }

    /// Whether a position in degrees lies on its pixels.
    pub(crate) fn sees(&self, position: [f64; 2]) -> bool {
        let pixel = self.pixel(position);
        pixel.is_some_and(|[x, y]| IMAGE.contains(PixelPosition { x, y }))
    }

    /// Where a position in degrees is on the pixels, counted from 0; `None` if it is none, or far away.
    pub(crate) fn pixel(&self, [ra, dec]: [f64; 2]) -> Option<[f64; 2]> {
        /// No pixel of a CCD is farther away from its reference pixel, degrees.
        const REACH: f64 = 12.0;
        let position = SkyPosition::new(ra, dec).ok()?;
        if self.wcs().reference_position().separation(&position) > REACH {
            return None;
        }
        self.wcs().pixel(&position).ok().map(|pixel| [pixel.x, pixel.y])
    }
}

/// The names of the numbers of a detector that are not of a polynomial.
pub(super) const LINEAR: [&str; 8] = [
    "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD1_2", "CD2_1", "CD2_2",
];

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(' ').map(|number| number.parse().ok()).collect()
}
