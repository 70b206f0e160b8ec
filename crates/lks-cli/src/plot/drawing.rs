//! What is in a picture, drawn by plotters on whatever takes it. The points of a light curve and the outline of an aperture are
//! only counted here: each kind of picture has its own way to draw many of them.

use std::error::Error;

use plotters::coord::Shift;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::chart::Chart;
use super::frame::Frame;
use super::numbers;
use super::ticks::Ticks;
use crate::visible;

/// Units of the drawing; two to a pixel of the size at which it is shown first, so that whole numbers place points finely.
pub(super) const CURVE: (u32, u32) = (2400, 1200);
pub(super) const FRAME: (u32, u32) = (1640, 1400);
pub(super) const FONT: &str = "sans-serif";
/// A part of DejaVu Sans, for pictures that do not leave the font to the viewer; `assets/LICENSE` says which letters it has.
pub(super) const FONT_FILE: &[u8] = include_bytes!("../../assets/sans.ttf");
const TITLE: u32 = 48;
const TEXT: u32 = 40;
const TICKS: u32 = 36;

/// Nearly black, then colours of Okabe and Ito's palette, which colour-blind people tell apart; its vermilion is for flags.
const SERIES: [RGBColor; 6] = [
    RGBColor(0x1b, 0x2a, 0x49),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0x8c, 0x8c, 0x8c),
];
const FLAGGED: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// The circles of stars: the red of finder charts.
const STARS: RGBColor = RGBColor(0xcc, 0x22, 0x22);

type Plane<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Area<B> = DrawingArea<B, Shift>;

/// Points of one colour and width that are still to be drawn, in the order of layers.
pub(super) struct Layer {
    /// Each place once.
    pub points: Vec<(i32, i32)>,
    pub color: RGBColor,
    pub size: u32,
}

/// A line between two points.
pub(super) type Edge = [(i32, i32); 2];

/// How the outline of an aperture is drawn, one over the other: light around dark is seen on every colour of the scale.
pub(super) const OUTLINE: [(RGBColor, u32); 2] = [(WHITE, 15), (FLAGGED, 8)];

/// Light curves; gives the layers of their points, flagged ones over good ones.
pub(super) fn curve<B: DrawingBackend>(root: &Area<B>, curves: &Chart) -> Result<Vec<Layer>, Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    root.fill(&WHITE)?;
    let (times, values) = (
        numbers::widened(curves.times(), 0.02),
        numbers::widened(curves.values(), 0.06),
    );
    let (bottom, top) = if curves.is_magnitude {
        (values.1, values.0)
    } else {
        values
    };
    let mut chart = ChartBuilder::on(root)
        .margin_top(140)
        .margin_right(50)
        .margin_bottom(20)
        .margin_left(20)
        .x_label_area_size(120)
        .y_label_area_size(220)
        .build_cartesian_2d(times.0..times.1, bottom..top)?;
    axes(
        &mut chart,
        (&curves.time, &curves.flux),
        (times, (bottom, top)),
        (10, 7),
    )?;
    let is_inside = |point: &&(f64, f64)| (values.0..=values.1).contains(&point.1);
    let place = |point: &(f64, f64)| chart.backend_coord(point);
    let num_flagged = curves.flagged().count();
    let size = size(curves.good().count() + num_flagged);
    let colors = SERIES.iter().cycle().copied();
    let good = curves.series.iter().zip(colors.clone()).map(|(series, color)| Layer {
        points: series.good.iter().map(place).collect(),
        color,
        size,
    });
    let flagged = Layer {
        points: curves.flagged().filter(is_inside).map(place).collect(),
        color: FLAGGED,
        // Or they vanish among the others.
        size: size + 3,
    };
    let beyond = match num_flagged - flagged.points.len() {
        0 => String::new(),
        num_beyond => format!(", {num_beyond} off the scale"),
    };
    let mut layers: Vec<Layer> = good.chain([flagged]).collect();
    for Layer { points, .. } in &mut layers {
        points.sort_unstable();
        points.dedup();
    }
    let names = curves
        .series
        .iter()
        .map(|series| format!("{} ({})", visible::line(&series.name), series.good.len()));
    let mut entries: Vec<_> = names.zip(colors).collect();
    if num_flagged > 0 {
        entries.push((format!("quality-flagged ({num_flagged}{beyond})"), FLAGGED));
    }
    title(root, &curves.title)?;
    if entries.len() > 1 {
        legend(root, &entries)?;
    }
    root.present()?;
    Ok(layers)
}

