//! What other programs read: completions by shells, pages by `man`. A program that is not there is skipped, and said.

use std::process::{Command, Stdio};

use crate::home::Home;

const COMMANDS: [&str; 10] = [
    "search",
    "download",
    "resolve",
    "config",
    "cache",
    "fits",
    "plot",
    "sandbox",
    "completions",
    "man",
];

/// What a program says about a file, with its exit code; nothing if there is no such program.
fn judged(program: &str, words: &[&str]) -> Option<(Option<i32>, String)> {
    let ran = Command::new(program).args(words).stdin(Stdio::null()).output();
    let Ok(ran) = ran else {
        println!("skipped: there is no {program}");
        return None;
    };
    let said = [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    Some((ran.status.code(), said.concat()))
}

#[test]
fn shells_understand_completions_for_every_command() {
    let home = Home::new();
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let run = home.run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{command} for {shell}");
        }
        let file = home.path(shell).display().to_string();
        std::fs::write(&file, run.stdout).unwrap();
        if let Some(judgement) = judged(shell, &[check, &file]) {
            assert_eq!(judgement, (Some(0), String::new()), "{shell}");
        }
    }
}

#[test]
fn bash_completes_commands_options_and_words() {
    let home = Home::new();
    let file = home.path("completions.bash").display().to_string();
    std::fs::write(&file, home.run(&["completions", "bash"]).stdout).unwrap();
    for (typed, expected) in [
        (&["dow"][..], "download"),
        (&["search", "ke"], "kepler"),
        (&["search", "tess", "--exp"], "--exptime"),
        (&["search", "--format", "par"], "parquet"),
        (&["cache", "ver"], "verify"),
    ] {
        let before = typed.len().checked_sub(2).map_or("lksearch", |index| typed[index]);
        let script = format!(
            ". {file}; COMP_WORDS=(lksearch {}); COMP_CWORD={}; _lksearch lksearch {} {before}; echo \"${{COMPREPLY[@]}}\"",
            typed.join(" "),
            typed.len(),
            typed[typed.len() - 1],
        );
        if let Some((code, said)) = judged("bash", &["-c", &script]) {
            assert_eq!((code, said.trim()), (Some(0), expected), "{typed:?}");
        }
    }
}

#[test]
fn fish_completes_commands_options_and_words() {
    let home = Home::new();
    let file = home.path("completions.fish").display().to_string();
    std::fs::write(&file, home.run(&["completions", "fish"]).stdout).unwrap();
    for (typed, expected) in [
        ("dow", "download"),
        ("search ke", "kepler"),
        ("search tess --exp", "--exptime"),
        ("search tess --kind cu", "cubedata"),
        ("search --format par", "parquet"),
        ("cache ver", "verify"),
        ("cache verify --level sh", "sha256"),
        ("config get fetch.j", "fetch.jobs"),
        ("completions z", "zsh"),
        ("--color al", "always"),
    ] {
        let script = format!("source {file}; complete -C 'lksearch {typed}'");
        if let Some((code, said)) = judged("fish", &["--no-config", "-c", &script]) {
            let offered: Vec<&str> = said.lines().filter_map(|line| line.split('\t').next()).collect();
            assert_eq!((code, offered.as_slice()), (Some(0), &[expected][..]), "{typed:?}");
        }
    }
}

#[test]
fn zsh_offers_options_after_the_name_of_a_star() {
    let script = Home::new().run(&["completions", "zsh"]).stdout;
    assert!(script.contains("\n'*:target -- ") && !script.contains("\n'*::"));
}

#[test]
fn groff_accepts_a_manual_page_for_each_command() {
    let home = Home::new();
    let page = home.run(&["man"]);
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
    assert!(page.stdout.contains(".TH lksearch 1"), "{}", page.stdout);
    let written = home.run(&["man", "--dir", "man1"]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let pages = home.files();
    for command in COMMANDS {
        assert!(
            pages.contains(&format!("man1/lksearch-{command}.1")),
            "{command} in {pages:?}"
        );
    }
    assert!(pages.contains(&"man1/lksearch-cache-verify.1".to_owned()));
    println!("{} pages", pages.len());
    for page in pages {
        let file = home.path(&page).display().to_string();
        if let Some(judgement) = judged("groff", &["-Kutf8", "-man", "-ww", "-Tutf8", "-z", &file]) {
            assert_eq!(judgement, (Some(0), String::new()), "{page}");
        }
    }
}
