//! Everything said to the person at the terminal: on stderr, so that stdout carries data only.

mod bar;

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::{ColorWhen, Global};
use crate::grid::wrap;

pub use bar::Bar;

/// How much is said.
pub struct Talk {
    quiet: bool,
    draws_progress: bool,
}

impl Talk {
    /// As the global options say.
    pub fn new(global: &Global) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_wanted = !global.quiet && !global.no_progress;
        // With a line for each request there is progress enough, and nothing may be drawn over those.
        let draws_progress = is_wanted && global.verbose == 0 && !dumb && std::io::stderr().is_terminal();
        Self {
            quiet: global.quiet,
            draws_progress,
        }
    }

    /// Something worth knowing.
    pub fn note(&self, message: impl Display) {
        if !self.quiet {
            say(None, &message);
        }
    }

    /// Something the user should look at.
    pub fn warning(&self, message: impl Display) {
        if !self.quiet {
            say(Some(("warning", AnsiColor::Yellow)), &message);
        }
    }

    /// The display of a download; it draws nothing where nobody sees it.
    pub fn bar(&self) -> Bar {
        Bar::new(self.draws_progress, self.quiet)
    }

    /// One line that tells how far something is; it draws nothing where nobody sees it.
    pub fn line(&self) -> ProgressBar {
        let target = match self.draws_progress {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let line = ProgressBar::with_draw_target(None, target);
        line.set_style(ProgressStyle::with_template("{msg}").expect("because the template is made of known keys"));
        line
    }
}

/// Uses colours as the option says.
pub fn color(when: ColorWhen) {
    match when {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// What stopped the program; on request with everything that led to it.
pub fn error(message: &dyn std::error::Error, with_causes: bool) {
    say(Some(("error", AnsiColor::Red)), &message);
    let causes = std::iter::successors(message.source(), |cause| cause.source());
    for cause in causes.filter(|_| with_causes) {
        say(None, &format!("  because: {cause}"));
    }
}

/// What failed without stopping the program.
pub fn failure(message: &str) {
    say(Some(("error", AnsiColor::Red)), &message);
}

/// What to do next.
pub fn hint(message: &str) {
    say(Some(("hint", AnsiColor::Cyan)), &message);
}

/// The text in lines that fit behind so many blanks on the terminal, if stderr is one.
pub fn fitted(text: &str, indent: usize) -> String {
    match terminal_size::terminal_size_of(std::io::stderr()) {
        Some((width, _)) => {
            let lines = wrap(text, usize::from(width.0).saturating_sub(indent));
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
    let text = fitted(&text, 0);
    let mut stderr = anstream::stderr().lock();
    let written = match label {
        Some((word, style)) => writeln!(stderr, "{style}{word}{style:#}{}", &text[word.len()..]),
        None => writeln!(stderr, "{text}"),
    };
    // There is nobody left to tell that stderr is closed.
    drop(written);
}