/// A frame, its rows upwards, with a scale of its colours; gives the outline of the aperture.
pub(super) fn frame<B: DrawingBackend>(root: &Area<B>, frame: &Frame) -> Result<Vec<Edge>, Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    root.fill(&WHITE)?;
    title(root, &frame.title)?;
    // Pixels are squares whatever the frame's shape.
    let side = (1100.0 / frame.num_columns as f64).min(1100.0 / frame.num_rows as f64);
    let (width, height) = (side * frame.num_columns as f64, side * frame.num_rows as f64);
    let (left, top) = (180.0 + (1100.0 - width) / 2.0, 120.0 + (1100.0 - height) / 2.0);
    let part = root.clone().shrink(
        ((left - 160.0) as u32, top as u32),
        ((width + 160.0) as u32, (height + 120.0) as u32),
    );
    let corner = frame.corner();
    let first = (corner.0 as f64 - 0.5, corner.1 as f64 - 0.5);
    let last = (first.0 + frame.num_columns as f64, first.1 + frame.num_rows as f64);
    let mut chart = ChartBuilder::on(&part)
        .x_label_area_size(120)
        .y_label_area_size(160)
        .build_cartesian_2d(first.0..last.0, first.1..last.1)?;
    let values = frame.values();
    let corners = |column: usize, row: usize| {
        let corner = (first.0 + column as f64, first.1 + row as f64);
        // A little overlap with the next ones, or light shines through between them.
        [corner, ((corner.0 + 1.02).min(last.0), (corner.1 + 1.02).min(last.1))]
    };
    let pixels = frame.mean.iter().enumerate().map(|(pixel, value)| {
        let corners = corners(pixel % frame.num_columns, pixel / frame.num_columns);
        Rectangle::new(corners, color(*value, values).filled())
    });
    chart.draw_series(pixels)?;
    for marker in &frame.markers {
        let place = (first.0 + 0.5 + marker.place.0, first.1 + 0.5 + marker.place.1);
        let size = 8 + (24.0 * marker.brightness) as i32;
        // Light around dark is seen on every colour of the scale.
        chart.draw_series([
            Circle::new(place, size + 4, WHITE.filled()),
            Circle::new(place, size, STARS.filled()),
        ])?;
        let style = (FONT, TICKS, &WHITE).into_text_style(root);
        let style = style.pos(Pos::new(HPos::Left, VPos::Bottom));
        chart.draw_series([Text::new(marker.number.to_string(), place, style)])?;
    }
    let labels = match frame.is_on_detector() {
        true => ("Pixel column", "Pixel row"),
        false => ("Pixel column of the frame", "Pixel row of the frame"),
    };
    axes(&mut chart, labels, ((first.0, last.0), (first.1, last.1)), (8, 8))?;
    let place = |(column, row): (usize, usize)| chart.backend_coord(&(first.0 + column as f64, first.1 + row as f64));
    let edges = outline(frame).into_iter().map(|edge| edge.map(place)).collect();
    scale(root, frame, values, (top as u32, height as u32))?;
    root.present()?;
    Ok(edges)
}

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

/// Few points are drawn larger.
fn size(num_points: usize) -> u32 {
    match num_points {
        0..500 => 12,
        500..5000 => 8,
        _ => 6,
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

/// What the colours mean, in a line below the title.
fn legend<B: DrawingBackend>(root: &Area<B>, entries: &[(String, RGBColor)]) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    // What a viewer's font takes for a letter, generously; the picture does not know the font.
    let width = |label: &str, size: u32| (label.chars().count() as u32 + 4) * size * 11 / 20;
    let all: u32 = entries.iter().map(|(label, _)| width(label, TICKS)).sum();
    let room = root.dim_in_pixel().0 - 80;
    let size = TICKS.min(TICKS * room / all.max(1));
    let mut left = 40;
    for (label, color) in entries {
        let style = (FONT, size, color).into_text_style(root);
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        root.draw(&Text::new(format!("● {label}"), (left, 108), style))?;
        left += width(label, size) as i32;
    }
    Ok(())
}

/// The scale of colours at the right.
fn scale<B: DrawingBackend>(
    root: &Area<B>,
    frame: &Frame,
    values: (f64, f64),
    (top, height): (u32, u32),
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let (low, high) = numbers::widened(values, 0.0);
    let part = root.clone().shrink((1320, top), (280, height));
    let mut chart = ChartBuilder::on(&part)
        .right_y_label_area_size(220)
        .build_cartesian_2d(0.0..1.0, low..high)?;
    let ticks = ticks((low, high), 7);
    let num_steps = 128;
    let step = (high - low) / f64::from(num_steps);
    chart.draw_series((0..num_steps).map(|number| {
        let from = low + f64::from(number) * step;
        let corners = [(0.0, from), (1.0, (from + 1.5 * step).min(high))];
        Rectangle::new(corners, color(from + step / 2.0, values).filled())
    }))?;
    chart
        .configure_mesh()
        .disable_mesh()
        .disable_x_axis()
        .axis_style(ShapeStyle::from(&BLACK).stroke_width(3))
        .y_desc(described(&format!("Mean {}", frame.flux), &ticks))
        .y_labels(7)
        .y_label_formatter(&|value| ticks.text(*value))
        .label_style((FONT, TICKS))
        .axis_desc_style((FONT, TEXT))
        .set_all_tick_mark_size(14)
        .draw()?;
    Ok(())
}

fn color(value: f64, (low, high): (f64, f64)) -> RGBColor {
    if value.is_nan() {
        return RGBColor(0xdd, 0xdd, 0xdd);
    }
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    ViridisRGB.get_color(share)
}

/// The edges between pixels of the aperture and others, as corners counted from the first pixel's.
fn outline(frame: &Frame) -> Vec<[(usize, usize); 2]> {
    let mut edges = Vec::new();
    for row in 0..=frame.num_rows {
        for column in 0..=frame.num_columns {
            let here = frame.is_summed(Some(column), Some(row));
            if here != frame.is_summed(Some(column), row.checked_sub(1)) {
                edges.push([(column, row), (column + 1, row)]);
            }
            if here != frame.is_summed(column.checked_sub(1), Some(row)) {
                edges.push([(column, row), (column, row + 1)]);
            }
        }
    }
    edges
}
