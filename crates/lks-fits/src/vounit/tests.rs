use super::vounit;

#[test]
fn units_of_the_missions_have_a_spelling_or_none() {
    for (written, expected) in [
        ("d", Some("d")),
        ("e-/s", Some("electron/s")),
        ("e-/s/pixel", Some("electron.s**-1.pixel**-1")),
        ("electron s-1", Some("electron.s**-1")),
        ("electron / s", Some("electron/s")),
        ("erg s-1 cm-2", Some("erg.s**-1.cm**-2")),
        ("erg.cm**-2.s**-1", Some("erg.cm**-2.s**-1")),
        ("erg/s/cm^2/A", Some("erg.s**-1.cm**-2.Angstrom**-1")),
        ("erg/(s cm2)", Some("erg.s**-1.cm**-2")),
        ("erg / (cm2 s Angstrom)", Some("erg.cm**-2.s**-1.Angstrom**-1")),
        ("W m-2", Some("W.m**-2")),
        ("W m^(-2) um^-1", Some("W.m**-2.um**-1")),
        ("1/d", Some("d**-1")),
        ("/s", Some("s**-1")),
        ("%", Some("%")),
        ("A", Some("A")),
        ("mJy", Some("mJy")),
        ("mag", Some("mag")),
        ("ADU", Some("adu")),
        ("pixels", Some("pixel")),
        ("arcsec / pixel", Some("arcsec/pixel")),
        ("hours", Some("h")),
        ("km/s", Some("km/s")),
        // Two meanings, no meaning, no word.
        ("J/kg K", None),
        ("W/m2.Hz", None),
        ("sigma", None),
        ("ppm", None),
        ("rel", None),
        ("Celsius", None),
        ("m**x", None),
        ("m**", None),
        ("cm^1.5", None),
        ("s-", None),
        ("10**-15 erg", None),
        ("(erg", None),
        ("()", None),
        ("/", None),
        ("é", None),
        ("", None),
    ] {
        assert_eq!(vounit(written).as_deref(), expected, "{written}");
    }
}
