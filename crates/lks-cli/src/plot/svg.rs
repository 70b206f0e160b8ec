//! Pictures as SVG, by plotters.
//!
//! The points of a light curve are put in by us as one path: a circle each, as plotters would write them, makes files ten times the
//! size.

use std::error::Error;
use std::fmt::Write;

use plotters::prelude::{IntoDrawingArea, RGBColor, SVGBackend};

use super::chart::Chart;
use super::drawing::{self, CURVE, FRAME, Layer, OUTLINE};
use super::frame::Frame;

/// Light curves.
pub(super) fn curve(chart: &Chart) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let layers = drawing::curve(&SVGBackend::with_string(&mut text, CURVE).into_drawing_area(), chart)?;
    let own: String = layers.into_iter().map(path).collect();
    Ok(finished(&text, CURVE, &own))
}

/// A frame with the outline of its aperture.
pub(super) fn frame(frame: &Frame) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let edges = drawing::frame(&SVGBackend::with_string(&mut text, FRAME).into_drawing_area(), frame)?;
    let edges: String = edges
        .iter()
        .map(|[from, to]| format!("M{} {}L{} {}", from.0, from.1, to.0, to.1))
        .collect();
    let own = OUTLINE.map(|(color, width)| {
        let color = hex(color);
        format!("<path fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-linecap=\"square\" d=\"{edges}\"/>\n")
    });
    Ok(finished(&text, FRAME, &own.concat()))
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Round dots of one colour as one path.
fn path(Layer { points, color, size }: Layer) -> String {
    let color = hex(color);
    let mut text =
        format!("<path fill=\"none\" stroke=\"{color}\" stroke-width=\"{size}\" stroke-linecap=\"round\" d=\"");
    let mut last = (0, 0);
    for (number, (x, y)) in points.into_iter().enumerate() {
        if number % 16 == 15 {
            text.push('\n');
        }
        // Relative to the last dot, which is a line of no length. Writing to a string cannot fail.
        let _ = write!(text, "m{} {}h0", x - last.0, y - last.1);
        last = (x, y);
    }
    text + "\"/>\n"
}

/// The drawing at half its units, with our own elements over those of plotters.
fn finished(text: &str, (width, height): (u32, u32), own: &str) -> String {
    let size = format!("width=\"{width}\" height=\"{height}\"");
    let shown = format!("width=\"{}\" height=\"{}\"", width / 2, height / 2);
    let text = text.replacen(&size, &shown, 1);
    match text.rsplit_once("</svg>") {
        Some((elements, _)) => format!("{elements}{own}</svg>\n"),
        None => text,
    }
}
