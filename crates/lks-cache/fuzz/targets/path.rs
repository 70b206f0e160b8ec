//! The path type: whatever names a server sends, the path lies exactly where it says, below the data directory, or is refused.
#![no_main]

use std::path::{Component, Path};

use libfuzzer_sys::fuzz_target;
use lks_cache::{RelativePath, UnsafeName};

fuzz_target!(|names: (&str, &str, &str)| {
    let (first, second, filename) = names;
    check(RelativePath::from_components([first, second, filename]), &[first, second, filename]);
    check(RelativePath::from_components([filename]), &[filename]);
    check(first.parse(), &first.split('/').collect::<Vec<_>>());
});

fn check(path: Result<RelativePath, UnsafeName>, names: &[&str]) {
    let path = match path {
        Ok(path) => path,
        Err(refusal) => {
            let shown = refusal.to_string();
            assert!(!shown.chars().any(char::is_control), "an error message carries control characters");
            return;
        }
    };
    let components: Vec<Component<'_>> = Path::new(path.as_str()).components().collect();
    assert_eq!(components.len(), names.len(), "another number of components");
    assert!(matches!(components.len(), 1..=8));
    for (component, name) in components.iter().zip(names) {
        assert_eq!(*component, Component::Normal(name.as_ref()), "another name than was sent");
        assert!(!name.is_empty() && name.len() <= 255 && !name.contains(['/', '\\', '\0']));
        assert!(!name.chars().any(char::is_control));
    }
    assert!(Path::new("/store/files").join(&path).starts_with("/store/files"));
    let again: RelativePath = path.to_string().parse().expect("because it is a path of ours");
    assert_eq!(again, path, "read back, it is another path");
    assert_eq!(again.filename(), names[names.len() - 1]);
}
