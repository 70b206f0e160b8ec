//! The filter before every terminal: whatever text comes, nothing in what is shown steers one, and ordinary text is as it was.
#![no_main]

#[allow(dead_code, reason = "the program uses the rest")]
#[path = "../../src/visible.rs"]
mod visible;

#[path = "../../src/visible/tests/forbidden.rs"]
mod forbidden;

use std::fmt::Write;

use forbidden::is_forbidden;
use libfuzzer_sys::fuzz_target;
use visible::{Visible, line, text};

fuzz_target!(|pieces: (&str, &str)| {
    let (first, second) = pieces;
    for piece in [first, second] {
        let shown = line(piece);
        assert!(!shown.contains(is_forbidden), "one line steers a terminal");
        assert_eq!(line(&shown), shown, "an escape is escaped again");
        let shown = text(piece);
        assert!(!shown.replace(['\n', '\t'], "").contains(is_forbidden), "text steers a terminal");
        assert_eq!(text(&shown), shown, "an escape is escaped again");
        let is_ordinary = !piece.replace(['\n', '\t'], "").contains(is_forbidden);
        assert_eq!(is_ordinary, shown == piece, "ordinary text was changed, or other text was not");
        assert_eq!(shown.matches('\n').count(), piece.matches('\n').count(), "a line was lost or won");
    }
    let mut written = Visible::of(first);
    write!(written, "{second}").expect("because a string takes all");
    assert_eq!(written.as_str(), text(&format!("{first}{second}")), "it matters where text is cut");
    assert_eq!(Visible::line(first).as_str().matches('\n').count(), 1, "a line is not one line");
});
