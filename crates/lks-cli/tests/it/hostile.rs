//! Nothing controls a terminal but the program: whatever a server, a file, a name or an argument holds, what would steer a terminal, change the
//! direction of text or hide is shown as an escape, in pipes as well as on a terminal. Formats for programs hold it as it is.

use std::os::unix::ffi::OsStrExt;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use lksearch::fits::write::{Cells, Column, Hdu};
use serde_json::json;

use crate::cache::leave;
use crate::home::{Home, Outcome, line};
use crate::terminal::pty::Terminal;

/// A title for the window, a bell, a screen made empty by a control character of one and of two bytes, text from right to left, an end of
/// line, and deletion; all of it harmless where it comes out.
const HOSTILE: &str = "\u{1b}]0;T\u{7}\u{9b}2J\u{202e}\u{2028}x\u{7f}";
const ESCAPED: &str = r"\u{1b}]0;T\u{7}\u{9b}2J\u{202e}\u{2028}x\u{7f}";
/// What headers can hold of it: other than ASCII is replaced when they are read.
const OF_A_HEADER: &str = "\u{1b}]0;T\u{7}\u{1b}[2Jx\u{7f}";
const ESCAPED_OF_A_HEADER: &str = r"\u{1b}]0;T\u{7}\u{1b}[2Jx\u{7f}";
/// As long, for a writer that refuses it.
const IN_PLACE_OF_IT: &str = "TO_BE_PLACED";

