//! Completions for shells: what clap's generators write, and the words that they would leave out.

use std::ffi::OsStr;
use std::fmt::Write;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use clap_complete::Shell;
use lksearch::Kind;

/// A text for which a shell offers these words; others are understood or refused by the one who reads it.
#[derive(Clone)]
pub(crate) struct Suggested(pub fn() -> Vec<&'static str>);

impl TypedValueParser for Suggested {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0().into_iter().map(PossibleValue::new)))
    }
}

/// Kinds of products.
pub(crate) fn kinds() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.name()).chain(["all"]).collect()
}

/// How thoroughly the store looks at its files.
#[cfg(feature = "download")]
pub(crate) fn levels() -> Vec<&'static str> {
    use lksearch::cache::Level;

    Level::ALL.map(Level::as_str).to_vec()
}

/// The keys of the settings.
pub(crate) fn keys() -> Vec<&'static str> {
    lksearch::config::keys().collect()
}

/// The script that a shell reads.
pub(crate) fn script(shell: Shell, program: &mut Command) -> String {
    let mut written = Vec::new();
    clap_complete::generate(shell, program, "lksearch", &mut written);
    let script = String::from_utf8_lossy(&written).into_owned();
    match shell {
        // After a first name `*::` offers no options; `*:` does.
        Shell::Zsh => script.replace("\n'*::", "\n'*:"),
        Shell::Fish => for_fish(script, program),
        _ => script,
    }
}

fn for_fish(script: String, program: &Command) -> String {
    // An option may still wait for its value.
    let mut script = script.replacen("or return\n", "or return 0\n", 1);
    for command in program.get_subcommands() {
        let using = "__fish_lksearch_using_subcommand";
        words_for_fish(&mut script, command, using);
        for part in command.get_subcommands() {
            let seen = format!("{using} {}; and __fish_seen_subcommand_from", command.get_name());
            words_for_fish(&mut script, part, &seen);
        }
    }
    script
}

/// clap's generator for fish knows the words of options only, not those of the first argument of a command.
fn words_for_fish(script: &mut String, command: &Command, condition: &str) {
    let Some(values) = command.get_positionals().next().map(Arg::get_possible_values) else {
        return;
    };
    if values.is_empty() {
        return;
    }
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let described = values.iter().map(|value| match value.get_help() {
        Some(help) => format!("{}\\t'{help}'", value.get_name()),
        None => value.get_name().to_owned(),
    });
    // Writing into a string cannot fail.
    let _ = writeln!(
        script,
        "complete -c lksearch -n \"{condition} {}; and not __fish_seen_subcommand_from {}\" -f -a \"{}\"",
        command.get_name(),
        names.join(" "),
        described.collect::<Vec<_>>().join("\n"),
    );
}
