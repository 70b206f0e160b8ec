//! Which columns are shown, how wide they are, and how a text is made to fit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{GAP, Grid, Room};
use crate::visible;

/// A column of text is not made narrower than this while another column can be left out.
const READABLE: usize = 14;
/// The same for a column of paths, which differ in their ends.
const READABLE_PATH: usize = 30;
/// Columns that are left out first, because others tell more in a narrow terminal; then those at the right.
const FIRST_TO_GO: [&str; 9] = [
    "mission", "distance", "year", "dataURI", "ver", "cards", "hdrLoc", "attempts", "seconds",
];

/// The columns that are shown, each with its width. All of them where there is room enough, or in a pipe. Numbers are never cut.
pub(super) fn columns<'a>(
    grid: &Grid,
    rows: impl Iterator<Item = &'a Vec<String>> + Clone,
    room: Room,
) -> Vec<(usize, usize)> {
    let widest = |column: usize| {
        let cells = rows.clone().map(|row| &row[column]);
        let widths = cells.chain([&grid.headers[column]]).map(|text| width(text));
        widths.max().unwrap_or(0)
    };
    let mut columns: Vec<(usize, usize)> = (0..grid.headers.len()).map(|column| (column, widest(column))).collect();
    let Room::Terminal(width) = room else {
        return columns;
    };
    // A single column, beside the numbers of the rows at most, is asked for to be copied.
    if grid.headers.iter().filter(|name| *name != "#").count() == 1 {
        return columns;
    }
    let width = usize::from(width) + GAP;
    let least = |(column, widest): &(usize, usize)| match grid.is_number(*column) {
        true => *widest,
        false if rows.clone().any(|row| row[*column].contains('/')) => READABLE_PATH.min(*widest),
        false => READABLE.min(*widest),
    };
    while columns.len() > 1 && columns.iter().map(|column| least(column) + GAP).sum::<usize>() > width {
        let goes_first = |name: &&str| columns.iter().position(|(column, _)| grid.headers[*column] == **name);
        let gone = FIRST_TO_GO.iter().find_map(goes_first).unwrap_or(columns.len() - 1);
        columns.remove(gone);
    }
    // The first column says what the row is about; it is cut when there is no other way.
    let room_to_cut = |text: &&mut (usize, usize)| (text.0 > 0 && text.1 > READABLE, text.1);
    while columns.iter().map(|(_, limit)| limit + GAP).sum::<usize>() > width {
        let texts = columns
            .iter_mut()
            .filter(|(column, limit)| !grid.is_number(*column) && *limit > 1);
        let Some((_, limit)) = texts.max_by_key(room_to_cut) else {
            break;
        };
        *limit -= 1;
    }
    columns
}

/// Columns that a cell takes.
pub(crate) fn width(cell: &str) -> usize {
    visible::line(cell).width()
}

/// The text in so many columns: of a path the middle is left out, because its ends tell files apart; of other text the end.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    match text.contains('/') {
        true => cut(text, limit, limit.saturating_sub(1) * 2 / 3),
        false => shorten_end(text, limit),
    }
}

/// The text in so many columns, without its end.
pub(super) fn shorten_end(text: &str, limit: usize) -> String {
    cut(text, limit, 0)
}

/// The text in lines of so many columns, broken between words; a command in backticks, or a word that is longer than a line,
/// such as a path, stays in one piece and can be copied.
pub(crate) fn wrap(text: &str, limit: usize) -> String {
    let wrap_line = |line: &str| {
        let mut wrapped = String::new();
        let mut used = 0;
        let mut is_command = false;
        let is_gap = |character: char| {
            is_command ^= character == '`';
            character == ' ' && !is_command
        };
        for (index, word) in line.split(is_gap).enumerate() {
            let goes_on = used == 0 || used + 1 + word.width() <= limit;
            if index > 0 {
                wrapped.push(if goes_on { ' ' } else { '\n' });
            }
            used = word.width() + if goes_on { used + usize::from(index > 0) } else { 0 };
            wrapped.push_str(word);
        }
        wrapped
    };
    text.split('\n').map(wrap_line).collect::<Vec<_>>().join("\n")
}

/// The text in so many columns, of which the last `num_tail` are its end.
fn cut(text: &str, limit: usize, num_tail: usize) -> String {
    if text.width() <= limit {
        return text.to_owned();
    }
    let take = |characters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut used = 0;
        let fits = |character: &char| {
            used += character.width().unwrap_or(0);
            used <= room
        };
        characters.take_while(fits).collect::<String>()
    };
    let head = take(&mut text.chars(), limit.saturating_sub(1 + num_tail));
    let tail: String = take(&mut text.chars().rev(), num_tail).chars().rev().collect();
    format!("{head}…{tail}")
}
