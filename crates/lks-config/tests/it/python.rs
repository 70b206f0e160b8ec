//! The Python package and ours on the same files. What Python makes of each file was recorded from lksearch 1.2.1 by
//! `record_baseline.py`; the first cases are the template that it writes, whole and un-commented line by line.

use lks_config::{Sources, load};
use serde_json::{Value, json};

use crate::Home;

/// Our answer in Python's words, or an error.
fn ours(text: &str) -> Value {
    let home = Home::new();
    home.write("lksearch.cfg", text);
    let mut sources: Sources = home.sources();
    sources.working_directory = None;
    match load(&sources) {
        Ok(loaded) => {
            let settings = loaded.settings;
            json!({
                "search_result_display_extra_columns": settings.search_result_display_extra_columns,
                "cache_dir": settings.cache_dir.map(|path| path.display().to_string()),
                "CLOUD_ONLY": settings.cloud_only,
                "PREFER_CLOUD": settings.prefer_cloud,
                "DOWNLOAD_CLOUD": settings.download_cloud,
                "CHECK_CACHED_FILE_SIZES": settings.check_cached_file_sizes,
            })
        }
        Err(_) => json!({"error": "ours"}),
    }
}

/// What the user means by a file that Python refuses, ignores or takes for something else, as our whole answer.
fn intended(text: &str) -> Option<Value> {
    let mut settings = ours("");
    if text.starts_with("## List of extra columns") {
        // Un-commented lines of the template are the defaults: there `[]` raises TypeError, and `None` is a directory's name (B28).
        return Some(settings);
    }
    let (key, value) = text.lines().last()?.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let value = match (key.to_lowercase().as_str(), value) {
        // Lists: empty, of one, and as Python writes them.
        ("search_result_display_extra_columns", "[]" | "None" | "") => json!([]),
        ("search_result_display_extra_columns", "a") => json!(["a"]),
        ("search_result_display_extra_columns", "['a', 'b']") => json!(["a", "b"]),
        // At the top level, where the template has it, cache_dir is ignored (B28); a comma makes it a list; `None` is a name.
        ("cache_dir", "None" | "") => json!(null),
        ("cache_dir", "'/x y'") => json!("/x y"),
        ("cache_dir", "/x#y") => json!("/x"),
        ("cache_dir", "\"/x#y\" # why") => json!("/x#y"),
        ("cache_dir", "'''/t'''") => json!("/t"),
        ("cache_dir", "/data/top" | "/x y" | "/a,b" | "0123" | "/data/0123") => json!(value),
        // Ignored in lower case and in [config]; refused if given twice, where the later line is what was written last.
        ("cloud_only", "True") => json!(true),
        ("cloud_only" | "prefer_cloud" | "download_cloud" | "check_cached_file_sizes", "False") => json!(false),
        _ => return None,
    };
    let known = settings
        .as_object_mut()?
        .iter_mut()
        .find(|(known, _)| known.eq_ignore_ascii_case(key));
    *known?.1 = value;
    Some(settings)
}

/// Whether the answer is an error, for the whole file or for one key.
fn is_error(answer: &Value) -> bool {
    answer.get("error").is_some()
        || answer
            .as_object()
            .is_some_and(|keys| keys.values().any(|value| value.get("error").is_some()))
}

#[test]
fn files_mean_what_they_mean_in_python() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("python_baseline.json")).unwrap();
    let (mut num_equal, mut num_errors, mut num_intended) = (0, 0, 0);
    for case in &cases {
        let text = case["text"].as_str().unwrap();
        let (ours, python) = (ours(text), &case["python"]);
        if ours == *python {
            num_equal += 1;
        } else if is_error(&ours) && is_error(python) {
            num_errors += 1;
        } else {
            assert_eq!(Some(&ours), intended(text).as_ref(), "{text:?}: Python's is {python}");
            num_intended += 1;
        }
    }
    // Equal, an error in both, and as intended where Python refuses, ignores or mistakes a line.
    assert_eq!((cases.len(), num_equal, num_errors, num_intended), (135, 84, 20, 31));
}
