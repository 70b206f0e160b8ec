//! What is in a picture, drawn by plotters on whatever takes it. The points of a light curve and the outline of an aperture are
//! only counted here: each kind of picture has its own way to draw many of them.

mod curve;
mod frame;

use std::error::Error;

use plotters::coord::Shift;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::ticks::Ticks;
use crate::visible;
pub(super) use curve::{Layer, curve};
pub(super) use frame::{Edge, frame};

/// Units of the drawing; two to a pixel of the size at which it is shown first, so that whole numbers place points finely.
pub(super) const CURVE: (u32, u32) = (2400, 1200);
pub(super) const FRAME: (u32, u32) = (1640, 1400);
pub(super) const FONT: &str = "sans-serif";
/// A part of DejaVu Sans, for pictures that do not leave the font to the viewer; `assets/LICENSE` says which letters it has.
pub(super) const FONT_FILE: &[u8] = include_bytes!("../../assets/sans.ttf");
const TITLE: u32 = 48;
const TEXT: u32 = 40;
const TICKS: u32 = 36;

const FLAGGED: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// How the outline of an aperture is drawn, one over the other: light around dark is seen on every colour of the scale.
pub(super) const OUTLINE: [(RGBColor, u32); 2] = [(WHITE, 15), (FLAGGED, 8)];

type Plane<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Area<B> = DrawingArea<B, Shift>;

/// Axes on all four sides, with ticks that are counted from the range.
fn axes<B: DrawingBackend>(
    chart: &mut Plane<'_, B>,
    labels: (&str, &str),
    (times, values): ((f64, f64), (f64, f64)),
    (num_x, num_y): (usize, usize),
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let line = ShapeStyle::from(&BLACK).stroke_width(3);
    let (x, y) = (ticks(times, num_x), ticks(values, num_y));
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(line)
        .x_desc(described(labels.0, &x))
        .y_desc(described(labels.1, &y))
        .x_labels(num_x)
        .y_labels(num_y)
        .x_label_formatter(&|value| x.text(*value))
        .y_label_formatter(&|value| y.text(*value))
        .label_style((FONT, TICKS))
        .axis_desc_style((FONT, TEXT))
        .set_all_tick_mark_size(14)
        .draw()?;
    let area = chart.plotting_area();
    let others = vec![(times.0, values.1), (times.1, values.1), (times.1, values.0)];
    area.draw(&PathElement::new(others, line))?;
    Ok(())
}

/// How ticks are written that plotters puts on such an axis.
fn ticks(ends: (f64, f64), num_ticks: usize) -> Ticks {
    Ticks::of(&RangedCoordf64::from(ends.0..ends.1).key_points(num_ticks))
}

/// What an axis shows, and what its ticks leave out.
fn described(label: &str, ticks: &Ticks) -> String {
    match ticks.note() {
        None => visible::line(label).into_owned(),
        Some(note) => format!("{}: {note}", visible::line(label)),
    }
}

fn title<B: DrawingBackend>(root: &Area<B>, title: &str) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let title = visible::line(title);
    let num_letters = title.chars().count().max(1) as u32;
    let size = TITLE.min(root.dim_in_pixel().0 * 17 / 10 / num_letters);
    let style = (FONT, size, &BLACK).into_text_style(root);
    root.draw(&Text::new(title.into_owned(), (40, 30), style))?;
    Ok(())
}
