//! The world coordinates of a cutout as cards, of a column and of an image.

use lks_fits::{Card, CardValue};
use lks_wcs::{LinearFit, PixelWindow};

use super::CutoutContents;
use crate::error::Error;

/// Where the pixels of a cutout are on the sky, and on the CCD.
pub(super) struct Coordinates {
    fit: LinearFit,
    window: PixelWindow,
}

impl Coordinates {
    pub(super) fn of(contents: &CutoutContents<'_>) -> Result<Self, Error> {
        let window = contents.window;
        let fit = contents.wcs.fit_linear(&window).map_err(Error::WorldCoordinates)?;
        Ok(Self { fit, window })
    }

    /// Cards of a column of the table, by its number, in the order of astrocut 0.11.1.
    pub(super) fn of_column(&self, number: usize) -> Vec<Card> {
        let card = |name: &str, value: CardValue, comment: &str| {
            Card::new(name.replace('n', &number.to_string()), value, comment)
        };
        let wcs = &self.fit.wcs;
        let [x, y] = wcs.reference_pixel().to_fits();
        let position = wcs.reference_position();
        let [[a, b], [c, d]] = wcs.matrix();
        let [column, row] = self.first_pixel();
        let mut cards = vec![
            card("WCAXn", 2.into(), "number of WCS axes"),
            card("1CTYPn", "RA---TAN".into(), "right ascension coordinate type"),
            card("2CTYPn", "DEC--TAN".into(), "declination coordinate type"),
            card("1CRPXn", x.into(), "[pixel] reference pixel along image axis 1"),
            card("2CRPXn", y.into(), "[pixel] reference pixel along image axis 2"),
            card(
                "1CRVLn",
                position.ra().into(),
                "[deg] right ascension at reference pixel",
            ),
            card("2CRVLn", position.dec().into(), "[deg] declination at reference pixel"),
            card("1CUNIn", "deg".into(), "physical unit in column dimension"),
            card("2CUNIn", "deg".into(), "physical unit in row dimension"),
            card("1CDLTn", 1.0.into(), "[deg] pixel scale in RA dimension"),
            card("2CDLTn", 1.0.into(), "[deg] pixel scale in DEC dimension"),
            card("11PCn", a.into(), "Coordinate transformation matrix element"),
            card("12PCn", b.into(), "Coordinate transformation matrix element"),
            card("21PCn", c.into(), "Coordinate transformation matrix element"),
            card("22PCn", d.into(), "Coordinate transformation matrix element"),
        ];
        // At the north pole it is not what is assumed without it.
        if position.dec() >= 90.0 {
            cards.push(card("LONPn", 180.0.into(), "[deg] native longitude of celestial pole"));
        }
        cards.extend([
            card("WCSNnP", "PHYSICAL".into(), "table column WCS name"),
            card("WCAXnP", 2.into(), "table column physical WCS dimensions"),
            card(
                "1CTYnP",
                "RAWX".into(),
                "table column physical WCS axis 1 type, CCD col",
            ),
            card(
                "2CTYnP",
                "RAWY".into(),
                "table column physical WCS axis 2 type, CCD row",
            ),
            card("1CUNnP", "PIXEL".into(), "table column physical WCS axis 1 unit"),
            card("2CUNnP", "PIXEL".into(), "table column physical WCS axis 2 unit"),
            card("1CRVnP", column.into(), "table column physical WCS ax 1 ref value"),
            card("2CRVnP", row.into(), "table column physical WCS ax 2 ref value"),
            card("1CDLnP", 1.0.into(), "table column physical WCS a1 step"),
            card("2CDLnP", 1.0.into(), "table column physical WCS a2 step"),
            card("1CRPnP", 1.into(), "table column physical WCS a1 reference"),
            card("2CRPnP", 1.into(), "table column physical WCS a2 reference"),
        ]);
        cards
    }

    /// Cards of the image of the aperture, and how good the fit is.
    pub(super) fn of_image(&self) -> Vec<Card> {
        let wcs = &self.fit.wcs;
        let [x, y] = wcs.reference_pixel().to_fits();
        let position = wcs.reference_position();
        let [[a, b], [c, d]] = wcs.matrix();
        let [column, row] = self.first_pixel();
        vec![
            Card::new("WCSAXES", 2, "Number of coordinate axes"),
            Card::new("CRPIX1", x, "Pixel coordinate of reference point"),
            Card::new("CRPIX2", y, "Pixel coordinate of reference point"),
            Card::new("PC1_1", a, "Coordinate transformation matrix element"),
            Card::new("PC1_2", b, "Coordinate transformation matrix element"),
            Card::new("PC2_1", c, "Coordinate transformation matrix element"),
            Card::new("PC2_2", d, "Coordinate transformation matrix element"),
            Card::new("CDELT1", 1.0, "[deg] Coordinate increment at reference point"),
            Card::new("CDELT2", 1.0, "[deg] Coordinate increment at reference point"),
            Card::new("CUNIT1", "deg", "Units of coordinate increment and value"),
            Card::new("CUNIT2", "deg", "Units of coordinate increment and value"),
            Card::new("CTYPE1", "RA---TAN", "Right ascension, gnomonic projection"),
            Card::new("CTYPE2", "DEC--TAN", "Declination, gnomonic projection"),
            Card::new("CRVAL1", position.ra(), "[deg] Coordinate value at reference point"),
            Card::new("CRVAL2", position.dec(), "[deg] Coordinate value at reference point"),
            Card::new("LONPOLE", 180.0, "[deg] Native longitude of celestial pole"),
            Card::new("LATPOLE", position.dec(), "[deg] Native latitude of celestial pole"),
            Card::new("RADESYS", "ICRS", "Equatorial coordinate system"),
            Card::new("WCSNAMEP", "PHYSICAL", "name of world coordinate system alternate P"),
            Card::new("WCSAXESP", 2, "number of WCS physical axes"),
            Card::new("CTYPE1P", "RAWX", "physical WCS axis 1 type (CCD column)"),
            Card::new("CUNIT1P", "PIXEL", "physical WCS axis 1 unit"),
            Card::new("CRPIX1P", 1, "reference CCD column"),
            Card::new("CRVAL1P", column, "value at reference CCD column"),
            Card::new("CDELT1P", 1.0, "physical WCS axis 1 step"),
            Card::new("CTYPE2P", "RAWY", "physical WCS axis 2 type (CCD row)"),
            Card::new("CUNIT2P", "PIXEL", "physical WCS axis 2 unit"),
            Card::new("CRPIX2P", 1, "reference CCD row"),
            Card::new("CRVAL2P", row, "value at reference CCD row"),
            Card::new("CDELT2P", 1.0, "physical WCS axis 2 step"),
            Card::new(
                "NPIXMISS",
                CardValue::Undefined,
                "Number of op. aperture pixels not collected",
            ),
            Card::new("NPIXSAP", CardValue::Undefined, "Number of pixels in optimal aperture"),
            Card::new(
                "WCS_MSEP",
                self.fit.max_separation,
                "[deg] Max offset between cutout WCS and FFI WCS",
            ),
            Card::new(
                "WCS_SIG",
                self.fit.root_sum_square,
                "[deg] Error measurement of cutout WCS fit",
            ),
        ]
    }

    /// Column and row of the first pixel on the CCD, counted from 1.
    fn first_pixel(&self) -> [i64; 2] {
        [self.window.x, self.window.y].map(|place| i64::from(place) + 1)
    }
}
