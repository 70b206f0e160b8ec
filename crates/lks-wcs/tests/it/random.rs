//! Headers that are made: any place on the sky, any matrix, any order.

use lks_wcs::{KeywordValue, PixelPosition, Wcs};
use proptest::prelude::*;

/// A header with a distortion of at most a third of a pixel per pixel within 1,100 pixels.
#[derive(Debug, Clone)]
struct Made {
    position: [f64; 2],
    scale: f64,
    angle: f64,
    mirrored: bool,
    order: u8,
    seed: f64,
}

impl Made {
    fn value(&self, keyword: &str) -> Option<KeywordValue<'static>> {
        let [sine, cosine] = [self.angle.sin() * self.scale, self.angle.cos() * self.scale];
        let sign = if self.mirrored { -1.0 } else { 1.0 };
        Some(KeywordValue::Number(match keyword {
            "CTYPE1" => return Some(KeywordValue::Text("RA---TAN-SIP")),
            "CTYPE2" => return Some(KeywordValue::Text("DEC--TAN-SIP")),
            "CRPIX1" | "CRPIX2" => 1001.0,
            "CRVAL1" => self.position[0],
            "CRVAL2" => self.position[1],
            "CD1_1" => sign * cosine,
            "CD1_2" => -sine,
            "CD2_1" => sign * sine,
            "CD2_2" => cosine,
            "A_ORDER" | "B_ORDER" => f64::from(self.order),
            _ => {
                let (name, powers) = keyword.split_at_checked(2)?;
                let (i, j) = powers.split_once('_')?;
                let (i, j): (u8, u8) = (i.parse().ok()?, j.parse().ok()?);
                let power = i32::from(i + j);
                if power < 2 || !["A_", "B_"].contains(&name) {
                    return None;
                }
                let number = i * 10 + j + if name == "A_" { 1 } else { 101 };
                // Sixty terms at most, each of so much of the third.
                (self.seed * f64::from(number)).sin() * 0.3 / 120.0 / f64::from(power) / 1100.0_f64.powi(power - 1)
            }
        }))
    }
}

fn made() -> impl Strategy<Value = Made> {
    let dec = prop_oneof![Just(90.0), Just(-90.0), -90.0..=90.0];
    let ra = prop_oneof![Just(0.0), Just(359.999_999_9), 0.0..360.0];
    let matrix = (1e-6..0.01, 0.0..std::f64::consts::TAU, any::<bool>());
    (ra, dec, matrix, 2_u8..=9, 0.0..1000.0).prop_map(|(ra, dec, (scale, angle, mirrored), order, seed)| Made {
        position: [ra, dec],
        scale,
        angle,
        mirrored,
        order,
        seed,
    })
}

proptest! {
    #[test]
    fn every_pixel_comes_back(made in made(), x in 0.0..2000.0, y in 0.0..2000.0) {
        let wcs = Wcs::from_header(|keyword| made.value(keyword)).unwrap();
        let position = wcs.sky(PixelPosition { x, y }).unwrap();
        prop_assert!((0.0..360.0).contains(&position.ra()) && (-90.0..=90.0).contains(&position.dec()));
        let back = wcs.pixel(&position).unwrap();
        // An angle as a number of degrees has an error of its own, which is larger where a pixel is smaller.
        let off = (back.x - x).hypot(back.y - y);
        prop_assert!(off < 1e-9 + 3e-13 / made.scale, "{off}");
    }

    #[test]
    fn no_numbers_make_a_panic(numbers in prop::collection::vec(any::<f64>(), 12), x in any::<f64>(), y in any::<f64>()) {
        let keywords = ["CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD1_2", "CD2_1", "CD2_2", "A_2_0", "B_0_3", "A_1_1", "LONPOLE"];
        let wcs = Wcs::from_header(|keyword| match keyword {
            "CTYPE1" => Some(KeywordValue::Text("RA---TAN-SIP")),
            "CTYPE2" => Some(KeywordValue::Text("DEC--TAN-SIP")),
            "A_ORDER" | "B_ORDER" => Some(KeywordValue::Number(3.0)),
            "CRVAL2" => Some(KeywordValue::Number(numbers[3] % 90.0)),
            _ => Some(KeywordValue::Number(numbers[keywords.iter().position(|known| *known == keyword)?])),
        });
        if let Ok(wcs) = wcs
            && let Ok(position) = wcs.sky(PixelPosition { x, y }) {
            prop_assert!(position.ra().is_finite() && position.dec().is_finite());
            if let Ok(back) = wcs.pixel(&position) {
                prop_assert!(back.x.is_finite() && back.y.is_finite());
            }
        }
    }
}
