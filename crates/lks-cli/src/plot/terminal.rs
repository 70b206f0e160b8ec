//! Charts in the terminal: points in braille, frames in shades.

use anstyle::{AnsiColor, Style};

use unicode_width::UnicodeWidthStr;

use super::chart::Chart;
use super::frame::Frame;
use super::numbers;
use crate::visible::{self, Visible};

/// Lines of a light curve.
const HEIGHT: usize = 16;
/// Colours of light curves of different kinds; red is for flags.
const SERIES: [Option<AnsiColor>; 5] = [
    None,
    Some(AnsiColor::Cyan),
    Some(AnsiColor::Green),
    Some(AnsiColor::Magenta),
    Some(AnsiColor::Yellow),
];
/// Shades from the least to the greatest value.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
/// The dots of a braille character, by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// Light curves in so many columns. Cadences with a quality flag are crosses over the others.
pub(super) fn curve(chart: &Chart, width: usize) -> Visible {
    let (times, values) = (chart.times(), chart.values());
    let (bottom, top) = if chart.is_magnitude {
        (values.1, values.0)
    } else {
        values
    };
    let labels = [number(top, values), number(bottom, values)];
    let margin = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0) + 1;
    let num_columns = width.saturating_sub(margin + 2).max(16);
    let cell = |point: &(f64, f64), (per_column, per_row): (usize, usize)| {
        let share = |value: f64, from: f64, to: f64| if from == to { 0.5 } else { (value - from) / (to - from) };
        let (x, y) = (share(point.0, times.0, times.1), share(point.1, bottom, top));
        let place = |share: f64, n: usize| (share * (n - 1) as f64).round() as usize;
        let is_inside = (0.0..=1.0).contains(&y);
        is_inside.then(|| (place(x, num_columns * per_column), place(1.0 - y, HEIGHT * per_row)))
    };
    let mut dots = vec![[0_u8; HEIGHT]; num_columns];
    let mut colors = vec![[None; HEIGHT]; num_columns];
    for (series, color) in chart.series.iter().zip(SERIES.into_iter().cycle()) {
        for (x, y) in series.good.iter().filter_map(|point| cell(point, (2, 4))) {
            dots[x / 2][y / 4] |= DOTS[x % 2][y % 4];
            colors[x / 2][y / 4] = color;
        }
    }
    let mut crosses = vec![[false; HEIGHT]; num_columns];
    for (x, y) in chart.flagged().filter_map(|point| cell(point, (1, 1))) {
        crosses[x][y] = true;
    }
    let red = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let mut text = Visible::of(title(&chart.title, width));
    text.append(&Visible::line(&chart.flux));
    for line in 0..HEIGHT {
        let label = match line {
            0 => labels[0].as_str(),
            line if line == HEIGHT - 1 => labels[1].as_str(),
            _ => "",
        };
        let mut drawn = Visible::of(format_args!("{label:>margin$}│"));
        for column in 0..num_columns {
            let dots = char::from_u32(0x2800 + u32::from(dots[column][line])).unwrap_or(' ');
            match (crosses[column][line], dots, colors[column][line]) {
                (true, ..) => drawn.styled(red, "×"),
                (false, '\u{2800}', _) => drawn.push(' '),
                (false, dots, None) => drawn.push(dots),
                (false, dots, Some(color)) => {
                    let style = Style::new().fg_color(Some(AnsiColor::into(color)));
                    drawn.styled(style, dots.encode_utf8(&mut [0; 4]));
                }
            }
        }
        drawn.trim_end();
        drawn.push('\n');
        text.append(&drawn);
    }
    let (first, last) = (number(times.0, times), number(times.1, times));
    let gap = num_columns.saturating_sub(first.chars().count() + last.chars().count());
    let axis = "─".repeat(num_columns);
    let blank = " ".repeat(margin);
    text.push(format_args!(
        "{blank}└{axis}\n{blank} {first}{}{last}\n",
        " ".repeat(gap)
    ));
    let mut legend = vec![(visible::line(&chart.time), Style::new(), "")];
    if chart.series.len() > 1 {
        let colors = SERIES.into_iter().cycle();
        legend.extend(chart.series.iter().zip(colors).map(|(series, color)| {
            let style = Style::new().fg_color(color.map(Into::into));
            (visible::line(&series.name), style, "⣿ ")
        }));
    }
    match chart.flagged().count() {
        0 => {}
        num_flagged => legend.push((format!("{num_flagged} quality-flagged").into(), red, "× ")),
    }
    let mut used = 0;
    for (index, (name, style, sign)) in legend.into_iter().enumerate() {
        let num_letters = sign.chars().count() + name.chars().count() + 3;
        // Whatever has no room left begins a line.
        if index > 0 && used + num_letters > num_columns {
            text.push('\n');
            used = 0;
        }
        let gap = if used == 0 {
            format!("{blank} ")
        } else {
            "   ".to_owned()
        };
        text.push(gap);
        text.styled(style, sign);
        text.push(name);
        used += num_letters;
    }
    text.push('\n');
    text
}

