//! The path type: whatever three names an archive sends, the path lies exactly where it says, below `mastDownload`, or is refused.
#![no_main]

use std::path::{Component, Path};

use libfuzzer_sys::fuzz_target;
use lks_cache::{DATA_DIRECTORY, ProductPath};

fuzz_target!(|names: (&str, &str, &str)| {
    let (collection, obs_id, filename) = names;
    if let Ok(path) = ProductPath::parse(collection, obs_id, filename) {
        check(&path, &[collection, obs_id, filename]);
    }
    if let Ok(path) = ProductPath::cutout(filename) {
        check(&path, &["TESSCut", filename]);
    }
    if let Ok(path) = ProductPath::from_relative(collection) {
        check(&path, &collection.split('/').skip(1).collect::<Vec<_>>());
    }
    if let Err(refusal) = ProductPath::parse(collection, obs_id, filename) {
        let shown = refusal.to_string();
        assert!(!shown.chars().any(char::is_control), "an error message carries control characters");
    }
});

fn check(path: &ProductPath, names: &[&str]) {
    let relative = path.to_relative();
    let components: Vec<Component<'_>> = relative.components().collect();
    assert_eq!(components.len(), names.len() + 1, "another number of components");
    assert_eq!(components[0], Component::Normal(DATA_DIRECTORY.as_ref()));
    for (component, name) in components[1..].iter().zip(names) {
        assert_eq!(*component, Component::Normal(name.as_ref()), "another name than was sent");
        assert!(!name.is_empty() && name.len() <= 255 && !name.contains(['/', '\\', '\0']));
        assert!(!name.chars().any(char::is_control));
    }
    assert!(Path::new("/store").join(&relative).starts_with("/store/mastDownload"));
    let again = ProductPath::from_relative(&path.to_string()).expect("because it is a path of ours");
    assert_eq!(&again, path, "read back, it is another path");
    assert_eq!(again.filename(), names[names.len() - 1]);
}
