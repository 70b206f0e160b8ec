//! Everything said to the person at the terminal: on stderr, so that stdout carries data only.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lksearch::{Event, Progress};

use crate::arguments::{ColorWhen, Global};
use crate::grid::shorten;

/// Columns for the name of a file beside the bar.
const NAME_ROOM: usize = 24;

/// How much is said.
pub struct Talk {
    quiet: bool,
    draws_progress: bool,
}

impl Talk {
    /// As the global options say.
    pub fn new(global: &Global) -> Self {
        match global.color {
            ColorWhen::Auto => anstream::ColorChoice::Auto,
            ColorWhen::Always => anstream::ColorChoice::Always,
            ColorWhen::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let draws_progress = !global.quiet && !global.no_progress && !dumb && std::io::stderr().is_terminal();
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

    /// The bar of a download.
    pub fn bar(&self) -> Bar {
        let target = if self.draws_progress {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let template = "{bar:24} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} {msg}";
        bar.set_style(
            ProgressStyle::with_template(template)
                .expect("because the template is a literal")
                .progress_chars("━━╌"),
        );
        Bar {
            bar,
            quiet: self.quiet,
            state: Mutex::default(),
        }
    }
}

/// What stopped the program; on request with everything that led to it.
pub fn error(message: &dyn std::error::Error, with_causes: bool) {
    say(Some(("error", AnsiColor::Red)), &message);
    let causes = std::iter::successors(message.source(), |cause| cause.source());
    for cause in causes.filter(|_| with_causes) {
        say(None, &format!("  because: {cause}"));
    }
}

fn say(label: Option<(&str, AnsiColor)>, message: &dyn Display) {
    let mut stderr = anstream::stderr().lock();
    let written = match label {
        Some((word, color)) => {
            let style = Style::new().bold().fg_color(Some(color.into()));
            writeln!(stderr, "{style}{word}{style:#}: {message}")
        }
        None => writeln!(stderr, "{message}"),
    };
    // There is nobody left to tell that stderr is closed.
    drop(written);
}

/// One bar for a batch: files and bytes.
pub struct Bar {
    bar: ProgressBar,
    quiet: bool,
    state: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    n_files: usize,
    n_done: usize,
    begun: HashSet<usize>,
    received: HashMap<usize, u64>,
}

impl Progress for Bar {
    fn event(&self, event: Event) {
        let mut counts = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            Event::Begun { n_files, n_bytes } => {
                counts.n_files = n_files;
                self.bar.set_length(n_bytes);
                self.bar.enable_steady_tick(Duration::from_millis(200));
            }
            Event::FileBegun { row, name, .. } => {
                counts.begun.insert(row);
                let message = format!("{}/{} {}", counts.n_done, counts.n_files, shorten(&name, NAME_ROOM));
                self.bar.set_message(message);
            }
            Event::Received { row, bytes, .. } => {
                counts.received.insert(row, bytes);
                let total = counts.received.values().sum();
                // The table's sizes are advice: the bar must not end before the bytes do.
                if self.bar.length().is_some_and(|length| length < total) {
                    self.bar.set_length(total);
                }
                self.bar.set_position(total);
            }
            Event::Waiting {
                host, pause, reason, ..
            } => {
                let message = if host.is_empty() {
                    reason
                } else {
                    format!("{host} asks to wait {} s: {reason}", pause.as_secs())
                };
                self.bar.set_message(message);
            }
            // Rows that came from the cache or were not wanted are done with, too, but are no files of this bar.
            Event::FileDone { row, .. } if !counts.begun.remove(&row) => {}
            Event::FileDone { .. } => {
                counts.n_done += 1;
                self.bar
                    .set_message(format!("{}/{} files", counts.n_done, counts.n_files));
            }
            Event::Warning(message) if !self.quiet => {
                self.bar.suspend(|| say(Some(("warning", AnsiColor::Yellow)), &message))
            }
            Event::Warning(_) => {}
            Event::Finished => self.bar.finish_and_clear(),
        }
    }
}
