//! What is said of words that make no command: besides what is wrong, the words that would be right and an example.

use std::ffi::OsString;

use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error, Parser};
use lksearch::http::{redact_address, redact_addresses};

use crate::arguments::Arguments;
use crate::visible;
use crate::{sink, ui};

/// What the words say.
///
/// # Errors
/// The exit code, if they make no command, or only ask for help; it was shown.
pub(crate) fn arguments(words: Vec<OsString>) -> Result<Arguments, u8> {
    match Arguments::try_parse_from(&words) {
        Ok(mut arguments) => {
            arguments.global.words = words;
            Ok(arguments)
        }
        Err(error) => Err(sink::end(&explained(echoed(error, &words), &words))),
    }
}

/// The error without what would steer a terminal or opens doors in the words that it repeats.
fn echoed(error: Error, words: &[OsString]) -> Error {
    let shown = |word: &OsString| {
        let text = word.to_string_lossy();
        match visible::line(&redact_address(&text)) {
            shown if shown == text => word.clone(),
            shown => shown.into_owned().into(),
        }
    };
    let shown: Vec<OsString> = words.iter().map(shown).collect();
    if shown == words {
        return error;
    }
    match Arguments::try_parse_from(shown) {
        Err(of_shown) if of_shown.kind() == error.kind() => of_shown,
        _ => Error::raw(error.kind(), visible::text(&redact_addresses(&error.to_string()))),
    }
}

fn explained(mut error: Error, words: &[OsString]) -> Error {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return error;
    }
    let program = Arguments::command();
    let command = meant(&program, words);
    let mut tips = match error.remove(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips,
        _ => Vec::new(),
    };
    if error.kind() == ErrorKind::MissingSubcommand {
        error.insert(
            ContextKind::ValidSubcommand,
            ContextValue::Strings(names_below(command)),
        );
    }
    tips.extend(elsewhere(&error, &program).map(tip));
    tips.extend(right_words(&error, command).map(tip));
    tips.extend(examples(command).map(|example| tip(format!("try `{example}`"))));
    if !tips.is_empty() {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

fn tip(text: String) -> StyledStr {
    ui::fitted(&text, "  tip: ".len()).into()
}

/// The command that the words lead to, as far as they lead.
fn meant<'a>(program: &'a Command, words: &[OsString]) -> &'a Command {
    words.iter().skip(1).fold(program, |command, word| {
        command.find_subcommand(word).unwrap_or(command)
    })
}

/// The names of the commands below this one, without those that mean the same.
fn names_below(command: &Command) -> Vec<String> {
    command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect()
}

/// Where a word that is not a command here would be one: `fits info` for `info`.
fn elsewhere(error: &Error, program: &Command) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let places = program
        .get_subcommands()
        .filter(|command| command.find_subcommand(word).is_some());
    let places: Vec<String> = places
        .map(|command| format!("`lksearch {} {word}`", command.get_name()))
        .collect();
    (!places.is_empty()).then(|| format!("there is {}", places.join(" and ")))
}

/// The words that would be right where clap does not list them.
fn right_words(error: &Error, command: &Command) -> Option<String> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => Some(format!("<COMMAND> is one of {}", names_below(command).join(", "))),
        ErrorKind::MissingRequiredArgument => {
            let (name, words) = first_words(command)?;
            let is_missing = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::Strings(missing)) => missing.iter().any(|argument| argument.contains(&name)),
                _ => true,
            };
            is_missing.then(|| format!("{name} is one of {words}"))
        }
        _ => None,
    }
}

/// How the first word of a command is written in its usage, and the words that it may be.
fn first_words(command: &Command) -> Option<(String, String)> {
    let first = command
        .get_positionals()
        .find(|first| !first.is_hide_possible_values_set())?;
    let values = first.get_possible_values();
    let words: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let name = first.get_value_names()?.first()?;
    (!words.is_empty()).then(|| (format!("<{name}>"), words.join(", ")))
}

/// The examples in the help of a command.
pub(crate) fn examples(command: &Command) -> impl Iterator<Item = String> {
    let help = command.get_after_help().map(StyledStr::to_string).unwrap_or_default();
    let lines: Vec<String> = help.lines().map(|line| line.trim().to_owned()).collect();
    lines.into_iter().filter(|line| line.starts_with("lksearch "))
}
