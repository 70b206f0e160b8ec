//! World coordinates from the keywords of a header.

use crate::error::Error;
use crate::keywords::{KeywordValue, Keywords, Spelling, missing, wrong, wrong_text};
use crate::sip::{MAX_ORDER, Polynomial, Sip};
use crate::sky_position::SkyPosition;
use crate::wcs::{PixelPosition, Wcs};

impl Wcs {
    /// Of an image whose header is asked, by the names of keywords, for values; `None` where it has none, or one that is undefined.
    ///
    /// | keyword | if it is absent |
    /// |---|---|
    /// | `CTYPE1`, `CTYPE2`: `RA---TAN`, `DEC--TAN`, or both with `-SIP` | an error |
    /// | `CRPIXi` (counted from 1), `CRVALi` | an error |
    /// | `CDi_j`; or `PCi_j` and `CDELTi`; or `CDELTi` and `CROTA2` (degrees) | without any, an error; elements of a matrix that is there as the standard has them |
    /// | `CUNITi`: `deg`, `arcmin`, `arcsec` or `rad`, of `CRVALi`, `CDi_j` and `CDELTi` | `deg` |
    /// | `A_ORDER`, `B_ORDER`: 0 to [`MAX_ORDER`] | with `-SIP` an error; without it, one if they are there |
    /// | `A_i_j`, `B_i_j` with i + j up to the order | 0 |
    /// | `LONPOLE` (degrees); `LATPOLE` does not matter to this projection | 180, or 0 if `CRVAL2` is 90 degrees |
    /// | `WCSAXES`: 2 | 2 |
    /// | `RADESYS`, `EQUINOX`: ICRS, or FK5 of 2000, of which positions are then | ICRS |
    ///
    /// Parameters of the projection (`PVi_m`), which some programs misuse for another distortion, must be absent or 0.
    ///
    /// # Errors
    /// [`Error::MissingKeyword`], [`Error::WrongKeyword`] and [`Error::Conflict`] say which keyword it is; [`Error::SingularMatrix`].
    pub fn from_header<'a>(mut look_up: impl FnMut(&str) -> Option<KeywordValue<'a>>) -> Result<Self, Error> {
        read(&mut Keywords::new(Spelling::Image, &mut look_up))
    }

    /// Of the images in a column of a binary table, by its number, counted from 1: `1CTYP5`, `1CRPX5`, `11PC5` and so on, as target pixel files have them.
    /// SIP is not defined there.
    ///
    /// # Errors
    /// As [`Wcs::from_header`]; the keywords are spelled as they would stand in the header.
    pub fn from_column<'a>(
        number: usize,
        mut look_up: impl FnMut(&str) -> Option<KeywordValue<'a>>,
    ) -> Result<Self, Error> {
        read(&mut Keywords::new(Spelling::Column(number), &mut look_up))
    }
}

fn read(keywords: &mut Keywords<'_, '_>) -> Result<Wcs, Error> {
    let is_distorted = projection(keywords)?;
    refuse_others(keywords)?;
    let mut reference = [0.0; 2];
    let mut position = [0.0; 2];
    let mut units = [1.0; 2];
    for axis in 0..2 {
        let number = axis as u8 + 1;
        reference[axis] = keywords.required(&keywords.of_axis("CRPIX", "CRPX", number))?;
        units[axis] = unit(keywords, number)?;
        position[axis] = keywords.required(&keywords.of_axis("CRVAL", "CRVL", number))? / units[axis];
    }
    let keyword = keywords.of_axis("CRVAL", "CRVL", 2);
    let [ra, dec] = position;
    let position = SkyPosition::new(ra, dec).map_err(|_| wrong(&keyword, dec, "a declination from -90 to 90"))?;
    let [[a, b], [c, d]] = matrix(keywords)?;
    let [sine, cosine] = turn_of_pole(keywords, dec)?;
    let [a, b, c, d] = [a / units[0], b / units[0], c / units[1], d / units[1]];
    let matrix = [
        [cosine * a - sine * c, cosine * b - sine * d],
        [sine * a + cosine * c, sine * b + cosine * d],
    ];
    let sip = match is_distorted {
        true => Some(Sip {
            a: polynomial(keywords, 'A')?,
            b: polynomial(keywords, 'B')?,
        }),
        false => None,
    };
    let [x, y] = reference;
    Wcs::new(PixelPosition::from_fits(x, y), position, matrix, sip)
}

