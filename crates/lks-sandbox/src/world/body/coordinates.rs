//! World coordinates of pixels, as cards of a column or of an image.

use lks_fits::{Card, CardValue};

use super::light::is_kepler;
use crate::world::content::Content;

/// World coordinates of the frames in column `number` of a table of target pixels.
pub(crate) fn of_column(content: &Content, number: usize) -> Vec<Card> {
    let [crpix1, crpix2, scale] = coordinates(content);
    let (column, row) = detector_corner(content);
    let card = |keyword: &str, value: CardValue, comment: &str| {
        Card::new(keyword.replace('#', &number.to_string()), value, comment)
    };
    vec![
        card("WCSN#P", "PHYSICAL".into(), "table column WCS name"),
        card("WCAX#P", 2.into(), "table column physical WCS dimensions"),
        card(
            "1CTY#P",
            "RAWX".into(),
            "table column physical WCS axis 1 type, CCD col",
        ),
        card(
            "2CTY#P",
            "RAWY".into(),
            "table column physical WCS axis 2 type, CCD row",
        ),
        card("1CUN#P", "PIXEL".into(), "table column physical WCS axis 1 unit"),
        card("2CUN#P", "PIXEL".into(), "table column physical WCS axis 2 unit"),
        card("1CRV#P", column.into(), "table column physical WCS ax 1 ref value"),
        card("2CRV#P", row.into(), "table column physical WCS ax 2 ref value"),
        card("1CDL#P", 1.0.into(), "table column physical WCS a1 step"),
        card("2CDL#P", 1.0.into(), "table column physical WCS a2 step"),
        card("1CRP#P", 1.into(), "table column physical WCS a1 reference"),
        card("2CRP#P", 1.into(), "table column physical WCS a2 reference"),
        card("WCAX#", 2.into(), "number of WCS axes"),
        card("1CTYP#", "RA---TAN".into(), "right ascension coordinate type"),
        card("2CTYP#", "DEC--TAN".into(), "declination coordinate type"),
        card("1CRPX#", crpix1.into(), "[pixel] reference pixel along image axis 1"),
        card("2CRPX#", crpix2.into(), "[pixel] reference pixel along image axis 2"),
        card(
            "1CRVL#",
            content.star.ra.into(),
            "[deg] right ascension at reference pixel",
        ),
        card(
            "2CRVL#",
            content.star.dec.into(),
            "[deg] declination at reference pixel",
        ),
        card("1CUNI#", "deg".into(), "physical unit in column dimension"),
        card("2CUNI#", "deg".into(), "physical unit in row dimension"),
        card("1CDLT#", (-scale).into(), "[deg] pixel scale in RA dimension"),
        card("2CDLT#", scale.into(), "[deg] pixel scale in DEC dimension"),
        card("11PC#", 1.0.into(), "linear transformation matrix element cos(th)"),
        card("12PC#", 0.0.into(), "linear transformation matrix element -sin(th)"),
        card("21PC#", 0.0.into(), "linear transformation matrix element sin(th)"),
        card("22PC#", 1.0.into(), "linear transformation matrix element cos(th)"),
    ]
}

/// World coordinates of an image.
pub(crate) fn of_image(content: &Content) -> Vec<Card> {
    let [crpix1, crpix2, scale] = coordinates(content);
    let (column, row) = detector_corner(content);
    vec![
        Card::new("WCSAXES", 2, "number of WCS axes"),
        Card::new("CTYPE1", "RA---TAN", "right ascension coordinate type"),
        Card::new("CTYPE2", "DEC--TAN", "declination coordinate type"),
        Card::new("CRPIX1", crpix1, "[pixel] reference pixel along image axis 1"),
        Card::new("CRPIX2", crpix2, "[pixel] reference pixel along image axis 2"),
        Card::new("CRVAL1", content.star.ra, "[deg] right ascension at reference pixel"),
        Card::new("CRVAL2", content.star.dec, "[deg] declination at reference pixel"),
        Card::new("CUNIT1", "deg", "physical unit in column dimension"),
        Card::new("CUNIT2", "deg", "physical unit in row dimension"),
        Card::new("CDELT1", -scale, "[deg] pixel scale in RA dimension"),
        Card::new("CDELT2", scale, "[deg] pixel scale in Dec dimension"),
        Card::new("WCSNAMEP", "PHYSICAL", "name of world coordinate system alternate P"),
        Card::new("WCSAXESP", 2, "number of WCS physical axes"),
        Card::new("CTYPE1P", "RAWX", "physical WCS axis 1 type CCD col"),
        Card::new("CRPIX1P", 1, "reference CCD column"),
        Card::new("CRVAL1P", column, "value at reference CCD column"),
        Card::new("CDELT1P", 1.0, "physical WCS axis 1 step"),
        Card::new("CTYPE2P", "RAWY", "physical WCS axis 2 type CCD row"),
        Card::new("CRPIX2P", 1, "reference CCD row"),
        Card::new("CRVAL2P", row, "value at reference CCD row"),
        Card::new("CDELT2P", 1.0, "physical WCS axis 2 step"),
    ]
}

/// Reference pixel and degrees of a pixel.
fn coordinates(content: &Content) -> [f64; 3] {
    let scale = if is_kepler(content.kind) { 0.001_106_9 } else { 0.005_65 };
    let (columns, rows) = content.pixels;
    [(f64::from(columns) + 1.0) / 2.0, (f64::from(rows) + 1.0) / 2.0, scale]
}

fn detector_corner(content: &Content) -> (i64, i64) {
    let id = content.star.id as i64;
    (45 + id % 1900, 1 + id / 1900 % 1900)
}
