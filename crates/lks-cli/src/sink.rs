//! The only place that has hold of stdout and stderr. People are shown [`Visible`] text there, whether it is a terminal, a pipe or a file
//! that they may look at in one; what a format for programs holds goes out as it is.
#![allow(clippy::disallowed_methods, reason = "nobody else may")]

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use indicatif::ProgressDrawTarget;
use terminal_size::{Width, terminal_size_of};

use crate::visible::Visible;

/// Shows text on stdout; colours only where they can be seen. A reader that has seen enough, such as `head`, is not a failure.
pub(crate) fn print(text: &Visible) -> io::Result<()> {
    match AutoStream::auto(io::stdout().lock()).write_all(text.as_str().as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Shows text on stderr; colours only where they can be seen.
pub(crate) fn print_message(text: &Visible) {
    // There is nobody left to tell that stderr is closed.
    drop(anstream::stderr().lock().write_all(text.as_str().as_bytes()));
}

/// Shows a command line that clap refuses, or the help that was asked for, and gives the exit code. Clap has seen no word but filtered ones.
pub(crate) fn end(error: &clap::Error) -> u8 {
    // There is nobody left to tell that stdout is closed.
    drop(error.print());
    flush();
    u8::try_from(error.exit_code()).unwrap_or(u8::MAX)
}

/// Shows what is not shown yet: at the end of `main` the system does, but not where another language runs the program.
pub(crate) fn flush() {
    drop(io::stdout().flush());
}

/// Where a format for programs is written.
pub(crate) fn data() -> io::Stdout {
    io::stdout()
}

/// Where lines that move are drawn.
pub(crate) fn drawing() -> ProgressDrawTarget {
    ProgressDrawTarget::stderr()
}

/// Whether stdout is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether stderr is a terminal.
pub(crate) fn is_stderr_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Columns of the terminal that stdout is.
pub(crate) fn width() -> Option<u16> {
    terminal_size_of(io::stdout()).map(|(Width(width), _)| width)
}

/// Columns of the terminal that stderr is.
pub(crate) fn stderr_width() -> Option<u16> {
    terminal_size_of(io::stderr()).map(|(Width(width), _)| width)
}
