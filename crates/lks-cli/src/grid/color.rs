//! Colours of a table on a terminal: every pipeline has one, so that rows of one pipeline are seen together, and so has every ending of a file.

use anstyle::{AnsiColor, Style};
use lksearch::{Family, Pipeline};

use super::Part;

/// The colour of a family of pipelines; what else there is keeps the colour of the terminal.
fn of_family(family: Family) -> Option<AnsiColor> {
    match family {
        Family::Mission => Some(AnsiColor::Green),
        Family::MissionFullFrame => Some(AnsiColor::Cyan),
        Family::TessSurvey => Some(AnsiColor::Magenta),
        Family::TessSelected => Some(AnsiColor::Blue),
        Family::K2 => Some(AnsiColor::Yellow),
        Family::Kepler => Some(AnsiColor::BrightBlue),
        _ => None,
    }
}

/// The style of a text.
pub(super) fn of(part: Part, text: &str) -> Style {
    let color = match part {
        Part::Header => return Style::new().bold(),
        Part::Aside => return Style::new().dimmed(),
        Part::Cell("pipeline") => Pipeline::all()
            .find(|known| known.name == text)
            .and_then(|known| of_family(known.family)),
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