/// Checks that nothing in the text steers a terminal but colours of the program, and that it holds this.
#[track_caller]
fn check(text: &str, shown: &str) {
    let mut plain = text.split("\u{1b}[");
    let first = plain.next().unwrap_or_default().to_owned();
    // What a colour of ours consists of ends with the first `m`.
    let plain = plain.fold(first, |text, part| match part.split_once('m') {
        Some((code, rest)) if code.chars().all(|c| c.is_ascii_digit() || c == ';') => text + rest,
        _ => text + "\u{1b}[" + part,
    });
    let steers = |c: char| {
        c != '\n'
            && (c.is_control()
                || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
    };
    assert!(!plain.contains(steers), "{plain:?}");
    assert!(plain.contains(shown), "{shown} is missing in {plain:?}");
}

#[track_caller]
fn check_run(outcome: &Outcome, shown: &str) {
    check(&format!("{}{}", outcome.stdout, outcome.stderr), shown);
}

/// In a pipe, in colours that somebody forces, and on a terminal.
#[track_caller]
fn check_everywhere(home: &Home, words: &[&str], shown: &str) {
    check_run(&home.run(words), shown);
    let colored = [&["--color", "always"], words].concat();
    check_run(&home.run(&colored), shown);
    let mut terminal = Terminal::start(home.command(&[&["--no-progress"], words].concat(), &[]), 300).unwrap();
    terminal.finish();
    check(
        &String::from_utf8(terminal.written).unwrap().replace("\r\n", "\n"),
        shown,
    );
}

fn archive(place: &str, fault: Fault) -> Sandbox {
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    archive.script(Matcher::path(place), [fault.always()]);
    archive
}

/// A light curve whose object, mission, names, units and cells are hostile.
fn light_curve() -> Vec<u8> {
    let columns = [
        Column::new("TIME", "D").unit("BJD - 2457000, days"),
        Column::new("SAP_FLUX", "E").unit(IN_PLACE_OF_IT),
        Column::new(IN_PLACE_OF_IT, "18A"),
    ];
    let mut bytes = Hdu::primary()
        .card("OBJECT", IN_PLACE_OF_IT, "")
        .card("TELESCOP", IN_PLACE_OF_IT, "")
        .bytes()
        .unwrap();
    Hdu::table(columns, 2)
        .card("EXTNAME", IN_PLACE_OF_IT, "")
        .card("TIMEREF", "SOLARSYSTEM", "")
        .card("BJDREFI", 2_457_000, "")
        .append_with(&mut bytes, |out| {
            for number in 0..2_u8 {
                let mut cells = Cells::new(out);
                cells.float64(1325.5 + f64::from(number));
                cells.float32(f32::from(number));
                cells.text(HOSTILE, 18);
            }
        })
        .unwrap();
    let place = IN_PLACE_OF_IT.as_bytes();
    while let Some(at) = bytes.windows(place.len()).position(|bytes| bytes == place) {
        bytes[at..at + place.len()].copy_from_slice(OF_A_HEADER.as_bytes());
    }
    bytes
}

#[test]
fn what_the_archive_says_of_itself() {
    let faults = [
        Fault {
            mashup_error: Some(HOSTILE.to_owned()),
            ..Fault::default()
        },
        Fault {
            body: Some(json!({"status": HOSTILE}).to_string()),
            ..Fault::default()
        },
        Fault {
            body: Some(json!({"status": "COMPLETE", "service": HOSTILE, "data": []}).to_string()),
            ..Fault::default()
        },
    ];
    for fault in faults {
        let (home, archive) = (Home::new(), archive("/api/v0/invoke", fault));
        for color in ["auto", "always"] {
            let outcome = home.run_against(&archive, &["--color", color, "-v", "search", "tess", "TIC 158324245"]);
            assert_eq!(outcome.code, Some(4));
            check_run(&outcome, ESCAPED);
        }
    }
}

#[test]
fn rows_of_another_star() {
    let archive = archive("/api/v0/invoke", Fault::cell("target_name", HOSTILE));
    let outcome = Home::new().run_against(&archive, &["search", "tess", "TIC 158324245"]);
    check_run(&outcome, &format!("rows of '{ESCAPED}'"));
}

#[test]
fn cells_of_a_search_and_its_data_which_are_as_they_were_sent() {
    let archive = archive("/api/v0/invoke", Fault::cell("dataproduct_type", HOSTILE));
    let home = Home::new();
    let words = ["search", "tess", "TIC 158324245", "--columns", "dataproduct_type"];
    check_run(&home.run_against(&archive, &words), ESCAPED);
    for format in ["json", "ndjson", "csv"] {
        let found = home.run_against(&archive, &[&words[..], &["--format", format]].concat());
        assert_eq!(found.code, Some(0), "{}", found.stderr);
        let sent = match format {
            "csv" => HOSTILE.to_owned(),
            _ => serde_json::to_string(HOSTILE).unwrap(),
        };
        assert!(found.stdout.contains(&sent), "{:?}", &found.stdout[..200]);
    }
}

#[test]
fn pages_in_place_of_data() {
    let page = Fault {
        body: Some(format!("<html><title>{HOSTILE}</title>{HOSTILE}</html>")),
        ..Fault::default()
    };
    for status in [None, Some(403)] {
        let fault = Fault { status, ..page.clone() };
        let archive = archive("/api/v0/invoke", fault);
        let outcome = Home::new().run_against(&archive, &["search", "tess", "TIC 158324245"]);
        // Controls are blanks in excerpts already.
        check_run(&outcome, r"2J\u{202e} x");
    }
}

#[test]
fn names_of_files_that_are_not_safe() {
    let home = Home::new();
    let rows = json!([{"obs_collection": "HLSP", "obs_id": "a", "productFilename": HOSTILE, "dataURI": format!("mast:HLSP/{HOSTILE}")}]);
    std::fs::write(home.path("table.json"), rows.to_string()).unwrap();
    let words = ["--sandbox", "download", "--from", "table.json"];
    let outcome = home.run(&words);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    check(&outcome.stderr, &format!("{ESCAPED}: unsafe name"));
    check_everywhere(&home, &words, ESCAPED);
    check_everywhere(&home, &[&words[..], &["--columns", "all"]].concat(), ESCAPED);
    home.run(&[&words[..], &["-o", "manifest.txt", "--columns", "all"]].concat());
    check(&std::fs::read_to_string(home.path("manifest.txt")).unwrap(), ESCAPED);
    let progress = home.run(&[&words[..], &["--progress", "json", "-q"]].concat());
    check_run(&progress, ESCAPED);
}

#[test]
fn columns_of_tables_that_are_read() {
    let home = Home::new();
    std::fs::write(home.path("twice.csv"), format!("{HOSTILE},{HOSTILE}\n1,2\n")).unwrap();
    check_everywhere(
        &home,
        &["download", "--from", "twice.csv"],
        &format!("the column `{ESCAPED}` occurs twice"),
    );
    std::fs::write(home.path("bad.json"), format!("[{{\"a\": {HOSTILE}}}]")).unwrap();
    check_everywhere(&home, &["download", "--from", "bad.json"], "bad.json");
    std::fs::write(
        home.path("bad.ndjson"),
        format!("{{\"{}\": 1}}\n{{\"x\": \u{202e}}}\n", "a"),
    )
    .unwrap();
    check_everywhere(&home, &["download", "--from", "bad.ndjson"], "bad.ndjson");
}

#[test]
fn headers_and_tables_of_files() {
    let home = Home::new();
    std::fs::write(home.path("odd.fits"), light_curve()).unwrap();
    let name = format!("# HDU 1 {ESCAPED_OF_A_HEADER}");
    check_everywhere(&home, &["fits", "header", "odd.fits"], &name);
    check_everywhere(&home, &["fits", "info", "odd.fits"], ESCAPED_OF_A_HEADER);
    check_everywhere(&home, &["fits", "verify", "odd.fits"], ESCAPED_OF_A_HEADER);
    check_everywhere(&home, &["fits", "table", "odd.fits"], ESCAPED);
    check_everywhere(
        &home,
        &["fits", "table", "odd.fits", "--columns", "nope"],
        "the table has",
    );
    check_everywhere(
        &home,
        &["fits", "header", "odd.fits", "--hdu", "nope"],
        ESCAPED_OF_A_HEADER,
    );
    for file in ["header.txt", "table.txt"] {
        let verb = file.trim_end_matches(".txt");
        home.run(&["fits", verb, "odd.fits", "-o", file]);
        check(&std::fs::read_to_string(home.path(file)).unwrap(), ESCAPED_OF_A_HEADER);
    }
    let mut wrong = light_curve();
    let naxis = wrong.windows(8).rposition(|bytes| bytes == b"NAXIS2  ").unwrap();
    wrong[naxis + 10..naxis + 30].copy_from_slice(b"'\x1b]0;T\x07\x1b[2Jx\x7f'      ");
    std::fs::write(home.path("wrong.fits"), wrong).unwrap();
    check_everywhere(&home, &["fits", "info", "wrong.fits"], "NAXIS2");
}

#[test]
fn titles_and_labels_of_plots_and_pictures_are_well_formed() {
    let home = Home::new();
    std::fs::write(home.path("odd.fits"), light_curve()).unwrap();
    check_everywhere(
        &home,
        &["plot", "odd.fits", "--column", "SAP_FLUX"],
        ESCAPED_OF_A_HEADER,
    );
    for (file, start) in [("odd.svg", &b"<svg"[..]), ("odd.pdf", b"%PDF"), ("odd.png", b"\x89PNG")] {
        let drawn = home.run(&["plot", "odd.fits", "--column", "SAP_FLUX", "-o", file]);
        assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
        assert!(std::fs::read(home.path(file)).unwrap().starts_with(start), "{file}");
    }
    let svg = std::fs::read_to_string(home.path("odd.svg")).unwrap();
    // Title, and the label of the values with its unit.
    assert!(svg.matches(ESCAPED_OF_A_HEADER).count() >= 2, "{svg}");
    check(&svg, ESCAPED_OF_A_HEADER);
    let mut reader = quick_xml::Reader::from_str(&svg);
    reader.config_mut().check_comments = true;
    let mut num_texts = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Text(text) => num_texts += usize::from(!text.decode().unwrap().trim().is_empty()),
            _ => {}
        }
    }
    assert!(num_texts > 10, "{num_texts} texts");
    let written = home.run(&["plot", "odd.fits", "--column", "SAP_FLUX", "-o", "-"]);
    check_run(&written, ESCAPED_OF_A_HEADER);
}

