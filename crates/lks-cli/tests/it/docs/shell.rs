//! Runs the commands of a page in one shell, in an empty home.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::home::{HOME_ON_PAGES, Home};

/// What a command printed, and the code it ended with.
pub(super) struct Answer {
    pub output: String,
    pub code: i32,
}

/// What a page may use besides the program: it is run as it stands, on the machine of whoever tests.
const PROGRAMS: [&str; 16] = [
    "cat", "cd", "cp", "cut", "echo", "export", "find", "grep", "head", "ls", "mkdir", "printf", "sed", "touch",
    "truncate", "wc",
];

/// Ends the output of a command; no program of a page prints it.
const END: char = '\u{1e}';

/// Runs the commands one after the other. What they print on stdout and stderr comes in the order in which it is written.
pub(super) fn answers<'a>(commands: impl Iterator<Item = &'a str>) -> Result<Vec<Answer>, String> {
    answers_with(commands, &[])
}

/// The same, of commands that may use these programs too.
pub(super) fn answers_with<'a>(
    commands: impl Iterator<Item = &'a str>,
    programs: &[&str],
) -> Result<Vec<Answer>, String> {
    let home = Home::as_on_pages();
    let home_path = home.path("").display().to_string().trim_end_matches('/').to_owned();
    let mut script = "exec 2>&1\n".to_owned();
    let mut num_commands = 0;
    for command in commands {
        let program = command.split_whitespace().next().unwrap_or_default();
        // `cargo run … --` is the program before it is installed.
        let words = command
            .strip_prefix("cargo run ")
            .and_then(|rest| rest.split_once("-- "));
        let command = match words {
            Some((_, words)) => format!("lksearch {words}"),
            None if program == "lksearch" || PROGRAMS.contains(&program) || programs.contains(&program) => {
                command.to_owned()
            }
            None => {
                return Err(format!(
                    "`{command}`: pages do not run {program}; mark the block `console,not-run`"
                ));
            }
        };
        script.push_str(&command.replace(HOME_ON_PAGES, &home_path));
        script.push_str("\nlks_code=$?; printf '\\n\\036%s\\n' \"$lks_code\"; (exit \"$lks_code\")\n");
        num_commands += 1;
    }
    if num_commands == 0 {
        return Ok(Vec::new());
    }
    let program = Path::new(env!("CARGO_BIN_EXE_lksearch"));
    let folder = program.parent().expect("because a program lies in a folder");
    let ran = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .env("HOME", &home_path)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .current_dir(&home_path)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run sh: {error}"))?;
    let text = String::from_utf8_lossy(&ran.stdout).replace(&home_path, HOME_ON_PAGES);
    let answers = split(&text);
    match answers.len() == num_commands {
        true => Ok(answers),
        false => Err(format!(
            "the shell stopped after {} of {num_commands} commands: {text}{}",
            answers.len(),
            String::from_utf8_lossy(&ran.stderr)
        )),
    }
}

/// Cuts the output of the whole page at the marks behind each command.
fn split(text: &str) -> Vec<Answer> {
    let mut pieces = text.split(END);
    let mut output = pieces.next().unwrap_or_default();
    let mut answers = Vec::new();
    for piece in pieces {
        let Some((code, rest)) = piece.split_once('\n') else {
            break;
        };
        answers.push(Answer {
            output: output.strip_suffix('\n').unwrap_or(output).to_owned(),
            code: code.parse().unwrap_or(i32::MAX),
        });
        output = rest;
    }
    answers
}
