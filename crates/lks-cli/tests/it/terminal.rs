//! The program in a real terminal: what its screen shows is kept in `tests/golden`, one file for each kind of terminal.
//! `UPDATE_GOLDEN=1 cargo test -p lks-cli terminal::` writes what the screens show now into these files.

pub(crate) mod pty;

use std::collections::BTreeSet;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use pty::Terminal;

use crate::golden;
use crate::home::{HLSPS_OF_K2_18, Home, interrupt};

const LIGHT_CURVE: &str =
    "s3://stpubdata/tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

/// What is run, in this order, in one home.
fn commands() -> Vec<Vec<&'static str>> {
    let sandbox = |words: &[&'static str]| [&["--sandbox"], words].concat();
    vec![
        sandbox(&["search", "tess", "TOI 1161"]),
        sandbox(&["search", "k2", "K2-18"]),
        sandbox(&["search", "kepler", "KIC 11904151", "--limit", "5", "--columns", "all"]),
        sandbox(&[&["download"], &HLSPS_OF_K2_18[1..]].concat()),
        sandbox(&[
            "download",
            "tess",
            "TOI 1161",
            "--sector",
            "14",
            "--mission-products",
            "--link",
        ]),
        sandbox(&["cache", "info"]),
        sandbox(&["cache", "ls"]),
        sandbox(&["cache", "clear"]),
        sandbox(&["fits", "info", LIGHT_CURVE]),
        sandbox(&["fits", "verify", LIGHT_CURVE]),
        sandbox(&[
            "fits",
            "table",
            LIGHT_CURVE,
            "--columns",
            "TIME,PDCSAP_FLUX,QUALITY",
            "--rows",
            "1000:1040",
        ]),
        sandbox(&["plot", LIGHT_CURVE]),
        sandbox(&["resolve", "K2-18"]),
        vec!["config", "show", "--origin"],
        sandbox(&["search", "tess", "No Such Star"]),
        sandbox(&["search", "tess", "TOI 1161", "--kind", "lightcurves"]),
        sandbox(&["search", "tess", "TOI 1161", "--sector", "99"]),
        vec!["serch"],
        vec!["search", "-h"],
    ]
}

/// Tables, charts, messages and help texts do not go beyond the width of the terminal; a path that is longer than a line does.
fn must_fit(words: &[&str]) -> bool {
    !words.contains(&"verify") && !words.contains(&"download")
}

/// What each command shows on a screen of so many columns; with the colours, if there are any, and without.
fn screens(width: u16, variables: &[(&str, &str)]) -> (String, String) {
    let home = Home::as_on_pages();
    let (mut plain, mut colored) = (String::new(), String::new());
    for words in commands() {
        let mut terminal = Terminal::start(home.command(&words, variables), width).unwrap();
        let code = terminal.finish().unwrap();
        if must_fit(&words) {
            assert!(
                terminal.is_unwrapped(),
                "{words:?} in {width} columns:\n{}",
                terminal.text()
            );
        }
        let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let head = format!("$ lksearch {}    [exit code {code}]\n", quoted.join(" "));
        plain.push_str(&format!("{head}{}\n\n", home.as_written(&terminal.text())));
        colored.push_str(&format!("{head}{}\n\n", home.as_written(&terminal.colored())));
    }
    (plain, colored)
}

