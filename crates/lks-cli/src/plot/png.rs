//! Pictures as PNG: drawn by plotters into memory with the font that is built in, our own elements over it with smooth edges.
//!
//! PNG is so simple to write that a crate for it would be the larger part (<https://www.w3.org/TR/png-3/>).

use std::error::Error;
use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use plotters::prelude::{BitMapBackend, FontStyle, IntoDrawingArea, RGBColor};

use super::chart::Chart;
use super::drawing::{self, CURVE, Edge, FONT, FONT_FILE, FRAME, Layer, OUTLINE};
use super::frame::Frame;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Pixels of a metre at 220 to the inch: at twice the density of a screen, as the picture is made for.
const DENSITY: u32 = 8661;

/// Light curves.
pub(super) fn curve(chart: &Chart) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut canvas = Canvas::new(CURVE)?;
    let layers = drawing::curve(&canvas.backend().into_drawing_area(), chart)?;
    for Layer { points, color, size } in layers {
        points.iter().for_each(|point| canvas.dot(*point, color, size));
    }
    canvas.encoded()
}

/// A frame with the outline of its aperture.
pub(super) fn frame(frame: &Frame) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut canvas = Canvas::new(FRAME)?;
    let edges = drawing::frame(&canvas.backend().into_drawing_area(), frame)?;
    for (color, width) in OUTLINE {
        edges.iter().for_each(|edge| canvas.line(*edge, color, width));
    }
    canvas.encoded()
}

/// Pixels of three bytes, row by row.
struct Canvas {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

impl Canvas {
    fn new((width, height): (u32, u32)) -> Result<Self, Box<dyn Error>> {
        plotters::style::register_font(FONT, FontStyle::Normal, FONT_FILE)
            .map_err(|_invalid| "the built-in font cannot be read")?;
        Ok(Self {
            pixels: vec![0xff; 3 * (width * height) as usize],
            width,
            height,
        })
    }

    fn backend(&mut self) -> BitMapBackend<'_> {
        BitMapBackend::with_buffer(&mut self.pixels, (self.width, self.height))
    }

    /// A disc; at its rim, as much colour as it covers of a pixel.
    fn dot(&mut self, (x, y): (i32, i32), color: RGBColor, size: u32) {
        let radius = f64::from(size) / 2.0;
        let reach = radius.ceil() as i32;
        for row in y - reach..=y + reach {
            for column in x - reach..=x + reach {
                let distance = f64::from(column - x).hypot(f64::from(row - y));
                self.blend((column, row), color, (radius + 0.5 - distance).clamp(0.0, 1.0));
            }
        }
    }

    /// A line along a row or a column, with square ends.
    fn line(&mut self, [from, to]: Edge, color: RGBColor, width: u32) {
        let (less, more) = (width as i32 / 2, (width as i32 - 1) / 2);
        for row in from.1.min(to.1) - less..=from.1.max(to.1) + more {
            for column in from.0.min(to.0) - less..=from.0.max(to.0) + more {
                self.blend((column, row), color, 1.0);
            }
        }
    }

    fn blend(&mut self, (column, row): (i32, i32), RGBColor(red, green, blue): RGBColor, share: f64) {
        let is_inside = (0..self.width as i32).contains(&column) && (0..self.height as i32).contains(&row);
        if !is_inside || share == 0.0 {
            return;
        }
        let start = 3 * (row as usize * self.width as usize + column as usize);
        for (channel, over) in self.pixels[start..start + 3].iter_mut().zip([red, green, blue]) {
            *channel = (f64::from(*channel) * (1.0 - share) + f64::from(over) * share).round() as u8;
        }
    }

    fn encoded(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut header = Vec::new();
        header.extend(self.width.to_be_bytes());
        header.extend(self.height.to_be_bytes());
        // Eight bits of each of three colours, the only compression and filter method, not interlaced.
        header.extend([8, 2, 0, 0, 0]);
        let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
        for row in self.pixels.chunks_exact(3 * self.width as usize) {
            // No filter: large areas are of one colour.
            rows.write_all(&[0])?;
            rows.write_all(row)?;
        }
        let mut density = [DENSITY.to_be_bytes(), DENSITY.to_be_bytes()].concat();
        density.push(1);
        let mut out = SIGNATURE.to_vec();
        chunk(&mut out, b"IHDR", &header);
        chunk(&mut out, b"pHYs", &density);
        chunk(&mut out, b"IDAT", &rows.finish()?);
        chunk(&mut out, b"IEND", &[]);
        Ok(out)
    }
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(sum.sum().to_be_bytes());
}
