use super::{logged, set_off};

#[test]
fn later_lines_of_a_message_do_not_look_like_a_new_one() {
    for (message, shown) in [
        ("one line", "one line"),
        (
            "no such file\nerror: nothing is wrong",
            "no such file\n  error: nothing is wrong",
        ),
        ("here:\n  a > 1\n    ^\n", "here:\n  a > 1\n    ^\n"),
        ("", ""),
    ] {
        assert_eq!(set_off(message), shown);
    }
}

#[test]
fn a_line_of_v_has_no_colour_but_that_of_its_level() {
    let plain = " INFO asking service=\"a\u{1b}[31m\nERROR b\u{9b}\"\n";
    assert_eq!(
        logged(plain).as_str(),
        " \u{1b}[32mINFO\u{1b}[0m asking service=\"a\\u{1b}[31m\n  ERROR b\\u{9b}\"\n"
    );
}
