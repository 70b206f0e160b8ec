use super::vounit;

#[test]
fn units_of_the_missions_have_a_spelling_or_none() {
    for (written, expected) in [
        ("d", Some("d")),
        ("e-/s", Some("electron/s")),
        ("pixels", Some("pixel")),
        ("arcsec / pixel", Some("arcsec/pixel")),
        ("erg.cm**-2.s**-1", Some("erg.cm**-2.s**-1")),
        ("hours", Some("h")),
        ("sigma", None),
        ("ppm", None),
        ("e-/s/pixel", None),
        ("m**x", None),
        ("", None),
    ] {
        assert_eq!(vounit(written).as_deref(), expected, "{written}");
    }
}
