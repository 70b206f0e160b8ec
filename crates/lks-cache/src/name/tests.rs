use proptest::prelude::*;

use super::ProductPath;

#[test]
fn names_that_are_not_one_plain_component_are_refused() {
    let long = "x".repeat(256);
    let huge = "x".repeat(200_000);
    let refused = [
        "",
        ".",
        "..",
        "../x",
        "a/../../x",
        "/etc/x",
        "a/b",
        "C:\\x",
        "\\\\srv\\s",
        "..\\x",
        "~",
        "~root",
        "-rf",
        " x",
        "CON",
        "con.fits",
        "Aux.tar.gz",
        "NUL",
        "COM1",
        "lpt9.txt",
        "COM¹",
        "CONIN$",
        "CON .fits",
        "x.",
        "x ",
        "a\0b",
        "a\nb",
        "a\x1bb",
        "a\x7fb",
        "a\u{85}b",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{200f}b",
        "a\u{feff}b",
        "a:b",
        "a*b",
        "a?b",
        "a|b",
        "a<b",
        "a>b",
        "a\"b",
        "x.lks-part",
        "x.LKS-Part",
        &long,
        &huge,
    ];
    for name in refused {
        for (collection, obs_id, filename) in [(name, "o", "f"), ("c", name, "f"), ("c", "o", name)] {
            let error = ProductPath::parse(collection, obs_id, filename).expect_err(name);
            assert_eq!(error.name(), name);
            let shown = error.to_string();
            assert!(
                shown.len() < 1_200 && !shown.contains(['\n', '\u{1b}', '\0', '\u{202e}']),
                "{shown}"
            );
        }
        ProductPath::cutout(name).expect_err(name);
    }
}

#[test]
fn names_that_archives_use_are_taken() {
    let longest = "x".repeat(255);
    let taken = [
        "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        "tess-s0001-4-2_84.291190_-80.469170_6x6_astrocut.fits",
        "kplr010002792-2009259160929_llc.fits",
        "hlsp_k2sff_k2_lightcurve_221312395-c91_kepler_v1_llc.fits",
        "name with spaces.pdf",
        "a+b#c%2F.txt",
        "étoile.fits",
        ".hidden",
        "CONSOLE.txt",
        "COM10",
        "a..b",
        &longest,
    ];
    for name in taken {
        let path = ProductPath::parse("TESS", name, name).expect(name);
        assert_eq!(ProductPath::from_relative(&path.to_string()), Ok(path));
    }
    assert_eq!(
        ProductPath::cutout("a.fits").expect("plain").to_string(),
        "mastDownload/TESSCut/a.fits"
    );
}

#[test]
fn relative_paths_of_another_shape_are_refused() {
    for path in [
        "",
        "mastDownload",
        "mastDownload/a",
        "mastDownload/a/b/c/d",
        "other/a/b/c",
        "/mastDownload/a/b/c",
        "mastDownload//a/b",
    ] {
        ProductPath::from_relative(path).expect_err(path);
    }
}

proptest! {
    #[test]
    fn an_accepted_name_stays_below_the_root(collection in ".{0,20}", obs_id in ".{0,20}", filename in "[./\\\\a~-]{0,8}") {
        if let Ok(path) = ProductPath::parse(&collection, &obs_id, &filename) {
            let relative = path.to_relative();
            let components: Vec<_> = relative.components().collect();
            prop_assert_eq!(components.len(), 4);
            prop_assert!(components.iter().all(|c| matches!(c, std::path::Component::Normal(_))));
        }
    }
}