/// A frame, the lowest row at the bottom; the pixels of the aperture stand in brackets.
pub(super) fn frame(frame: &Frame, width: usize) -> Visible {
    let (low, high) = frame.values();
    let (first_column, first_row) = frame.corner();
    let margin = (first_row + frame.num_rows as i64).to_string().len().max(4);
    // Large cutouts have no room for brackets.
    let is_wide = margin + 2 + 4 * frame.num_columns <= width.max(40);
    let mut text = Visible::of(title(&frame.title, width));
    for row in (0..frame.num_rows).rev() {
        let mut line = format!("{:>margin$}│", first_row + row as i64);
        for column in 0..frame.num_columns {
            let value = frame.mean[row * frame.num_columns + column];
            let shade = match value.is_nan() {
                true => ' ',
                false => {
                    let share = if high > low { (value - low) / (high - low) } else { 1.0 };
                    // Square root: a single bright pixel must not hide all others.
                    SHADES[((share.sqrt() * SHADES.len() as f64) as usize).min(SHADES.len() - 1)]
                }
            };
            match (is_wide, frame.is_summed(Some(column), Some(row))) {
                (true, true) => line.extend(['[', shade, shade, ']']),
                (true, false) => line.extend([' ', shade, shade, ' ']),
                (false, _) => line.extend([shade, shade]),
            }
        }
        text.push(format_args!("{}\n", line.trim_end()));
    }
    let cell = if is_wide { 4 } else { 2 };
    let axis = "─".repeat(cell * frame.num_columns);
    let blank = " ".repeat(margin);
    text.push(format_args!("{blank}└{axis}\n"));
    let last_column = first_column + frame.num_columns as i64 - 1;
    let (kind, note) = match frame.is_on_detector() {
        true => ("detector columns", ""),
        false => ("columns", " of the frame (place on the detector unknown)"),
    };
    text.push(format_args!(
        "{blank} {kind} {first_column} to {last_column}{note}, rows upwards\n"
    ));
    let values = (low, high);
    let shades: String = SHADES.iter().collect();
    let brackets = if is_wide && frame.aperture.contains(&true) {
        "   [ ] aperture"
    } else {
        ""
    };
    text.push(format_args!(
        "{blank} mean {}: {} '{shades}' {}{brackets}\n",
        visible::line(&frame.flux),
        number(low, values),
        number(high, values)
    ));
    text
}

/// The title in lines of so many columns, broken between its pieces, with the end of the last.
fn title(title: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for piece in visible::line(title).split(" · ") {
        match lines.last_mut() {
            Some(line) if line.width() + 3 + piece.width() <= width => {
                line.push_str(" · ");
                line.push_str(piece);
            }
            _ => lines.push(piece.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// A number with as many digits as tell the two ends of its axis apart.
pub(super) fn number(value: f64, ends: (f64, f64)) -> String {
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
