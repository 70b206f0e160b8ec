use super::*;

#[test]
fn lines_are_added_up_by_crate_and_tests_do_not_count() {
    let file = |name: &str, count: u64, covered: u64| {
        format!(
            r#"{{"filename":"/w/crates/{name}","summary":{{"lines":{{"count":{count},"covered":{covered},"percent":0}}}}}}"#
        )
    };
    let files = [
        file("lks-a/src/one.rs", 10, 9),
        file("lks-a/src/two/three.rs", 10, 6),
        file("lks-a/src/one/tests.rs", 50, 50),
        file("lks-a/tests/it/main.rs", 50, 50),
        file("lks-b/src/lib.rs", 4, 4),
    ];
    let export = serde_json::from_str(&format!(r#"{{"data":[{{"files":[{}]}}]}}"#, files.join(","))).unwrap();
    let crates = by_crate(&export, "/w");
    assert_eq!(crates.len(), 2);
    assert_eq!(crates.get("lks-a"), Some(&Lines { count: 20, covered: 15 }));
    assert_eq!(percent(crates["lks-a"]), "75.0 %");
}

#[test]
fn programs_are_found_in_cargos_messages() {
    let messages = "{\"reason\":\"compiler-artifact\",\"executable\":\"/t/it-1\"}\n{\"executable\":null}\nnot json\n";
    assert_eq!(executables(messages), ["/t/it-1"]);
}
