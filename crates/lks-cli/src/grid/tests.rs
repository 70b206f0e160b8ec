use super::*;

fn draw(grid: &Grid, room: Room) -> String {
    super::draw(grid, room).as_str().trim_end_matches('\n').to_owned()
}

fn paint(grid: &Grid, room: Room) -> String {
    super::paint(grid, room).as_str().trim_end_matches('\n').to_owned()
}

fn numbers(n: usize) -> Grid {
    let rows = (0..n).map(|i| vec![format!("star {i}"), i.to_string()]).collect();
    Grid {
        headers: vec!["name".into(), "n".into()],
        rows,
        is_number: vec![false, true],
        ..Grid::default()
    }
}

#[test]
fn numbers_are_aligned_to_the_right_and_text_to_the_left() {
    let mut grid = numbers(1);
    grid.rows.push(vec!["π Mensae".into(), "12345".into()]);
    assert_eq!(
        draw(&grid, Room::Unlimited),
        "name          n\nstar 0        0\nπ Mensae  12345"
    );
}

#[test]
fn a_long_table_shows_both_ends_on_a_terminal_only() {
    let on_terminal = draw(&numbers(100), Room::Terminal(80));
    let lines: Vec<&str> = on_terminal.lines().collect();
    assert_eq!(lines.len(), 1 + 8 + 1 + 8);
    assert_eq!(lines[9], "… 84 more");
    assert!(lines[17].starts_with("star 99"));
    assert_eq!(draw(&numbers(100), Room::Unlimited).lines().count(), 101);
}

#[test]
fn a_long_text_is_cut_and_never_wrapped() {
    let mut grid = numbers(1);
    grid.rows[0][0] = "x".repeat(200);
    let drawn = draw(&grid, Room::Terminal(60));
    assert_eq!(drawn.lines().count(), 2);
    assert!(drawn.contains('…'));
}

#[test]
fn every_line_fits_the_terminal_and_a_path_keeps_both_its_ends() {
    let row = vec![
        "COMPLETE".into(),
        "12345".into(),
        format!("/home/you/{}/name_llc.fits", "d".repeat(80)),
        "said".into(),
    ];
    let headers = ["Status", "bytes", "Local Path", "Message"].map(str::to_owned).to_vec();
    let grid = Grid {
        headers,
        rows: vec![row],
        is_number: vec![false, true, false, false],
        ..Grid::default()
    };
    for width in [60, 80, 140] {
        let drawn = draw(&grid, Room::Terminal(width));
        assert!(
            drawn.lines().all(|line| line.width() <= usize::from(width)),
            "{width}: {drawn}"
        );
        assert!(
            drawn.contains("12345") && drawn.contains("_llc.fits") && drawn.contains("/home"),
            "{width}: {drawn}"
        );
    }
}

/// A row of a search, as people are shown it.
fn found() -> Grid {
    let headers = [
        "target_name",
        "pipeline",
        "mission",
        "campaign",
        "exptime",
        "distance",
        "year",
        "description",
    ];
    let rows = [
        [
            "ktwo201912552",
            "K2",
            "K2",
            "1",
            "1800",
            "0.0",
            "2014",
            "Target Pixel Long Cadence (KTL) - C01",
        ],
        [
            "ktwo201912552",
            "EVEREST",
            "HLSP",
            "1",
            "1800",
            "12345.6",
            "2014",
            "FITS",
        ],
    ];
    Grid {
        headers: headers.map(str::to_owned).to_vec(),
        rows: rows.map(|row| row.map(str::to_owned).to_vec()).to_vec(),
        is_number: headers
            .map(|name| ["campaign", "exptime", "distance", "year"].contains(&name))
            .to_vec(),
        ..Grid::default()
    }
}

#[test]
fn columns_without_room_are_named_and_numbers_stay_whole() {
    for width in 20..200 {
        let drawn = draw(&found(), Room::Terminal(width));
        assert!(
            drawn.lines().all(|line| line.width() <= usize::from(width)),
            "{width}: {drawn}"
        );
        let is_all_there = drawn.contains("12345.6") || drawn.contains("no room for");
        assert!(is_all_there, "{width}: {drawn}");
    }
    let narrow = draw(&found(), Room::Terminal(80));
    assert!(narrow.ends_with("\n… no room for mission"), "{narrow}");
    assert!(!draw(&found(), Room::Terminal(140)).contains('…'));
}

#[test]
fn colours_tell_pipelines_apart_and_change_no_width() {
    for room in [Room::Terminal(60), Room::Terminal(140), Room::Unlimited] {
        let painted = paint(&found(), room);
        assert!(
            painted.contains("\u{1b}[32mK2\u{1b}[0m") && painted.contains("\u{1b}[33mEVEREST\u{1b}[0m"),
            "{painted:?}"
        );
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), draw(&found(), room));
    }
}

#[test]
fn empty_columns_can_be_left_out_but_not_of_an_empty_table() {
    let mut grid = found();
    grid.rows.iter_mut().for_each(|row| row[7].clear());
    let filled = grid.without_empty_columns();
    assert_eq!(filled.headers.last().map(String::as_str), Some("year"));
    assert_eq!((filled.rows[0].len(), filled.is_number.len()), (7, 7));
    let empty = Grid {
        rows: Vec::new(),
        ..found()
    };
    assert_eq!(empty.without_empty_columns().headers.len(), 8);
}

#[test]
fn a_cell_from_a_server_cannot_break_lines_or_steer() {
    let mut grid = numbers(1);
    grid.rows[0][0] = "a\nb\u{1b}[2Jc".into();
    assert_eq!(draw(&grid, Room::Unlimited), "name            n\na\\nb\\u{1b}[2Jc  0");
}

#[test]
fn a_message_is_broken_between_words_and_a_path_is_left_whole() {
    let check = |text: &str, wrapped: &str| assert_eq!(wrap(text, 20), wrapped);
    check("short enough", "short enough");
    check("twenty columns wide, and more", "twenty columns wide,\nand more");
    check("  because: it is cold outside", "  because: it is\ncold outside");
    check("first line\nsecond line", "first line\nsecond line");
    check(
        "see /a/path/that/is/very/long here",
        "see\n/a/path/that/is/very/long\nhere",
    );
    check("to keep it: add `-o FILE.svg`", "to keep it: add\n`-o FILE.svg`");
    check("πππππ πππππ πππππ πππππ", "πππππ πππππ πππππ\nπππππ");
    check("", "");
}
