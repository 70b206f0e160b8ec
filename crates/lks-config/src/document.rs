//! Texts made from the declaration: the commented template, the reference page, the schema.

use std::fmt::Write;

use serde_json::{Map, json};

use crate::declaration::{DECLARATIONS, Declaration};
use crate::legacy;
use crate::value::{Value, ValueKind};

const TEMPLATE_HEAD: &str = "\
## Settings of lksearch. A line that starts with one # is a setting with its default: take the # away and change the value.
## `lksearch config show --origin` tells what holds and where it came from; environment variables and flags win over this file.
";

const REFERENCE_HEAD: &str = "\
# Settings

This page is generated from the declaration of the settings (`crates/lks-config/src/declaration.rs`) by `cargo xtask docs`.

Lowest first: built-in defaults < `lksearch.cfg` (the Python package's own file, read if it is there) < `lksearch.toml` < environment
variables < command line. `lksearch config show --origin` tells what holds and where it came from; `lksearch config init` writes all
settings as a commented file.

Both files are in `~/.lksearch/config`, or in `$XDG_CONFIG_HOME/lksearch` if that is there. `--config FILE` or `LKSEARCH_CONFIG` names
another file that stands for both. [`lksearch.toml`](lksearch.toml) is the commented file, and
[`lksearch.schema.json`](lksearch.schema.json) its JSON schema for editors. Downloads are kept in `~/.lksearch/cache`, or in `$XDG_CACHE_HOME/lksearch` if that is there.

";

const REFERENCE_TAIL: &str = "
Sizes are bytes as a number, or a text with a unit: `8 MiB` (2^20), `8 MB` (10^6). Durations are texts with their unit: `500ms`, `10s`,
`2min`, `1h`. In variables and on the command line, a list is `a, b`, and true and false may also be written `yes`, `no`, `on`, `off`,
`1`, `0`. An optional setting is unset by an empty text. An unknown key is an error that names the nearest known one.

## The Python package's file

`lksearch.cfg` is read as it is. It knows";

/// The settings file with every setting commented out, its default, its meaning and what is allowed.
///
/// Keys are dotted, so that each line can be un-commented alone.
pub fn template() -> String {
    let mut text = String::from(TEMPLATE_HEAD);
    for declaration in DECLARATIONS {
        let Declaration { key, sentence, .. } = declaration;
        let allowed = declaration.kind.allowed();
        let default = declaration.default_value().to_toml();
        write!(text, "\n## {sentence}\n## Allowed: {allowed}.\n# {key} = {default}\n")
            .expect("because a String takes all");
    }
    text
}

/// The reference page of the settings, in Markdown.
pub fn reference_markdown() -> String {
    let mut text = String::from(REFERENCE_HEAD);
    text.push_str("| key | default | allowed | unit | meaning |\n|---|---|---|---|---|\n");
    for declaration in DECLARATIONS {
        let Declaration {
            key, unit, sentence, ..
        } = declaration;
        let default = match declaration.default_value() {
            Value::Unset => "–".to_owned(),
            Value::List(_) => "`[]`".to_owned(),
            value => format!("`{value}`"),
        };
        let unit = if unit.is_empty() { "–" } else { unit };
        let allowed = declaration.kind.allowed();
        writeln!(text, "| `{key}` | {default} | {allowed} | {unit} | {sentence} |")
            .expect("because a String takes all");
    }
    text.push_str(
        "\n## Environment variables\n\n| variable | sets |\n|---|---|\n| `LKSEARCH_CONFIG` | the settings file |\n",
    );
    for declaration in DECLARATIONS {
        writeln!(text, "| `{}` | `{}` |", declaration.variable(), declaration.key).expect("because a String takes all");
    }
    text.push_str(REFERENCE_TAIL);
    let keys: Vec<_> = legacy::KEYS.iter().map(|key| format!("`{key}`")).collect();
    writeln!(text, " {}, in any case, at the top or in `[config]`.", keys.join(", "))
        .expect("because a String takes all");
    text.push_str(
        "Other keys are left out with a warning. Where Python breaks on its own template, the intended meaning holds: `[]` is an empty\n\
         list, `None` is not set, and `cache_dir` at the top counts.\n",
    );
    text
}

/// A JSON schema (draft 2020-12) of the TOML file, for editors.
pub fn schema() -> serde_json::Value {
    let mut properties = Map::new();
    for declaration in DECLARATIONS {
        match declaration.key.split_once('.') {
            None => {
                properties.insert(declaration.key.to_owned(), property(declaration));
            }
            Some((section, name)) => {
                let section = properties
                    .entry(section)
                    .or_insert_with(|| json!({"type": "object", "additionalProperties": false, "properties": {}}));
                section["properties"][name] = property(declaration);
            }
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lksearch.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn property(declaration: &Declaration) -> serde_json::Value {
    let mut property = match &declaration.kind {
        ValueKind::Switch => json!({"type": "boolean"}),
        ValueKind::Count { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        ValueKind::Size { min, max } => json!({"type": ["integer", "string"], "minimum": min, "maximum": max}),
        ValueKind::Url => json!({"type": "string", "format": "uri"}),
        ValueKind::Duration { .. } | ValueKind::Name | ValueKind::Header | ValueKind::Path | ValueKind::Fraction => {
            json!({"type": "string"})
        }
        ValueKind::List => json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
        ValueKind::Choice(words) => json!({"type": "string", "enum": words}),
    };
    if declaration.kind == ValueKind::Url && declaration.is_optional() {
        // An empty text unsets the key, and is not an address.
        property = json!({"type": "string"});
    }
    property["description"] = format!("{} Allowed: {}.", declaration.sentence, declaration.kind.allowed()).into();
    match declaration.default_value() {
        Value::Unset => {}
        Value::Switch(on) => property["default"] = on.into(),
        Value::Count(count) => property["default"] = count.into(),
        Value::List(items) => property["default"] = items.into(),
        value => property["default"] = value.to_string().into(),
    }
    property
}

#[cfg(test)]
mod tests;
