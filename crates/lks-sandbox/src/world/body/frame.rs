//! The image of a star on the pixels of its file, and the images that files carry.

use lks_fits::write::Pixel;

use super::light::{gaussian, is_kepler};
use super::push_pixel;
use crate::world::content::{Content, Kind};

/// Part of a star's light in each pixel, rows after one another.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    weights: Vec<f64>,
    columns: u16,
    seed: u64,
    in_aperture: i32,
    outside: i32,
}

impl Frame {
    pub(super) fn of(content: &Content) -> Self {
        let (columns, rows) = content.pixels;
        let (x, y) = ((f64::from(columns) - 1.0) / 2.0, (f64::from(rows) - 1.0) / 2.0);
        let width = 0.85_f64;
        let weights = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .map(|(column, row)| {
                let (dx, dy) = (f64::from(column) - x, f64::from(row) - y);
                (-(dx * dx + dy * dy) / (2.0 * width * width)).exp() / (std::f64::consts::TAU * width * width)
            })
            .collect();
        // Bits of the aperture: collected, in the optimal aperture, used for the centroid; TESS adds the output of the CCD.
        let (outside, in_aperture) = match content.kind {
            Kind::Cutout => (1, 1),
            kind if is_kepler(kind) => (1, 3),
            _ => (257, 267),
        };
        Self {
            weights,
            columns,
            seed: content.star.id ^ content.start.to_bits(),
            in_aperture,
            outside,
        }
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Appends one plane of an image: an aperture's mask for integers, the sky for a full frame, the star otherwise.
    pub(super) fn image(&self, pixel: Pixel, kind: Kind, plane: u16, electrons: f64, out: &mut Vec<u8>) {
        let full = matches!(kind, Kind::FullFrame | Kind::TicaFrame);
        for (index, &weight) in self.weights.iter().enumerate() {
            let value = match pixel {
                Pixel::Int32 if weight > 0.02 => f64::from(self.in_aperture),
                Pixel::Int32 => f64::from(self.outside),
                // Masks of ten apertures of growing size.
                Pixel::Float32 if kind == Kind::K2sff => {
                    f64::from(i32::from(weight > 0.08 / f64::from(1 + plane * plane)))
                }
                _ if full => self.sky(index) + weight * electrons,
                _ => weight * electrons + 2.0 * gaussian(self.seed, index as u64),
            };
            push_pixel(pixel, value, out);
        }
    }

    /// A field of faint stars over a slope.
    fn sky(&self, index: usize) -> f64 {
        let (column, row) = (index % usize::from(self.columns), index / usize::from(self.columns));
        let star = gaussian(self.seed, (index / 3) as u64).max(2.2) - 2.2;
        100.0 + 0.05 * column as f64 + 0.02 * row as f64 + 3.0 * gaussian(self.seed, index as u64) + 900.0 * star
    }
}
