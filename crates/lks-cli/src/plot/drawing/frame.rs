//! A frame of a target pixel file, with the scale of its colours, markers of stars and the outline of the aperture.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, FONT, TEXT, TICKS, axes, described, ticks, title};
use crate::plot::frame::Frame;
use crate::plot::numbers;

/// The circles of stars: the red of finder charts.
const STARS: RGBColor = RGBColor(0xcc, 0x22, 0x22);

/// A line between two points.
pub(in crate::plot) type Edge = [(i32, i32); 2];

/// A frame, its rows upwards, with a scale of its colours; gives the outline of the aperture.
pub(in crate::plot) fn frame<B: DrawingBackend>(root: &Area<B>, frame: &Frame) -> Result<Vec<Edge>, Box<dyn Error>>
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
