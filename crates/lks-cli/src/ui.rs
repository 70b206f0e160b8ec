//! Everything said to the person at the terminal: on stderr, so that stdout carries data only.

#[cfg(feature = "download")]
mod bar;
#[cfg(not(feature = "download"))]
mod no_bar;
mod waits;

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use lksearch::http::redact_addresses;

use crate::arguments::{ColorWhen, Global};
use crate::grid::wrap;
use crate::sink;
use crate::visible::{self, Visible};
#[cfg(feature = "download")]
pub(crate) use bar::Line;
#[cfg(not(feature = "download"))]
pub(crate) use no_bar::Line;

/// How much is said.
pub(crate) struct Ui {
    quiet: bool,
    draws_progress: bool,
    said_elsewhere: waits::SaidElsewhere,
}

impl Ui {
    /// As the global options say.
    pub(crate) fn new(global: &Global) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_wanted = !global.quiet && !global.no_progress;
        // With a line for each request there is progress enough, and nothing may be drawn over those.
        let draws_progress = is_wanted && global.verbose == 0 && !dumb && sink::is_stderr_terminal();
        Self {
            quiet: global.quiet,
            draws_progress,
            said_elsewhere: waits::SaidElsewhere::default(),
        }
    }

    /// Something worth knowing.
    pub(crate) fn note(&self, message: impl Display) {
        if !self.quiet {
            say(None, &message);
        }
    }

    /// Something the user should look at.
    pub(crate) fn warning(&self, message: impl Display) {
        if !self.quiet {
            say(Some(("warning", AnsiColor::Yellow)), &message);
        }
    }
}

/// Uses colours as the option says.
pub(crate) fn color(when: ColorWhen) {
    match when {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// So many of a thing, in words: `1 file`, `2 files`.
pub(crate) fn counted(count: impl Into<u64>, thing: &str) -> String {
    match count.into() {
        1 => format!("1 {thing}"),
        several => format!("{several} {thing}s"),
    }
}

/// The first of the names, and how many more there are.
#[cfg(feature = "download")]
pub(crate) fn listed(names: &[impl AsRef<str>], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What stopped the program; on request with everything that led to it.
pub(crate) fn error(message: &dyn std::error::Error, with_causes: bool) {
    say(Some(("error", AnsiColor::Red)), &message);
    let causes = std::iter::successors(message.source(), |cause| cause.source());
    for cause in causes.filter(|_| with_causes) {
        say(None, &format!("  because: {cause}"));
    }
}

/// What failed without stopping the program.
pub(crate) fn failure(message: &str) {
    say(Some(("error", AnsiColor::Red)), &message);
}

/// What to do next.
pub(crate) fn hint(message: &str) {
    say(Some(("hint", AnsiColor::Cyan)), &message);
}

/// The text in lines that fit behind so many blanks on the terminal, if stderr is one.
pub(crate) fn fitted(text: &str, indent: usize) -> String {
    match sink::stderr_width() {
        Some(width) => {
            let lines = wrap(text, usize::from(width).saturating_sub(indent));
            lines.replace('\n', &format!("\n{:indent$}", ""))
        }
        None => text.to_owned(),
    }
}

fn say(label: Option<(&str, AnsiColor)>, message: &dyn Display) {
    let label = label.map(|(word, color)| (word, Style::new().bold().fg_color(Some(color.into()))));
    let text = match label {
        Some((word, _)) => format!("{word}: {message}"),
        None => message.to_string(),
    };
    let text = fitted(&set_off(&visible::text(&redact_addresses(&text))), 0);
    let mut line = Visible::default();
    let rest = match label {
        Some((word, style)) => {
            line.styled(style, word);
            &text[word.len()..]
        }
        None => text.as_str(),
    };
    line.push(format_args!("{rest}\n"));
    sink::print_message(&line);
}

/// The text, of which no line but the first begins as a message does.
fn set_off(text: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| match line.starts_with(' ') || line.is_empty() {
        true => text + "\n" + line,
        false => text + "\n  " + line,
    })
}

/// Where the lines of `-v` are written, each in one piece that begins with its level.
pub(crate) struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        sink::print_message(&logged(&String::from_utf8_lossy(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A line of `-v` with its level in colour.
fn logged(text: &str) -> Visible {
    let (start, rest) = text.split_at(text.len() - text.trim_start().len());
    let (level, rest) = rest.split_at(rest.find(' ').unwrap_or(0));
    let color = match level {
        "ERROR" => AnsiColor::Red,
        "WARN" => AnsiColor::Yellow,
        "INFO" => AnsiColor::Green,
        "DEBUG" => AnsiColor::Blue,
        _ => AnsiColor::Magenta,
    };
    let mut line = Visible::of(start);
    line.styled(Style::new().fg_color(Some(color.into())), level);
    line.push(set_off(rest));
    line
}

#[cfg(test)]
mod tests;
