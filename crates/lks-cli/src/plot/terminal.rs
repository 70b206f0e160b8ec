//! Charts in the terminal: points in braille, frames in shades.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::curve::LightCurve;
use super::frame::Frame;
use super::numbers;

/// Lines of a light curve.
const HEIGHT: usize = 16;
/// Shades from the least to the greatest value.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
/// The dots of a braille character, by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// A light curve in so many columns. Cadences with a quality flag are crosses where no good one is.
pub fn curve(curve: &LightCurve, width: usize) -> String {
    let (times, values) = (curve.times(), curve.values());
    let labels = [number(values.1, values), number(values.0, values)];
    let margin = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0) + 1;
    let n_columns = width.saturating_sub(margin + 2).max(16);
    let cell = |point: &(f64, f64), (per_column, per_row): (usize, usize)| {
        let share = |value: f64, (low, high): (f64, f64)| if high > low { (value - low) / (high - low) } else { 0.5 };
        let (x, y) = (share(point.0, times), share(point.1, values));
        let place = |share: f64, n: usize| (share * (n - 1) as f64).round() as usize;
        let is_inside = (0.0..=1.0).contains(&y);
        is_inside.then(|| (place(x, n_columns * per_column), place(1.0 - y, HEIGHT * per_row)))
    };
    let mut dots = vec![[0_u8; HEIGHT]; n_columns];
    for (x, y) in curve.good.iter().filter_map(|point| cell(point, (2, 4))) {
        dots[x / 2][y / 4] |= DOTS[x % 2][y % 4];
    }
    let mut crosses = vec![[false; HEIGHT]; n_columns];
    for (x, y) in curve.flagged.iter().filter_map(|point| cell(point, (1, 1))) {
        crosses[x][y] = true;
    }
    let red = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let mut text = format!("{}\n{}\n", curve.title, curve.flux);
    for line in 0..HEIGHT {
        let label = match line {
            0 => labels[0].as_str(),
            line if line == HEIGHT - 1 => labels[1].as_str(),
            _ => "",
        };
        let mut drawn = format!("{label:>margin$}│");
        for (dots, crosses) in dots.iter().zip(&crosses) {
            match (dots[line], crosses[line]) {
                (0, true) => push(&mut drawn, format_args!("{red}×{red:#}")),
                (0, false) => drawn.push(' '),
                (dots, _) => drawn.push(char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' ')),
            }
        }
        push(&mut text, format_args!("{}\n", drawn.trim_end()));
    }
    let (first, last) = (number(times.0, times), number(times.1, times));
    let gap = n_columns.saturating_sub(first.chars().count() + last.chars().count());
    let axis = "─".repeat(n_columns);
    let blank = " ".repeat(margin);
    push(
        &mut text,
        format_args!("{blank}└{axis}\n{blank} {first}{}{last}\n", " ".repeat(gap)),
    );
    let flagged = match curve.flagged.len() {
        0 => String::new(),
        n_flagged => format!("   {red}×{red:#} {n_flagged} quality-flagged"),
    };
    push(&mut text, format_args!("{blank} {}{flagged}\n", curve.time));
    text
}

/// A frame, the lowest row at the bottom; the pixels of the aperture stand in brackets.
pub fn frame(frame: &Frame, width: usize) -> String {
    let (low, high) = frame.values();
    let first_row = frame.corner.1;
    let margin = (first_row + frame.n_rows as i64).to_string().len().max(4);
    // Large cutouts have no room for brackets.
    let is_wide = margin + 2 + 4 * frame.n_columns <= width.max(40);
    let mut text = format!("{}\n", frame.title);
    for row in (0..frame.n_rows).rev() {
        let mut line = format!("{:>margin$}│", first_row + row as i64);
        for column in 0..frame.n_columns {
            let value = frame.mean[row * frame.n_columns + column];
            let shade = match value.is_nan() {
                true => ' ',
                false => {
                    let share = if high > low { (value - low) / (high - low) } else { 1.0 };
                    // Square root: a single bright pixel must not hide all others.
                    SHADES[((share.sqrt() * SHADES.len() as f64) as usize).min(SHADES.len() - 1)]
                }
            };
            match (is_wide, frame.is_summed(Some(column), Some(row))) {
                (true, true) => push(&mut line, format_args!("[{shade}{shade}]")),
                (true, false) => push(&mut line, format_args!(" {shade}{shade} ")),
                (false, _) => push(&mut line, format_args!("{shade}{shade}")),
            }
        }
        push(&mut text, format_args!("{}\n", line.trim_end()));
    }
    let cell = if is_wide { 4 } else { 2 };
    let axis = "─".repeat(cell * frame.n_columns);
    let blank = " ".repeat(margin);
    push(&mut text, format_args!("{blank}└{axis}\n"));
    let (first, last) = (frame.corner.0, frame.corner.0 + frame.n_columns as i64 - 1);
    push(
        &mut text,
        format_args!("{blank} detector columns {first} to {last}, rows upwards\n"),
    );
    let values = (low, high);
    let shades: String = SHADES.iter().collect();
    let brackets = if is_wide && frame.aperture.contains(&true) {
        "   [ ] aperture"
    } else {
        ""
    };
    push(
        &mut text,
        format_args!(
            "{blank} mean {}: {} '{shades}' {}{brackets}\n",
            frame.flux,
            number(low, values),
            number(high, values)
        ),
    );
    text
}

/// A number with as many digits as tell the two ends of its axis apart.
pub fn number(value: f64, ends: (f64, f64)) -> String {
    let (low, high) = numbers::widened(ends, 0.0);
    let largest = low.abs().max(high.abs());
    // Three digits of the width; a float has no more than seventeen.
    let last_place = (3.0 - (high - low).log10().ceil()).min(16.0 - largest.log10().floor());
    let text = match (1e-3..1e7).contains(&largest) {
        true => format!("{value:.*}", last_place.max(0.0) as usize),
        false => format!("{value:.*e}", (last_place + largest.log10().floor()).max(4.0) as usize),
    };
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|digit| matches!(digit, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(more);
}
