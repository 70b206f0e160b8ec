//! Colours of a table on a terminal: every pipeline has one, so that rows of one pipeline are seen together, and so has every ending of a file.

use anstyle::{AnsiColor, Style};

use super::Part;

/// Colours of the pipelines, by the family that they belong to; what is not listed keeps the colour of the terminal.
const PIPELINES: [(AnsiColor, &[&str]); 6] = [
    // The missions' own.
    (AnsiColor::Green, &["SPOC", "Kepler", "K2"]),
    // Full-frame images by the mission's software, and cutouts of them.
    (AnsiColor::Cyan, &["TESS-SPOC", "TESScut"]),
    (
        AnsiColor::Magenta,
        &["QLP", "T16", "ELEANOR", "GSFC-ELEANOR-LITE", "TGLC", "TICA"],
    ),
    (AnsiColor::Blue, &["TASOC", "CDIPS", "PATHOS", "DIAMANTE"]),
    (AnsiColor::Yellow, &["EVEREST", "K2SFF", "K2SC", "K2VARCAT", "K2GAP"]),
    (AnsiColor::BrightBlue, &["KBONUS-BKG", "KEPLER-BONUS"]),
];

/// The style of a text.
pub fn of(part: Part, text: &str) -> Style {
    let color = match part {
        Part::Header => return Style::new().bold(),
        Part::Aside => return Style::new().dimmed(),
        Part::Cell("pipeline") => PIPELINES
            .iter()
            .find(|(_, names)| names.contains(&text))
            .map(|(color, _)| *color),
        Part::Cell("Status") => match text {
            "COMPLETE" => Some(AnsiColor::Green),
            "ERROR" => Some(AnsiColor::Red),
            _ => Some(AnsiColor::Yellow),
        },
        Part::Cell("structure" | "checksum" | "datasum") if ["damaged", "invalid"].contains(&text) => {
            Some(AnsiColor::Red)
        }
        Part::Cell(_) => None,
    };
    Style::new().fg_color(color.map(Into::into))
}
