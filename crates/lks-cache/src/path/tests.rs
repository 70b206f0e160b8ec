use proptest::prelude::*;

use super::RelativePath;

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
        for components in [[name, "o", "f"], ["c", name, "f"], ["c", "o", name]] {
            let error = RelativePath::from_components(components).expect_err(name);
            assert_eq!(error.name(), name);
            let shown = error.to_string();
            assert!(
                shown.len() < 1_200 && !shown.contains(['\n', '\u{1b}', '\0', '\u{202e}']),
                "{shown}"
            );
        }
        RelativePath::from_components([name]).expect_err(name);
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
        for components in [&[name][..], &["TESS", name, name], &["x"; 7], &["x"; 8]] {
            let path = RelativePath::from_components(components).expect(name);
            assert!(path.components().eq(components.iter().copied()), "{path}");
            assert_eq!(path.filename(), components[components.len() - 1]);
            assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}

#[test]
fn a_path_has_one_to_eight_components() {
    for path in ["", "/", "/a", "a/", "a//b", "./a", "a/b/c/d/e/f/g/h/i"] {
        path.parse::<RelativePath>().expect_err(path);
    }
    RelativePath::from_components([""; 0]).expect_err("of nothing");
    let told = RelativePath::from_components(["x"; 9]).expect_err("nine").to_string();
    assert_eq!(told, "unsafe name \"x/x/x/x/x/x/x/x\": more than eight components");
}

proptest! {
    #[test]
    fn an_accepted_name_stays_below_the_root(first in ".{0,20}", second in ".{0,20}", filename in "[./\\\\a~-]{0,8}") {
        if let Ok(path) = RelativePath::from_components([&first, &second, &filename]) {
            let components: Vec<_> = std::path::Path::new(path.as_str()).components().collect();
            prop_assert_eq!(components.len(), 3);
            prop_assert!(components.iter().all(|c| matches!(c, std::path::Component::Normal(_))));
        }
    }
}
