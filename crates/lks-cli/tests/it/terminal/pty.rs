//! A pseudo terminal with a program in it, and what its screen shows.

use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use vt100::{Color, Parser};

/// Lines of the screen: enough for a command and what it prints.
const HEIGHT: NonZero<u16> = NonZero::new(120).expect("because it is a literal");

/// A terminal in which a program runs.
pub(crate) struct Terminal {
    controller: File,
    parser: Parser,
    pub child: Child,
    /// Every byte that the program wrote.
    pub written: Vec<u8>,
    width: u16,
}

impl Terminal {
    /// Starts the program in a terminal of so many columns.
    pub(crate) fn start(mut command: Command, width: u16) -> std::io::Result<Self> {
        let columns = NonZero::new(width).expect("because a terminal has columns");
        let controller: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&controller)?;
        unlockpt(&controller)?;
        let size = Winsize {
            ws_row: HEIGHT.get(),
            ws_col: width,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&controller, size)?;
        let name = ptsname(&controller, Vec::new())?;
        let path = std::path::Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let inside = File::options().read(true).write(true).open(path)?;
        command
            .stdin(inside.try_clone()?)
            .stdout(inside.try_clone()?)
            .stderr(inside);
        let child = command.spawn()?;
        Ok(Self {
            controller: controller.into(),
            parser: Parser::new(HEIGHT, columns, 0),
            child,
            written: Vec::new(),
            width,
        })
    }

    /// Waits for the program to write and shows the screen; nothing when the program has ended.
    pub(crate) fn next_frame(&mut self) -> Option<String> {
        let mut bytes = [0; 4096];
        // Linux tells with an error that nobody has the terminal open any more.
        let num_read = self.controller.read(&mut bytes).unwrap_or(0);
        self.written.extend_from_slice(&bytes[..num_read]);
        self.parser.process(&bytes[..num_read]);
        (num_read > 0).then(|| self.text())
    }

    /// Lets the program run to its end; gives back its exit code.
    pub(crate) fn finish(&mut self) -> Option<i32> {
        while self.next_frame().is_some() {}
        self.child.wait().expect("because it was started").code()
    }

    /// The screen as text, without blanks at the ends of lines and without the empty lines below.
    pub(crate) fn text(&self) -> String {
        let lines: Vec<String> = self.parser.screen().rows(0, self.width).collect();
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Whether no line went on in the next one.
    pub(crate) fn is_unwrapped(&self) -> bool {
        (0..HEIGHT.get()).all(|row| !self.parser.screen().row_wrapped(row))
    }

    /// The screen with its colours, as `<green>K2</>`.
    pub(crate) fn colored(&self) -> String {
        let mut lines = Vec::new();
        for row in 0..HEIGHT.get() {
            let (mut line, mut current) = (String::new(), String::new());
            for cell in (0..self.width).filter_map(|column| self.parser.screen().cell(row, column)) {
                let style = match (cell.fgcolor(), cell.bold(), cell.dim()) {
                    (Color::Idx(index), bold, _) => color(index, bold),
                    (_, true, _) => "bold".to_owned(),
                    (_, _, true) => "dim".to_owned(),
                    _ => String::new(),
                };
                if style != current {
                    line.push_str(if current.is_empty() { "" } else { "</>" });
                    if !style.is_empty() {
                        line.push_str(&format!("<{style}>"));
                    }
                    current = style;
                }
                if !cell.is_wide_continuation() {
                    line.push_str(if cell.has_contents() { cell.contents() } else { " " });
                }
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n").trim_end().to_owned()
    }
}

fn color(index: u8, bold: bool) -> String {
    let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    let name = names[usize::from(index % 8)];
    let bright = if index >= 8 { "bright " } else { "" };
    let bold = if bold { "bold " } else { "" };
    format!("{bold}{bright}{name}")
}
