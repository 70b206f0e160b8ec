//! Every option of `--help` is used by some test, and every exit code is reached by one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Arg, Command, CommandFactory, Parser};

use super::Arguments;
use crate::exit::ExitStatus;
use crate::usage;

/// What tests run: their own sources, and the pages whose commands a test runs.
fn sources() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> = ["tests/it", "../../docs", "../../README.md", "../../tests"]
        .map(|path| here.join(path))
        .into();
    let mut text = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("because it is a directory");
            open.extend(entries.map(|entry| entry.expect("because it was listed").path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("because it was listed"));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            text.push_str(&run_commands(
                &std::fs::read_to_string(&path).expect("because it was listed"),
            ));
        }
    }
    text
}

/// The commands of a page and what they print; the rest of the page is prose.
fn run_commands(page: &str) -> String {
    let mut is_run = false;
    let mut commands = String::new();
    for line in page.lines() {
        match line {
            "```console" => is_run = true,
            _ if line.starts_with("```") => is_run = false,
            _ if is_run => commands.push_str(&format!("{line}\n")),
            _ => {}
        }
    }
    commands
}

/// The options of a command and of those below it, each with the words that lead to it.
fn options(command: &Command, path: &str, found: &mut BTreeSet<(String, String)>) {
    let path = format!("{path} {}", command.get_name());
    for argument in command.get_arguments() {
        let long = argument.get_long().map(|word| format!("--{word}"));
        let short = argument.get_short().map(|letter| format!("-{letter}"));
        found.extend(long.into_iter().chain(short).map(|option| (path.clone(), option)));
    }
    for below in command.get_subcommands() {
        options(below, &path, found);
    }
}

/// Whether the option stands in the text as a word of its own.
fn is_used(sources: &str, option: &str) -> bool {
    let is_edge =
        |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && !['-', '_'].contains(&letter));
    sources.match_indices(option).any(|(place, _)| {
        is_edge(sources[..place].chars().next_back()) && is_edge(sources[place + option.len()..].chars().next())
    })
}

#[test]
fn every_option_is_used_by_a_test() {
    let mut found = BTreeSet::new();
    options(&Arguments::command(), "", &mut found);
    let sources = sources();
    let unused: Vec<_> = found.iter().filter(|(_, option)| !is_used(&sources, option)).collect();
    let words: BTreeSet<&String> = found.iter().map(|(_, option)| option).collect();
    println!(
        "{} options of {} commands, {} different words, {} unused",
        found.len(),
        found.iter().map(|(path, _)| path).collect::<BTreeSet<_>>().len(),
        words.len(),
        unused.len()
    );
    assert!(unused.is_empty(), "used by no test: {unused:#?}");
    assert!(words.len() > 40, "only {} options were found", words.len());
    assert!(
        !is_used("x --forceful --dry", "--force") && !is_used("x", "--force") && is_used("[\"--force\"]", "--force")
    );
}

/// The words of a line, as a shell would hand them over.
fn words(line: &str) -> Vec<String> {
    let parts = line.split(['"', '\'']).enumerate();
    let words = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.take_while(|word| word != ">").collect()
}

/// Every command that does something has examples, and each is understood.
fn check_examples(command: &Command, path: &str) {
    let path = format!("{path} {}", command.get_name());
    let examples: Vec<String> = usage::examples(command).collect();
    let needs_words = command.get_subcommands().next().is_some() || command.get_positionals().any(Arg::is_required_set);
    assert!(!examples.is_empty() || !needs_words, "{path} has no example");
    for example in examples {
        let read = Arguments::try_parse_from(words(&example));
        assert!(
            read.is_ok(),
            "{path}: {example}: {}",
            read.err().map(|error| error.to_string()).unwrap_or_default()
        );
    }
    for below in command.get_subcommands() {
        check_examples(below, &path);
    }
}

#[test]
fn examples_are_commands() {
    check_examples(&Arguments::command(), "");
    assert_eq!(
        words("lksearch search 'TOI 1161' > x"),
        ["lksearch", "search", "TOI 1161"]
    );
}

#[test]
fn every_exit_code_is_reached_by_a_test() {
    let sources = sources();
    let is_reached = |code: u8| {
        let spellings = [
            format!("failed({code}, "),
            format!("code, Some({code})"),
            format!("code(), Some({code})"),
            format!("finish(), Some({code})"),
            format!("$ echo $?\n{code}\n"),
        ];
        let num_tests = spellings
            .iter()
            .map(|spelling| sources.matches(spelling.as_str()).count())
            .sum::<usize>();
        println!("exit code {code}: in {num_tests} places");
        num_tests > 0
    };
    let missing: Vec<u8> = ExitStatus::ALL
        .into_iter()
        .map(ExitStatus::code)
        .filter(|code| !is_reached(*code))
        .collect();
    assert!(missing.is_empty(), "reached by no test: {missing:?}");
}
