use super::*;

const RULES: &str = r#"
[graph]
targets = []

[licenses]
allow = []

[bans]
deny = [{ crate = "cc", wrappers = ["c-sys"] }]

[bans.build]
allow-build-scripts = ["c-sys", "gone", "plain"]
"#;

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn a_new_script_a_vain_entry_and_new_c_are_breaches() {
    let rules: Rules = toml::from_str(RULES).unwrap();
    let scripts = BuildScripts {
        all: set(&["c-sys", "new", "new-sys", "plain"]),
        compile_c: set(&["c-sys", "new-sys"]),
    };
    let breaches = scripts.compare(&rules);
    let begin: Vec<&str> = breaches
        .iter()
        .map(|breach| &breach[..breach.find(" and ").unwrap()])
        .collect();
    assert_eq!(
        begin,
        [
            "new runs a build script",
            "new-sys runs a build script",
            "gone is in `allow-build-scripts` of deny.toml",
            "new-sys compiles C",
        ]
    );
}

#[test]
fn lines_of_the_tree_give_name_and_version() {
    assert_eq!(name_and_version("serde v1.0.229"), Some(("serde", "1.0.229")));
    assert_eq!(name_and_version("figment v0.10.19 (*)"), Some(("figment", "0.10.19")));
    assert_eq!(name_and_version(""), None);
}
