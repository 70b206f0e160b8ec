//! What a file says of how it was made: by which program, when, and of which question.

use std::time::SystemTime;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};

use crate::advice::quoted;
use crate::arguments::{Arguments, Global};

/// Options that say where bytes come from and where a file goes belong to no question.
const HEADINGS_OF_NO_QUESTION: [&str; 3] = ["Global options", "Output", "Download"];

/// This program, with its version.
pub(crate) fn program() -> &'static str {
    concat!("lksearch ", env!("CARGO_PKG_VERSION"))
}

/// The time, UTC, to the second.
pub(crate) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// The command of the program's words, which is the one of this name, as far as it says what is asked: without what says how and whither.
pub(crate) fn question(global: &Global, command: &str) -> String {
    let matches = Arguments::command().get_matches_from(&global.words);
    let words = matches
        .subcommand_matches(command)
        .map(|matches| asked(command, matches))
        .unwrap_or_default();
    let words = ["lksearch".to_owned(), command.to_owned()].into_iter().chain(words);
    words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
}

fn asked(command: &str, matches: &ArgMatches) -> Vec<String> {
    let mut program = Arguments::command();
    program.build();
    let command = program.find_subcommand(command).expect("because it is running");
    let mut words = Vec::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let is_said = matches.try_get_raw(id).is_ok() && matches.value_source(id) == Some(ValueSource::CommandLine);
        let heading = argument.get_help_heading();
        let is_cutout = id == "cutout_size";
        if !is_said || (heading.is_some_and(|heading| HEADINGS_OF_NO_QUESTION.contains(&heading)) && !is_cutout) {
            continue;
        }
        words.extend(argument.get_long().map(|long| format!("--{long}")));
        let has_value = argument.get_action().takes_values();
        let values = matches.get_raw(id).filter(|_| has_value).into_iter().flatten();
        words.extend(values.map(|value| value.to_string_lossy().into_owned()));
    }
    words
}
