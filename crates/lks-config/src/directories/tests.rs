use super::*;

#[test]
fn paths_are_resolved_as_a_person_means_them() {
    let home = Some(Path::new("/home/u"));
    let base = Some(Path::new("/desk"));
    for (path, expected) in [
        ("~", "/home/u"),
        ("~/a", "/home/u/a"),
        ("~a", "/desk/~a"),
        ("a/./b", "/desk/a/b"),
        ("/a b", "/a b"),
        ("../a", "/desk/../a"),
    ] {
        assert_eq!(resolve(OsStr::new(path), home, base), Path::new(expected), "{path}");
    }
    assert_eq!(resolve(OsStr::new("~/a"), None, base), Path::new("/desk/~/a"));
    assert_eq!(resolve(OsStr::new("a"), home, None), Path::new("a"));
}

#[test]
fn a_home_where_nothing_can_be_made_gives_way_to_xdg() {
    let xdg = || Some(PathBuf::from("/no/xdg"));
    let temporary = tempfile::tempdir().unwrap();
    let home = temporary.path().join("home");
    // What is not there cannot be written, whoever asks.
    assert_eq!(place(Some(&home), "cache", xdg()), Some("/no/xdg/lksearch".into()));
    assert_eq!(
        place(Some(&home), "cache", None),
        Some(home.join(".lksearch/cache")),
        "reading what is there still works"
    );
    std::fs::create_dir_all(home.join(".lksearch")).unwrap();
    assert_eq!(place(Some(&home), "cache", xdg()), Some(home.join(".lksearch/cache")));
    assert_eq!(place(None, "cache", None), None);
}