fn quoted(word: &str) -> String {
    if word.contains(' ') {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

#[test]
fn terminals_of_three_widths_show_what_the_files_hold() {
    let terminals: Vec<(u16, (String, String))> = std::thread::scope(|scope| {
        let start = |width| {
            (
                width,
                scope.spawn(move || screens(width, &[("TERM", "xterm-256color")])),
            )
        };
        let started = [60, 80, 140].map(start);
        started.map(|(width, thread)| (width, thread.join().unwrap())).into()
    });
    for (width, (plain, colored)) in terminals {
        golden::compare(&format!("{width}.txt"), &plain);
        if width == 80 {
            golden::compare("80-colors.txt", &colored);
            assert!(colored.contains("<green>SPOC</>") && colored.contains("<magenta>QLP</>"));
        }
    }
}

#[test]
fn a_terminal_gets_no_bytes_that_are_no_text() {
    let home = Home::new();
    let words = ["--sandbox", "search", "tess", "TOI 1161", "--format", "parquet"];
    let mut terminal = Terminal::start(home.command(&words, &[]), 80).unwrap();
    assert_eq!(terminal.finish().unwrap(), 2);
    assert!(terminal.text().contains("`-o FILE`"), "{}", terminal.text());
}

#[test]
fn without_colours_the_text_is_the_same_and_plain() {
    for variables in [
        [("TERM", "dumb"), ("LANG", "C.UTF-8")],
        [("TERM", "xterm-256color"), ("NO_COLOR", "1")],
    ] {
        let (plain, colored) = screens(80, &variables);
        assert!(plain == colored, "colours with {variables:?}");
        golden::compare("80.txt", &plain);
    }
    let home = Home::as_on_pages();
    let mut terminal = Terminal::start(
        home.command(&[&["--sandbox"], &HLSPS_OF_K2_18[..]].concat(), &[("TERM", "dumb")]),
        80,
    )
    .unwrap();
    assert_eq!(terminal.finish(), Some(0));
    assert!(
        !terminal.written.contains(&0x1b),
        "{}",
        String::from_utf8_lossy(&terminal.written)
    );
}

#[test]
fn a_pipe_gets_every_row_and_column_whole_and_no_colours() {
    let home = Home::as_on_pages();
    let mut shown = String::new();
    for words in commands() {
        let run = home.run_with(&words, &[("TERM", "xterm-256color")]);
        let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let (code, command) = (run.code.unwrap(), quoted.join(" "));
        shown.push_str(&format!("$ lksearch {command}    [exit code {code}]\n{}", run.stdout));
        shown.push_str(
            &run.stderr
                .lines()
                .map(|line| format!("[stderr] {line}\n"))
                .collect::<String>(),
        );
        shown.push('\n');
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
        assert!(!run.stdout.contains('…'), "{words:?}");
    }
    golden::compare("pipe.txt", &home.as_written(&shown));
    let forced = home.run(&["--sandbox", "--color", "always", "search", "k2", "K2-18"]);
    assert!(
        forced.stdout.contains("\u{1b}[33mEVEREST\u{1b}[0m"),
        "{}",
        forced.stdout
    );
}

#[test]
fn one_display_has_a_line_for_each_file_in_flight() {
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    archive.script(
        Matcher::path("/api/v0.1/Download").with_part("k2sff"),
        [Fault::stall_at(2_000_000).always()],
    );
    let variables = Home::pointing_at(&archive);
    let mut variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    variables.push(("TERM", "xterm-256color"));
    for width in [60, 80, 140] {
        // Nothing to continue, which would not stop again.
        let home = Home::new();
        let words = [&HLSPS_OF_K2_18[..], &["--force"]].concat();
        let mut terminal = Terminal::start(home.command(&words, &variables), width).unwrap();
        let mut frames = BTreeSet::new();
        let mut is_stalled = false;
        while let Some(frame) = terminal.next_frame() {
            let is_new = frames.insert(frame.clone());
            let lines: Vec<&str> = frame.lines().collect();
            // A frame may have been read before all of it was written.
            let total = lines.iter().position(|line| line.ends_with(" left"));
            if let Some(total) = total {
                assert!(
                    total < 4,
                    "one line for all and at most one for each of three files:\n{frame}"
                );
                let words = ["/3 files  ", " of ", "/s  "];
                assert!(words.iter().all(|word| lines[total].contains(word)), "{}", lines[total]);
            }
            // Two files are there, and the third has stopped in its midst.
            let is_stalled_now =
                total == Some(1) && frame.contains("2/3 files") && lines[0].contains(" MiB of 3.4 MiB");
            if is_stalled_now && is_new && !is_stalled {
                is_stalled = true;
                assert!(lines[0].contains("k2sff") || width == 60, "{frame}");
                interrupt(&terminal.child);
            }
        }
        assert!(is_stalled, "{frames:#?}");
        assert_eq!(terminal.finish(), Some(130));
        let left = terminal.text();
        assert!(!left.contains("files  ") && !left.contains("k2sff"), "{width}: {left}");
    }
}
