//! The layer of environment variables: `LKSEARCH_` + key in upper case, sections joined by two underscores.

use std::ffi::{OsStr, OsString};

use crate::declaration::{Declaration, lookup};
use crate::error::Problem;
use crate::layer::Layers;
use crate::nearest;
use crate::origin::Origin;
use crate::value::{Value, ValueKind};

const PREFIX: &str = "LKSEARCH_";
/// Names the settings file; it is not a setting itself.
const CONFIG: &str = "LKSEARCH_CONFIG";

/// Reads the variables that start with `LKSEARCH_`.
pub(crate) fn gather(environment: &[(OsString, OsString)], layers: &mut Layers) {
    for (name, value) in environment {
        if !name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) || name == CONFIG {
            continue;
        }
        let variable = name.to_string_lossy().into_owned();
        let origin = Origin::Environment {
            variable: variable.clone(),
        };
        match declaration(&variable) {
            None => {
                let mut problem = Problem::unknown(Some(origin), "", nearest::variable(&variable));
                problem.key = None;
                layers.problems.push(problem);
            }
            // An empty variable of a directory counts as not set, by habit; it must not hide a `cache_dir` of a file.
            Some(declaration) if declaration.kind == ValueKind::Path && value.is_empty() => {}
            Some(declaration) => {
                let result = parse(declaration, value);
                layers.push(declaration, &value.to_string_lossy(), result, origin);
            }
        }
    }
}

/// Checks a text that need not be UTF-8: only paths may be without.
pub(crate) fn parse(declaration: &Declaration, value: &OsStr) -> Result<Value, String> {
    match value.to_str() {
        Some(text) => declaration.parse_text(text),
        None if declaration.kind == ValueKind::Path => Ok(Value::Path(value.to_owned())),
        None => Err(format!("{}, in UTF-8", declaration.kind.allowed())),
    }
}

fn declaration(variable: &str) -> Option<&'static Declaration> {
    let key = variable.strip_prefix(PREFIX)?.replace("__", ".").to_lowercase();
    lookup(&key).filter(|declaration| declaration.variable() == variable)
}
