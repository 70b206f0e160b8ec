mod forbidden;

use anstyle::{AnsiColor, Style};
use proptest::prelude::*;

use super::{Visible, line, text};
use forbidden::is_forbidden;

/// The text with the escapes as the characters that they stand for; of text without backslashes.
fn unescaped(shown: &str) -> String {
    let mut parts = shown.split('\\');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (c, rest) = match part.strip_prefix("u{").and_then(|part| part.split_once('}')) {
            Some((digits, rest)) => (char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap(), rest),
            None => {
                let (letter, rest) = part.split_at(1);
                (
                    if letter == "n" {
                        '\n'
                    } else if letter == "t" {
                        '\t'
                    } else {
                        '\r'
                    },
                    rest,
                )
            }
        };
        text.push(c);
        text.push_str(rest);
    }
    text
}

#[test]
fn every_character_passes_or_is_escaped_as_the_list_says() {
    let mut num_escaped = 0;
    for c in '\0'..=char::MAX {
        let whole = c.to_string();
        assert_eq!(line(&whole) != whole, is_forbidden(c), "{c:?}");
        let is_kept_in_lines = matches!(c, '\n' | '\t');
        assert_eq!(text(&whole) != whole, is_forbidden(c) && !is_kept_in_lines, "{c:?}");
        num_escaped += usize::from(is_forbidden(c));
    }
    assert_eq!(num_escaped, 32 + 33 + 1 + 1 + 2 + 7 + 16 + 1 + 3 + 2 + 128);
}

#[test]
fn what_the_field_writes_stays_as_it_is() {
    for ordinary in [
        "α Cen · RA 287.3° Dec −38.7° · 12′ 3″ e⁻/s µm Å ☉ ⊕",
        "Gaia DR3 123\t4\nσ Ori",
        "Barnardʼs star, 三体, עברית, فارسی می‌خواهم, 👩‍🚀",
        r"C:\data\u{1b}",
    ] {
        assert_eq!(text(ordinary), ordinary);
    }
}

#[test]
fn only_colours_of_ours_are_codes() {
    let mut shown = Visible::of("\u{1b}[31mred\u{9b}2J\n");
    shown.styled(Style::new().fg_color(Some(AnsiColor::Green.into())), "K2\u{1b}[0m");
    assert_eq!(
        shown.as_str(),
        "\\u{1b}[31mred\\u{9b}2J\n\u{1b}[32mK2\\u{1b}[0m\u{1b}[0m"
    );
    assert_eq!(Visible::line("a\r\nb").as_str(), "a\\r\\nb\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_forbidden_comes_out_and_nothing_is_lost(shown in any::<String>()) {
        prop_assert!(!line(&shown).contains(is_forbidden));
        let mut rest = text(&shown).into_owned();
        prop_assert_eq!(&text(&rest), &rest);
        rest.retain(|c| !matches!(c, '\n' | '\t'));
        prop_assert!(!rest.contains(is_forbidden));
        let plain = shown.replace('\\', "/");
        prop_assert_eq!(unescaped(&line(&plain)), plain);
    }

    #[test]
    fn text_from_the_forbidden_and_their_neighbours_is_held_too(shown in "[\\x00-\\x20\\x7e-\\xa1\u{61b}-\u{61d}\u{2000}-\u{2070}\u{feff}\u{fff8}-\u{ffff}a]{0,40}") {
        prop_assert!(!line(&shown).contains(is_forbidden));
        prop_assert_eq!(unescaped(&line(&shown)), shown);
    }

    #[test]
    fn ordinary_text_stays(shown in "[ -~¡-ʯα-ω°·′″⁻–…一-丏\n\t]{0,60}") {
        prop_assert_eq!(text(&shown), &shown[..]);
    }
}