#[test]
fn lines_of_paths_are_one_for_each_file_whatever_its_name() {
    let home = Home::new();
    let name = format!("a\nb{HOSTILE}_lc.fits");
    let escaped = format!(r"a\nb{ESCAPED}_lc.fits");
    let path = home
        .path(".lksearch/cache/mastDownload/HLSP/x")
        .join(std::ffi::OsStr::from_bytes(name.as_bytes()));
    leave(&path, b"no file of ours");
    for (words, num_lines) in [
        (&["cache", "adopt"][..], 1),
        (&["cache", "rm", "*_lc.fits"], 1),
        (&["cache", "ls"], 2),
    ] {
        check_everywhere(&home, words, &escaped);
        assert_eq!(home.run(words).stdout.lines().count(), num_lines, "{words:?}");
    }
}

#[test]
fn words_of_the_command_line() {
    let home = Home::new();
    let name = format!("a\nerror: b{HOSTILE}");
    let (name, escaped) = (name.as_str(), format!(r"a\nerror: b{ESCAPED}"));
    check_everywhere(&home, &["search", name, "K2-18"], &escaped);
    check_everywhere(&home, &["search", "k2", "K2-18", &format!("--{name}")], &escaped);
    check_everywhere(&home, &["search", "k2", "K2-18", "--limit", name], &escaped);
    check_everywhere(&home, &[name], &escaped);
    // Where the program itself repeats a word, its lines stay, and none begins as a message does.
    let set_off = format!("a\n  error: b{ESCAPED}");
    // Blanks of any kind are one blank in a target.
    let target = format!("a error: b{}", in_a_target());
    check_run(&home.run(&["--sandbox", "search", "tess", name]), &target);
    check_run(&home.run(&["fits", "info", name]), &set_off);
    check_everywhere(&home, &["--cache-dir", HOSTILE, "cache", "path"], ESCAPED);
    check_everywhere(&home, &["--config", HOSTILE, "config", "path"], ESCAPED);
    check_everywhere(&home, &["--set", &format!("{HOSTILE}=1"), "config", "show"], ESCAPED);
    let paths = [
        "--sandbox",
        "--cache-dir",
        HOSTILE,
        "download",
        "k2",
        "K2-18",
        "--limit",
        "1",
        "--paths",
    ];
    let fetched = home.run(&paths);
    assert_eq!(fetched.code, Some(0), "{}", fetched.stderr);
    check(&fetched.stdout, ESCAPED);
}

/// As a target that is hostile is repeated.
fn in_a_target() -> String {
    ESCAPED.replace(r"\u{2028}", " ")
}

#[test]
fn lines_of_v() {
    let home = Home::new();
    let words = ["-v", "--sandbox", "search", "tess", HOSTILE];
    check_run(&home.run(&words), &in_a_target());
    let colored = home.run(&[&["--color", "always"], &words[..]].concat());
    check_run(&colored, &in_a_target());
    assert!(
        colored.stderr.contains("\u{1b}[34mDEBUG\u{1b}[0m "),
        "{:?}",
        colored.stderr
    );
}

#[test]
fn two_files_alone_may_use_stdout_and_stderr() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut excused, mut open, mut num_files) = (Vec::new(), vec![sources.clone()], 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        num_files += 1;
        let excuses = line("disallowed_methods print_stdout print_stderr clippy::all clippy::style");
        if excuses.iter().any(|lint| text.contains(lint)) {
            excused.push(path.strip_prefix(&sources).unwrap().display().to_string());
        }
    }
    excused.sort();
    assert_eq!(excused, ["sink.rs", "ui/bar.rs"]);
    assert!(num_files > 60, "{num_files}");
}
