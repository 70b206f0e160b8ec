//! The filter before every terminal: whatever text comes, nothing in what is shown steers one, and ordinary text is as it was.
#![no_main]

#[allow(dead_code, reason = "the program uses the rest")]
#[path = "../../src/visible.rs"]
mod visible;

use std::fmt::Write;

use libfuzzer_sys::fuzz_target;
use visible::{Visible, line, text};

fuzz_target!(|pieces: (&str, &str)| {
    let (first, second) = pieces;
    for piece in [first, second] {
        let shown = line(piece);
        assert!(!shown.contains(steers), "one line steers a terminal");
        assert_eq!(line(&shown), shown, "an escape is escaped again");
        let shown = text(piece);
        assert!(!shown.replace(['\n', '\t'], "").contains(steers), "text steers a terminal");
        assert_eq!(text(&shown), shown, "an escape is escaped again");
        let is_ordinary = !piece.replace(['\n', '\t'], "").contains(steers);
        assert_eq!(is_ordinary, shown == piece, "ordinary text was changed, or other text was not");
        assert_eq!(shown.matches('\n').count(), piece.matches('\n').count(), "a line was lost or won");
    }
    let mut written = Visible::of(first);
    write!(written, "{second}").expect("because a string takes all");
    assert_eq!(written.as_str(), text(&format!("{first}{second}")), "it matters where text is cut");
    assert_eq!(Visible::line(first).as_str().matches('\n').count(), 1, "a line is not one line");
});

/// Everything that may not pass, written down apart from the filter.
fn steers(c: char) -> bool {
    let forbidden = [
        0x00..=0x1f,
        0x7f..=0x9f,
        0x61c..=0x61c,
        0x200b..=0x200b,
        0x200e..=0x200f,
        0x2028..=0x202e,
        0x2060..=0x206f,
        0xfeff..=0xfeff,
        0xfff9..=0xfffb,
        0xfffe..=0xffff,
        0xe0000..=0xe007f,
    ];
    forbidden.iter().any(|range| range.contains(&u32::from(c)))
}
