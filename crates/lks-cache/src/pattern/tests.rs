use super::Pattern;

#[test]
fn stars_and_question_marks_match_across_slashes() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("*", "a/b", true),
        ("a*c", "abbbc", true),
        ("a*c", "abbb", false),
        ("*_lc.fits", "x_lc.fits", true),
        ("*a*b*c*", "xxaxxbxxcxx", true),
        ("*a*b*c*", "xxaxxcxxbxx", false),
        ("?", "é", true),
        ("??", "é", false),
        ("a?c", "a/c", true),
        ("[a]", "a", false),
        ("*aaab", "aaaaaaaaaaaaab", true),
    ] {
        assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} on {text}");
    }
}

#[test]
fn paths_match_in_full_below_the_data_directory_and_by_name() {
    let path = "TESS/obs/x_lc.fits";
    for pattern in ["x_lc.fits", "TESS/*", "TESS/*/x*", "mastDownload/*", "*.fits"] {
        assert!(Pattern::new(pattern).matches_path("mastDownload", path), "{pattern}");
    }
    for pattern in ["TESS", "obs", "obs/x_lc.fits", "x_lc", "*own*", "files/*"] {
        assert!(!Pattern::new(pattern).matches_path("mastDownload", path), "{pattern}");
    }
}
