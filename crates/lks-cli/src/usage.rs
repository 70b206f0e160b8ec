//! What is said of words that make no command: besides what is wrong, the words that would be right and an example.

use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error, Parser};

use crate::arguments::Arguments;
use crate::talk;

/// The words of this process; it ends here if they make no command, or only ask for help.
pub fn arguments() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| explained(error).exit())
}

fn explained(mut error: Error) -> Error {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return error;
    }
    let program = Arguments::command();
    let command = meant(&program);
    let mut tips = match error.remove(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips,
        _ => Vec::new(),
    };
    tips.extend(right_words(error.kind(), command).map(tip));
    tips.extend(examples(command).map(|example| tip(format!("try `{example}`"))));
    if !tips.is_empty() {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

fn tip(text: String) -> StyledStr {
    talk::fitted(&text, "  tip: ".len()).into()
}

/// The command that the words of this process lead to, as far as they lead.
fn meant(program: &Command) -> &Command {
    let words = std::env::args_os().skip(1);
    words.fold(program, |command, word| {
        command.find_subcommand(word).unwrap_or(command)
    })
}

/// The words that would be right where clap does not list them.
fn right_words(kind: ErrorKind, command: &Command) -> Option<String> {
    match kind {
        ErrorKind::InvalidSubcommand => {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            Some(format!("<COMMAND> is one of {}", names.join(", ")))
        }
        ErrorKind::MissingRequiredArgument => first_words(command),
        _ => None,
    }
}

/// The words that a command understands as its first.
fn first_words(command: &Command) -> Option<String> {
    let first = command
        .get_positionals()
        .find(|first| !first.is_hide_possible_values_set())?;
    let values = first.get_possible_values();
    let words: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let name = first.get_value_names()?.first()?;
    (!words.is_empty()).then(|| format!("<{name}> is one of {}", words.join(", ")))
}

/// The examples in the help of a command.
pub fn examples(command: &Command) -> impl Iterator<Item = String> {
    let help = command.get_after_help().map(StyledStr::to_string).unwrap_or_default();
    let lines: Vec<String> = help.lines().map(|line| line.trim().to_owned()).collect();
    lines.into_iter().filter(|line| line.starts_with("lksearch "))
}