/// Whether the projection has a distortion.
fn projection(keywords: &mut Keywords<'_, '_>) -> Result<bool, Error> {
    const EXPECTED: &str = "'RA---TAN' on axis 1 and 'DEC--TAN' on axis 2, or both with '-SIP'";
    let [first, second] = [1, 2].map(|axis| keywords.of_axis("CTYPE", "CTYP", axis));
    let one = keywords.text(&first)?.ok_or_else(|| missing(&first))?;
    let other = keywords.text(&second)?.ok_or_else(|| missing(&second))?;
    let is_distorted = match one {
        "RA---TAN" => false,
        "RA---TAN-SIP" => true,
        _ => return Err(wrong_text(&first, one, EXPECTED)),
    };
    if other != if is_distorted { "DEC--TAN-SIP" } else { "DEC--TAN" } {
        return Err(wrong_text(&second, other, EXPECTED));
    }
    if let (true, Spelling::Column(_)) = (is_distorted, keywords.spelling) {
        return Err(wrong_text(&first, one, "'RA---TAN': SIP is not defined for a column"));
    }
    // Without the ending some programs apply the coefficients and some do not.
    if !is_distorted && matches!(keywords.spelling, Spelling::Image) {
        for order in ["A_ORDER", "B_ORDER"] {
            if keywords.number(order)?.is_some_and(|order| order != 0.0) {
                return Err(Error::Conflict {
                    keywords: [format!("{first} = '{one}'"), order.to_owned()],
                });
            }
        }
    }
    Ok(is_distorted)
}

/// What would make the result another one than is computed here.
fn refuse_others(keywords: &mut Keywords<'_, '_>) -> Result<(), Error> {
    let axes = keywords.of_whole("WCSAXES", "WCAX");
    if let Some(number) = keywords.number(&axes)?.filter(|number| *number != 2.0) {
        return Err(wrong(&axes, number, "2: an image of the sky"));
    }
    for axis in 1..=2 {
        for parameter in 0..=4 {
            let keyword = keywords.of_parameter(axis, parameter);
            if let Some(value) = keywords.number(&keyword)?.filter(|value| *value != 0.0) {
                return Err(wrong(
                    &keyword,
                    value,
                    "absent or 0: the projection TAN has no parameters",
                ));
            }
        }
    }
    let frame = keywords.of_whole("RADESYS", "RADE");
    match keywords.text(&frame)? {
        None | Some("" | "ICRS") => Ok(()),
        Some("FK5") => {
            let equinox = keywords.of_whole("EQUINOX", "EQUI");
            match keywords.number(&equinox)?.filter(|year| *year != 2000.0) {
                None => Ok(()),
                Some(year) => Err(wrong(&equinox, year, "2000")),
            }
        }
        Some(other) => Err(wrong_text(&frame, other, "'ICRS', or 'FK5' of equinox 2000")),
    }
}

/// How many units of an axis are a degree: 324,000 arcseconds are then 90 degrees, and not a little more.
fn unit(keywords: &mut Keywords<'_, '_>, axis: u8) -> Result<f64, Error> {
    let keyword = keywords.of_axis("CUNIT", "CUNI", axis);
    match keywords.text(&keyword)? {
        None | Some("" | "deg") => Ok(1.0),
        Some("arcmin") => Ok(60.0),
        Some("arcsec") => Ok(3600.0),
        Some("rad") => Ok(1.0_f64.to_radians()),
        Some(other) => Err(wrong_text(&keyword, other, "'deg', 'arcmin', 'arcsec' or 'rad'")),
    }
}

