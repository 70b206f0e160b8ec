//! The pixels of a cube, made from the light of the stars, the sky and noise.

use std::ops::Range;

use super::detector::Detector;
use super::frames::Frames;
use super::stars::Stars;
use super::{COLUMNS, FRAME, append_part};
use crate::world::body::light::gaussian;

/// Columns and rows of the CCD that see the sky; the others hold zeros.
const SEEN: (Range<u32>, Range<u32>) = (44..2092, 0..2048);
/// Electrons that a second's readings are uncertain by, squared.
const READING: f32 = 28.0;

/// What is the same for all pixels.
#[derive(Debug)]
pub(super) struct Scene {
    stars: Stars,
    frames: Vec<Sky>,
    /// Seconds of light in a frame.
    exposure: f32,
    seed: u64,
}

/// The sky in a frame.
#[derive(Debug, Clone, Copy)]
struct Sky {
    /// Electrons per second of a pixel in the middle.
    level: f32,
    /// The part of the sector that is over.
    part: f32,
    /// How much more uncertain than the light makes it.
    spread: f32,
    exposure: u32,
}

impl Scene {
    pub(super) fn of(detector: &Detector, frames: &Frames) -> Self {
        let year = |exposure: u32| 2000.0 + (frames.taken(exposure).start - 51_544.5) / 365.25;
        let sky = |row| {
            let frame = frames.frame(row);
            let part = frames.part(frame.exposure);
            // The Earth shines into the camera at the begin and at the end of each orbit.
            let of_orbit = (part * 2.0).fract();
            let scattered = 700.0 * (-25.0 * of_orbit).exp() + 250.0 * (-40.0 * (1.0 - of_orbit)).exp();
            Sky {
                level: (110.0 + scattered) as f32,
                part: part as f32,
                spread: if frame.quality == 0 { 1.0 } else { 3.0 },
                exposure: frame.exposure,
            }
        };
        let seen = detector.seen;
        Self {
            stars: Stars::on(detector, [year(0), year(frames.num_frames())]),
            frames: (0..frames.num_frames()).map(sky).collect(),
            exposure: (frames.step() * 86_400.0 * 0.792) as f32,
            seed: u64::from(seen.sector) << 16 | u64::from(seen.camera) << 8 | u64::from(seen.ccd),
        }
    }

    /// Appends bytes of the data, counted from their begin: of each pixel all frames, of each frame flux and error.
    pub(super) fn append(&self, bytes: Range<u64>, edition: u32, out: &mut Vec<u8>) {
        let num_frames = self.frames.len() as u64;
        append_part(bytes, FRAME, out, |Range { start: mut next, end }, out| {
            while next < end {
                let (pixel, frame) = (next / num_frames, next % num_frames);
                let until = (frame + (end - next)).min(num_frames);
                self.append_pixel(pixel, frame as usize..until as usize, edition, out);
                next += until - frame;
            }
        });
    }

    fn append_pixel(&self, pixel: u64, frames: Range<usize>, edition: u32, out: &mut Vec<u8>) {
        let (column, row) = ((pixel % u64::from(COLUMNS)) as u32, (pixel / u64::from(COLUMNS)) as u32);
        if !SEEN.0.contains(&column) || !SEEN.1.contains(&row) {
            out.resize(out.len() + frames.len() * FRAME as usize, 0);
            return;
        }
        let slope = 0.9 + 0.1 * column as f32 / 1024.0 + 0.06 * row as f32 / 1024.0;
        let [light, change] = self.stars.light(column, row).map(|light| light as f32);
        let seed = (self.seed ^ u64::from(edition) << 40).wrapping_add(pixel << 24);
        for sky in &self.frames[frames] {
            let shining = light + change * sky.part + slope * sky.level;
            let error = ((shining + READING) / self.exposure).sqrt();
            let noise = gaussian(seed, u64::from(sky.exposure)) as f32;
            let flux = shining + sky.spread * error * noise;
            out.extend_from_slice(&flux.to_be_bytes());
            out.extend_from_slice(&error.to_be_bytes());
        }
    }
}
