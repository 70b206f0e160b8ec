//! One display for a batch of files: a line for each that is being fetched, and below them one line for all.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anstyle::AnsiColor;
use indicatif::{
    HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressState, ProgressStyle,
};
use lksearch::{Event, Progress};

use super::waits::Said;
use super::{Ui, counted, say};
use crate::grid::shorten;
use crate::{sink, visible};

/// Files that have a line of their own; more would push everything else off the terminal.
const MOST_LINES: usize = 8;
/// Columns that the count of files takes, with the blanks beside it.
const FILES_ROOM: usize = 17;
/// Columns that bytes, speed and time left take.
const BYTES_ROOM: usize = 46;
/// Columns of the bar where there is room enough, and where it is left out.
const BAR_ROOM: std::ops::RangeInclusive<usize> = 6..=28;

/// Where nothing is drawn, a wait of so long is said.
const SAID_FROM: Duration = Duration::from_secs(1);

/// The display of a download.
pub(crate) struct Bar {
    lines: MultiProgress,
    total: Line,
    width: usize,
    is_drawn: bool,
    quiet: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    num_files: usize,
    num_done: usize,
    /// Bytes that came, by row.
    received: HashMap<usize, u64>,
    num_received: u64,
    active: HashMap<usize, File>,
    said: Said,
}

/// A file that is being fetched.
struct File {
    name: String,
    size: Option<u64>,
    line: Option<Line>,
}

impl Ui {
    /// The display of a download; it draws nothing where nobody sees it.
    pub(crate) fn bar(&self) -> Bar {
        Bar::new(self.draws_progress, self.quiet)
    }

    /// One line that tells how far something is; it draws nothing where nobody sees it.
    pub(crate) fn line(&self) -> Line {
        let target = match self.draws_progress {
            true => sink::drawing(),
            false => ProgressDrawTarget::hidden(),
        };
        Line::new(ProgressBar::with_draw_target(None, target), "{msg}")
    }
}

impl Bar {
    /// A display on stderr, or one that draws nothing.
    pub(crate) fn new(is_drawn: bool, quiet: bool) -> Self {
        let target = if is_drawn {
            sink::drawing()
        } else {
            ProgressDrawTarget::hidden()
        };
        let lines = MultiProgress::with_draw_target(target);
        let width = sink::stderr_width().map_or(80, usize::from);
        let bar_room = width.saturating_sub(FILES_ROOM + BYTES_ROOM + 1).min(*BAR_ROOM.end());
        let bytes_room = width.saturating_sub(FILES_ROOM + 1).min(BYTES_ROOM);
        let bar = match BAR_ROOM.contains(&bar_room) {
            true => format!("{{bar:{bar_room}}} "),
            false => String::new(),
        };
        let template = format!("{bar}{{msg}}  {{bytes_and_time:{bytes_room}!}}");
        let total = lines.add(ProgressBar::new(0).with_finish(ProgressFinish::AndClear));
        let total = Line::new(total, &template);
        Self {
            lines,
            total,
            width,
            is_drawn,
            quiet,
            state: Mutex::default(),
        }
    }

    /// Writes the line of a file, which gets one if there is room.
    fn show(&self, state: &mut State, row: usize, status: &str) {
        let num_lines = state.active.values().filter(|file| file.line.is_some()).count();
        let Some(file) = state.active.get_mut(&row) else {
            return;
        };
        if file.line.is_none() && num_lines < MOST_LINES {
            let line = ProgressBar::no_length().with_finish(ProgressFinish::AndClear);
            let line = self.lines.insert_before(&self.total.0, line);
            file.line = Some(Line::new(line, "  {msg}"));
        }
        if let Some(line) = &file.line {
            let status = visible::line(status);
            let text = format!(
                "{}  {status}",
                shorten(&file.name, self.width.saturating_sub(6 + status.len()).max(12))
            );
            line.set_message(&shorten(&text, self.width.saturating_sub(3)));
        }
    }
}

/// A line that moves.
pub(crate) struct Line(ProgressBar);

