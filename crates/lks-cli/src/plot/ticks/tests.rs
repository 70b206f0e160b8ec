use super::Ticks;

fn check(points: &[f64], expected: &[&str], note: Option<&str>) {
    let ticks = Ticks::of(points);
    let texts: Vec<String> = points.iter().map(|point| ticks.text(*point)).collect();
    assert_eq!(texts, expected, "{ticks:?}");
    assert_eq!(ticks.note().as_deref(), note);
}

#[test]
fn ticks_have_the_digits_that_one_of_them_needs() {
    check(&[-0.5, 0.0, 0.5, 1.0], &["−0.5", "0.0", "0.5", "1.0"], None);
    check(&[1e-13, 2e-13], &["1.00e−13", "2.00e−13"], None);
    check(&[2_457_000.25, 2_457_000.5], &["2457000.25", "2457000.50"], None);
    check(&[0.0], &["0.00e0"], None);
    check(&[], &[], None);
}

#[test]
fn ticks_that_share_their_first_digits_say_what_is_left() {
    check(
        &[1.0 - 1e-10, 1.0 - 5e-11, 1.0, 1.0 + 5e-11, 1.0 + 1e-10],
        &["−1.0", "−0.5", "0.0", "0.5", "1.0"],
        Some("1 + … × 10⁻¹⁰"),
    );
    check(
        &[-1e12 - 2.0, -1e12, -1e12 + 2.0],
        &["−2", "0", "2"],
        Some("−1000000000000 + …"),
    );
    check(
        &[2_457_000.123456, 2_457_000.123457, 2_457_000.123458],
        &["−4", "−3", "−2"],
        Some("2457000.12346 + … × 10⁻⁶"),
    );
}

#[test]
fn numbers_that_floats_cannot_tell_apart_are_no_trouble() {
    check(&[1.0, 1.0], &["1", "1"], None);
    let next = 1.0 + f64::EPSILON;
    assert_ne!(Ticks::of(&[1.0, next]).text(1.0), Ticks::of(&[1.0, next]).text(next));
}
