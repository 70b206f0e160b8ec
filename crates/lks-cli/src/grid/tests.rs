use super::*;

fn numbers(n: usize) -> Grid {
    let rows = (0..n).map(|i| vec![format!("star {i}"), i.to_string()]).collect();
    Grid {
        headers: vec!["name".into(), "n".into()],
        rows,
        is_number: vec![false, true],
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
fn a_long_table_shows_both_ends_on_a_terminal_and_all_of_it_in_a_pipe() {
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