impl Line {
    /// A line in which the text stands as the template, which is ours, says.
    pub(crate) fn new(line: ProgressBar, template: &str) -> Self {
        let style = ProgressStyle::with_template(template).expect("because the template is made of known keys");
        let style = style.progress_chars("━━╌");
        line.set_style(style.with_key("bytes_and_time", bytes_and_time));
        Self(line)
    }

    /// Replaces the text.
    #[allow(clippy::disallowed_methods, reason = "the text is filtered here")]
    pub(crate) fn set_message(&self, text: &str) {
        self.0.set_message(visible::line(text).into_owned());
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// Bytes, speed and time left of the whole batch, as far as there is something to reckon with.
fn bytes_and_time(state: &ProgressState, text: &mut dyn Write) {
    let (bytes, speed) = (state.pos(), state.per_sec());
    // There is no harm in a display that is not written.
    let _ = write!(text, "{}", of_size(bytes, state.len()));
    if bytes > 0 && speed >= 1.0 {
        let (speed, left) = (bytesize::ByteSize(speed as u64), HumanDuration(state.eta()));
        let _ = write!(text, "  {speed}/s  {left:#} left");
    }
}

fn of_size(bytes: u64, size: Option<u64>) -> String {
    let bytes = bytesize::ByteSize(bytes);
    match size {
        Some(size) => format!("{bytes} of {}", bytesize::ByteSize(size)),
        None => bytes.to_string(),
    }
}

impl Progress for Bar {
    fn event(&self, event: Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        match event {
            Event::Begun { num_files, num_bytes } => {
                state.num_files = num_files;
                // Where everything is here there is nothing to draw.
                if num_files > 0 {
                    self.total.0.set_length(num_bytes);
                    self.total
                        .set_message(&format!("0/{}", counted(num_files as u64, "file")));
                    self.total.0.enable_steady_tick(Duration::from_millis(200));
                }
            }
            Event::FileBegun { row, name, size, .. } => {
                let name = visible::line(&name).into_owned();
                state.active.insert(row, File { name, size, line: None });
                self.show(state, row, &of_size(0, size));
            }
            Event::Received { row, bytes, .. } => {
                let before = state.received.insert(row, bytes).unwrap_or(0);
                state.num_received += bytes.saturating_sub(before);
                let total = state.num_received;
                // The table's sizes are advice: the bar must not end before the bytes do.
                if self.total.0.length().is_some_and(|length| length < total) {
                    self.total.0.set_length(total);
                }
                self.total.0.set_position(total);
                let size = state.active.get(&row).and_then(|file| file.size);
                self.show(state, row, &of_size(bytes, size));
            }
            Event::Waiting {
                row,
                host,
                pause,
                reason,
            } => {
                let whom = host.as_ref().map_or(String::new(), |host| format!(" for {host}"));
                let status = format!("waits {} s{whom}: {reason}", pause.as_secs_f64().ceil());
                if self.is_drawn {
                    self.show(state, row, &status);
                } else if !self.quiet && pause >= SAID_FROM && state.said.is_time(host) {
                    say(None, &status);
                }
            }
            Event::FileDone { row, .. } => {
                // Rows that came from the cache or were not wanted are not counted here.
                if let Some(file) = state.active.remove(&row) {
                    state.num_done += 1;
                    if let Some(line) = file.line {
                        line.end();
                        self.lines.remove(&line.0);
                    }
                    self.total.set_message(&format!(
                        "{}/{}",
                        state.num_done,
                        counted(state.num_files as u64, "file")
                    ));
                }
            }
            Event::Warning(message) if !self.quiet => {
                self.lines
                    .suspend(|| say(Some(("warning", AnsiColor::Yellow)), &message));
            }
            Event::Warning(_) => {}
            Event::Finished => {
                self.total.end();
                drop(self.lines.clear());
            }
            // The events may grow; one that is new here changes nothing of what is drawn.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_moves_is_one_line_and_steers_nothing() {
        let line = Line::new(ProgressBar::hidden(), "{msg}");
        line.set_message("a\u{1b}[2J\nb\u{202e}");
        assert_eq!(line.0.message(), "a\\u{1b}[2J\\nb\\u{202e}");
    }
}