/// From pixels to the units of the axes. Source: Greisen & Calabretta 2002, sections 2.1.2 and 6.1.
fn matrix(keywords: &mut Keywords<'_, '_>) -> Result<[[f64; 2]; 2], Error> {
    let cd = elements(keywords, "CD")?;
    let pc = elements(keywords, "PC")?;
    let [first, second] = [1, 2].map(|axis| keywords.of_axis("CDELT", "CDLT", axis));
    let steps = [keywords.number(&first)?, keywords.number(&second)?];
    let rotation = keywords.of_axis("CROTA", "CROT", 2);
    let angle = keywords.number(&rotation)?;
    let rows = match (cd, pc) {
        (Some((one, _)), Some((other, _))) => return Err(Error::Conflict { keywords: [one, other] }),
        (Some((_, rows)), None) => return Ok(rows.map(|row| row.map(|value| value.unwrap_or(0.0)))),
        (None, Some((keyword, rows))) => {
            if angle.is_some_and(|angle| angle != 0.0) {
                return Err(Error::Conflict {
                    keywords: [keyword, rotation],
                });
            }
            let unit = [[1.0, 0.0], [0.0, 1.0]];
            [0, 1].map(|row: usize| [0, 1].map(|column: usize| rows[row][column].unwrap_or(unit[row][column])))
        }
        (None, None) => {
            let one = steps[0].ok_or_else(|| missing(&first))?;
            let other = steps[1].ok_or_else(|| missing(&second))?;
            let (sine, cosine) = angle.unwrap_or(0.0).to_radians().sin_cos();
            // The rotation is of the steps, which the elements of a matrix are multiplied by row after row.
            return Ok([[one * cosine, -other * sine], [one * sine, other * cosine]]);
        }
    };
    let steps = steps.map(|step| step.unwrap_or(1.0));
    Ok([0, 1].map(|row: usize| rows[row].map(|value| steps[row] * value)))
}

/// The first keyword of a matrix that is there, and its elements.
type Elements = (String, [[Option<f64>; 2]; 2]);

fn elements(keywords: &mut Keywords<'_, '_>, name: &str) -> Result<Option<Elements>, Error> {
    let mut first = None;
    let mut rows = [[None; 2]; 2];
    for (row, number) in [(0, 1), (1, 2)] {
        for (column, other) in [(0, 1), (1, 2)] {
            let keyword = keywords.of_axes(name, number, other);
            rows[row][column] = keywords.number(&keyword)?;
            if rows[row][column].is_some() {
                first.get_or_insert(keyword);
            }
        }
    }
    Ok(first.map(|first| (first, rows)))
}

/// Sine and cosine of the angle by which the plane is turned so that its second axis points to the north. Source: Calabretta & Greisen 2002, section 2.4, where
/// also the value is from that is assumed for the pole.
fn turn_of_pole(keywords: &mut Keywords<'_, '_>, dec: f64) -> Result<[f64; 2], Error> {
    let keyword = keywords.of_whole("LONPOLE", "LONP");
    let assumed = if dec < 90.0 { 180.0 } else { 0.0 };
    let longitude = keywords.number(&keyword)?.unwrap_or(assumed);
    let (sine, cosine) = (180.0 - longitude).to_radians().sin_cos();
    Ok([sine, cosine])
}

fn polynomial(keywords: &mut Keywords<'_, '_>, name: char) -> Result<Polynomial, Error> {
    let keyword = format!("{name}_ORDER");
    let order = keywords.required(&keyword)?;
    if order.fract() != 0.0 || !(0.0..=f64::from(MAX_ORDER)).contains(&order) {
        return Err(wrong(&keyword, order, "a whole number from 0 to 9"));
    }
    Polynomial::of(order as u8, |i, j| {
        let term = keywords.number(&format!("{name}_{i}_{j}"))?;
        Ok(term.unwrap_or(0.0))
    })
}
