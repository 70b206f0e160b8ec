use super::*;
use crate::declaration::keys;

#[test]
fn the_schema_has_every_key_and_no_other() {
    let schema = schema();
    let mut found = Vec::new();
    for (name, property) in schema["properties"].as_object().unwrap() {
        match property.get("properties").and_then(|inner| inner.as_object()) {
            None => found.push(name.clone()),
            Some(inner) => {
                assert_eq!(property["additionalProperties"], false);
                found.extend(inner.keys().map(|inner| format!("{name}.{inner}")));
            }
        }
    }
    assert!(found.iter().map(String::as_str).eq(keys()));
    assert_eq!(schema["properties"]["fetch"]["properties"]["jobs"]["maximum"], 256);
    assert_eq!(schema["properties"]["cache"]["properties"]["verify"]["default"], "stat");
    assert_eq!(schema["properties"]["cloud_only"]["default"], false);
}

#[test]
fn the_reference_has_a_row_and_a_variable_for_every_key() {
    let page = reference_markdown();
    for declaration in DECLARATIONS {
        let row = format!("| `{}` | ", declaration.key);
        assert_eq!(page.matches(&row).count(), 1, "{row}");
        assert_eq!(page.matches(&format!("| `{}` | ", declaration.variable())).count(), 1);
    }
    assert!(
        page.lines()
            .filter(|line| line.starts_with('|'))
            .all(|line| line.ends_with('|'))
    );
}

#[test]
fn the_template_says_meaning_and_range_before_each_setting() {
    let template = template();
    let lines: Vec<_> = template.lines().collect();
    for declaration in DECLARATIONS {
        let start = format!("# {} = ", declaration.key);
        let position = lines.iter().position(|line| line.starts_with(&start)).unwrap();
        assert_eq!(lines[position - 2], format!("## {}", declaration.sentence));
        assert!(lines[position - 1].contains(&declaration.kind.allowed()));
    }
}
