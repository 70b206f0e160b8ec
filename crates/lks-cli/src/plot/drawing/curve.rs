//! Light curves, with a legend.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, FLAGGED, FONT, TICKS, axes, title};
use crate::plot::chart::Chart;
use crate::plot::numbers;
use crate::visible;

/// Nearly black, then colours of Okabe and Ito's palette, which colour-blind people tell apart; its vermilion is for flags.
const SERIES: [RGBColor; 6] = [
    RGBColor(0x1b, 0x2a, 0x49),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0x8c, 0x8c, 0x8c),
];

/// Points of one colour and width that are still to be drawn, in the order of layers.
pub(in crate::plot) struct Layer {
    /// Each place once.
    pub points: Vec<(i32, i32)>,
    pub color: RGBColor,
    pub size: u32,
}

/// Light curves; gives the layers of their points, flagged ones over good ones.
pub(in crate::plot) fn curve<B: DrawingBackend>(root: &Area<B>, curves: &Chart) -> Result<Vec<Layer>, Box<dyn Error>>
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

/// Few points are drawn larger.
fn size(num_points: usize) -> u32 {
    match num_points {
        0..500 => 12,
        500..5000 => 8,
        _ => 6,
    }
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
