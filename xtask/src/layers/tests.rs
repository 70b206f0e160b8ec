use super::licences::satisfied;
use super::*;

const PLAN: &str = "\
| crate | its only job | may depend on |
|---|---|---|
| `a` | settle | – |
| `b` | ask | `a` |
| `facade` | join | all above |
| `xtask`, `tests` | automate | `facade`, `b` (feature `x`) |
";

fn arrows(rows: &[(&str, &[&str])]) -> Arrows {
    rows.iter()
        .map(|(source, targets)| (source.to_string(), targets.iter().map(ToString::to_string).collect()))
        .collect()
}

#[test]
fn the_table_is_read_with_groups_notes_and_all_above() {
    let expected = arrows(&[
        ("a", &[]),
        ("b", &["a"]),
        ("facade", &["a", "b"]),
        ("xtask", &["facade", "b"]),
        ("lks-tests", &["facade", "b"]),
    ]);
    assert_eq!(allowed_arrows(PLAN).unwrap(), expected);
}

#[test]
fn an_unlisted_arrow_and_a_missing_crate_are_breaches() {
    let actual = arrows(&[
        ("a", &["b"]),
        ("b", &[]),
        ("facade", &[]),
        ("xtask", &[]),
        ("stranger", &[]),
    ]);
    let breaches = compare(&allowed_arrows(PLAN).unwrap(), &actual).join("\n");
    assert!(breaches.contains("a -> b"), "{breaches}");
    assert!(breaches.contains("crate stranger is not in the table"), "{breaches}");
    assert!(breaches.contains("crate lks-tests is in the table"), "{breaches}");
}

#[test]
fn a_licence_expression_is_met_by_one_alternative_wholly() {
    let is_allowed = |license: &str| matches!(license, "MIT" | "ISC");
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("ISC AND (GPL-3.0 OR MIT)", true),
        ("(GPL-3.0 AND MIT) OR AGPL-3.0", false),
    ] {
        assert_eq!(satisfied(expression, &is_allowed), expected, "{expression}");
    }
}
