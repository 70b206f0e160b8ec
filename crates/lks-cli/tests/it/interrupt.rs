//! Programs that are told to stop.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home, interrupt, line, send};

#[test]
fn every_stop_signal_ends_a_download_with_130() {
    for signal in ["INT", "TERM", "HUP"] {
        // What these tests ignore, as under `nohup`, the program ignores too.
        if signal != "HUP" || !is_hangup_ignored() {
            ends_a_stalled_download(signal);
        }
    }
}

#[test]
fn the_manifest_of_a_stopped_download_says_what_came() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let stalled = Matcher::contains("Download/file").with_part("k2sff");
    archive.script(stalled, [Fault::stall_at(4096).always()]);
    let words = [&HLSPS_OF_K2_18[..], &["--progress", "json", "-o", "manifest.json"]].concat();
    let mut child = home.start_against(&archive, &words);
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let num_done = lines.filter(|line| line.contains("\"file_done\"")).take(2).count();
    send(&child, "TERM");
    assert_eq!((num_done, child.wait().unwrap().code()), (2, Some(130)));
    let manifest = std::fs::read_to_string(home.path("manifest.json")).unwrap();
    assert_eq!(manifest.matches("\"COMPLETE\"").count(), 2, "{manifest}");
    assert_eq!(
        manifest.matches("the run was stopped before this row").count(),
        1,
        "{manifest}"
    );
}

#[test]
fn a_stopped_list_has_printed_what_came_and_goes_on_there() {
    const FIRST: u64 = 9_000_000_000;
    let options = SandboxOptions {
        bulk: 700,
        ..SandboxOptions::default()
    };
    let (home, archive) = (Home::new(), Sandbox::start(options).unwrap());
    let list: String = (FIRST..FIRST + 700).map(|number| format!("TIC {number}\n")).collect();
    std::fs::write(home.path("stars.txt"), &list).unwrap();
    let words = line("search tess --targets stars.txt --kind timeseries --format ndjson");
    let other = Home::new();
    std::fs::write(other.path("stars.txt"), &list).unwrap();
    let undisturbed = other.run_against(&archive, &words);
    let num_asked = archive.log().len();
    archive.clear_log();

    // Of the stars that are asked for together at last, none is answered.
    let last = Matcher::contains((FIRST + 699).to_string());
    archive.script(last.clone(), [Fault::stall_at(0).always()]);
    let variables = Home::pointing_at(&archive);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let file = std::fs::File::create(home.path("printed")).unwrap();
    let mut child = home.start(&words, &variables, file.into());
    while archive.count(&last) == 0 {
        std::thread::yield_now();
    }
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let printed = std::fs::read_to_string(home.path("printed")).unwrap();
    assert!(printed.lines().count() >= 500, "{}", printed.lines().count());
    assert!(printed.ends_with('\n') && undisturbed.stdout.starts_with(&printed));

    let num_before = archive.log().len();
    archive.clear_scripts();
    archive.clear_log();
    let again = home.run_against(&archive, &words);
    assert_eq!(
        (again.code, &again.stdout),
        (Some(0), &undisturbed.stdout),
        "{}",
        again.stderr
    );
    let (num_again, num_unanswered) = (archive.log().len(), 1);
    assert_eq!(num_before + num_again, num_asked + num_unanswered);
}

fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & 1 == 1)
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_waits_for_a_pipe_can_be_stopped() {
    let home = Home::new();
    let pipe = home.path("found.csv");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let words = line("--sandbox search k2 K2-18 --format csv -o found.csv");
    let mut child = home.start(&words, &[], Stdio::null());
    // Where the system does not tell what a program waits for, two seconds have to do.
    let waits =
        || std::fs::read_to_string(format!("/proc/{}/wchan", child.id())).is_ok_and(|call| call == "wait_for_partner");
    let begun = Instant::now();
    while !waits() && begun.elapsed() < Duration::from_secs(2) {
        std::thread::yield_now();
    }
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

fn ends_a_stalled_download(signal: &str) {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("Download/file"), [Fault::stall_at(4096).always()]);
    let mut child = home.start_against(&archive, &HLSPS_OF_K2_18);
    while archive.count(&Matcher::contains("Download/file")) == 0 {
        std::thread::yield_now();
    }
    send(&child, signal);
    assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
    let left = home.files();
    let is_left = |file: &String| file.ends_with(".fits") || file.contains("/part/");
    assert!(!left.iter().any(is_left), "{signal}: {left:?}");

    archive.clear_scripts();
    let words = [&HLSPS_OF_K2_18[..], &["--format", "json"]].concat();
    assert_eq!(home.run_against(&archive, &words).rows().len(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_was_told_to_outlive_its_terminal_does() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let stall = Fault {
        stall_ms: 1000,
        ..Fault::stall_at(4096)
    };
    archive.script(Matcher::contains("Download/file"), [stall.always()]);
    let variables = Home::pointing_at(&archive);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let program = home.command(&HLSPS_OF_K2_18, &variables);
    let mut command = Command::new("nohup");
    command.arg(program.get_program()).args(program.get_args()).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while archive.count(&Matcher::contains("Download/file")) == 0 {
        std::thread::yield_now();
    }
    send(&child, "HUP");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_sandbox_prints_its_settings_and_stops() {
    let home = Home::new();
    let mut child = home.start(&["sandbox"], &[], Stdio::piped());
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // The last line that it prints is the cache directory.
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in lines {
        let Some((name, value)) = line.strip_prefix("export ").and_then(|line| line.split_once('=')) else {
            continue;
        };
        variables.push((name.to_owned(), value.trim_matches('\'').to_owned()));
        if name == "LKSEARCH_CACHE_DIR" {
            break;
        }
    }
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let found = home.run_with(&["search", "k2", "K2-18", "--format", "json"], &variables);
    assert_eq!(found.rows().len(), 6);
    let cache = home.run_with(&["cache", "path"], &variables).stdout;
    assert_eq!(cache.trim(), home.path(".lksearch/sandbox/cache").display().to_string());
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_killed_download_is_continued_by_the_next_one() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let words = ["download", "k2", "K2-18", "--hlsps", "--pipeline", "K2SFF"];
    let of_the_file = || Matcher::path("/api/v0.1/Download").with_part("k2sff");
    archive.script(of_the_file(), [Fault::stall_at(2_000_000).always()]);
    let mut child = home.start_against(&archive, &words);
    let has_noted = |path: &String| {
        let text = path
            .ends_with(".json")
            .then(|| std::fs::read_to_string(home.path(path)));
        path.contains("/part/") && text.is_some_and(|text| text.is_ok_and(|text| text.lines().count() > 1))
    };
    while !home.files().iter().any(has_noted) {
        assert!(child.try_wait().unwrap().is_none(), "the program ended");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    archive.clear_scripts();
    archive.clear_log();
    let rows = home
        .run_against(&archive, &[&words[..], &["--format", "json"]].concat())
        .rows();
    let row = rows.iter().find(|row| row["bytes"] == 3_536_640).unwrap();
    let uri = row["dataURI"].as_str().unwrap();
    let bytes = std::fs::read(row["Local Path"].as_str().unwrap()).unwrap();
    assert!(archive.body(uri, 0).unwrap() == bytes);
    let log = archive.log();
    let asked: Vec<_> = log.iter().filter(|request| request.query.contains("k2sff")).collect();
    let asked = asked.iter().filter(|request| request.path.contains("Download/file"));
    let ranges: Vec<_> = asked.map(|request| (request.range.clone(), request.status)).collect();
    assert!(
        matches!(&ranges[..], [(Some(range), Some(206))] if range != "bytes=0-"),
        "{ranges:?}"
    );
}
