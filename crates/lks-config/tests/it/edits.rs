//! The template and edits in place, as the program's `config init` and `config set` use them.

use std::fs;

use lks_config::{Error, Origin, Settings, get, init_file, keys, load, set_in_file, template};

use crate::Home;

#[test]
fn un_commenting_any_single_line_of_the_template_round_trips() {
    let home = Home::new();
    let path = home.config("lksearch.toml");
    init_file(&path, false).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(load(&home.sources()).unwrap().settings, Settings::default());
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| line.starts_with("# ")) {
        let lines = text
            .lines()
            .enumerate()
            .map(|(other, line)| if other == index { &line[2..] } else { line });
        fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
        let loaded = load(&home.sources()).unwrap();
        assert_eq!(loaded.settings, Settings::default(), "{line}");
        let set: Vec<_> = loaded
            .show()
            .into_iter()
            .filter(|row| row.origin != Origin::Default)
            .collect();
        assert_eq!(set.len(), 1, "{line}");
        let path = path.clone();
        assert_eq!(set[0].origin, Origin::File { path, line: index + 1 });
        found.push(set[0].key);
    }
    assert!(found.into_iter().eq(keys()), "every key has its line, in order");
}

#[test]
fn un_commenting_all_lines_round_trips() {
    let home = Home::new();
    let text = template().replace("\n# ", "\n");
    home.write("lksearch.toml", &text);
    let loaded = load(&home.sources()).unwrap();
    assert_eq!(loaded.settings, Settings::default());
    assert!(loaded.show().iter().all(|row| row.origin != Origin::Default));
}

#[test]
fn init_creates_parents_and_overwrites_only_with_force() {
    let home = Home::new();
    let path = home.path().join("a/b c/lksearch.toml");
    init_file(&path, false).unwrap();
    fs::write(&path, "offline = true\n").unwrap();
    let error = init_file(&path, false).unwrap_err();
    assert!(matches!(error, Error::Exists(_)));
    assert!(error.to_string().contains("use --force"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "offline = true\n");
    init_file(&path, true).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), template());
    assert_eq!(
        fs::read_dir(path.parent().unwrap()).unwrap().count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn every_key_can_be_set_in_a_new_file_and_the_template() {
    for start in [
        None,
        Some(template()),
        Some("[fetch]\n# talk\n[network]\n[endpoints]\n[cache]\n".to_owned()),
    ] {
        let home = Home::new();
        let path = home.config("lksearch.toml");
        if let Some(text) = &start {
            home.write("lksearch.toml", text);
        }
        for round in 0..2 {
            for key in keys() {
                let value = match (key, round) {
                    ("cache_dir", _) => format!("/data {round}"),
                    ("search_result_display_extra_columns", _) => format!("a{round}, b"),
                    ("share", _) => format!("1/{}", round + 2),
                    ("fetch.checks", 0) => "all".into(),
                    ("fetch.checks", _) => "enough".into(),
                    ("cache.verify", 0) => "sha256".into(),
                    ("cache.verify", _) => "fits".into(),
                    ("network.retries" | "fetch.jobs", _) => format!("{}", round + 2),
                    (key, _) if key.starts_with("fetch.") => format!("{} MiB", round + 2),
                    (key, _) if key.ends_with("timeout") || key.ends_with("max_age") => format!("{}s", round + 2),
                    ("endpoints.bucket" | "endpoints.region" | "network.user_agent", _) => format!("n{round}"),
                    ("endpoints.signed", 0) => "true".into(),
                    ("endpoints.signed", _) => "false".into(),
                    (key, _) if key.starts_with("endpoints.") => format!("https://a{round}"),
                    (_, 0) => "true".into(),
                    (_, _) => "false".into(),
                };
                set_in_file(&path, key, &value).unwrap();
                let loaded = load(&home.sources()).unwrap();
                assert_eq!(
                    get(&loaded.settings, key).unwrap(),
                    value,
                    "{key}\n{}",
                    fs::read_to_string(&path).unwrap()
                );
            }
        }
        let text = fs::read_to_string(&path).unwrap();
        for talk in start
            .iter()
            .flat_map(|start| start.lines())
            .filter(|line| line.starts_with("##"))
        {
            assert!(text.contains(talk), "{talk} is lost");
        }
    }
}

#[test]
fn comments_order_and_links_are_kept() {
    let home = Home::new();
    let text = "# mine\ncloud_only = true # why\n\n[fetch] # files\njobs = 4   # few\npart_size = '8 MiB'\n";
    let file = home.write("dotfiles.toml", text);
    let path = home.config("lksearch.toml");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&file, &path).unwrap();
    #[cfg(not(unix))]
    let path = file.clone();
    set_in_file(&path, "fetch.jobs", "8").unwrap();
    set_in_file(&path, "cloud_only", "no").unwrap();
    set_in_file(&path, "fetch.split_above", "64MiB").unwrap();
    let expected = "# mine\ncloud_only = false # why\n\n[fetch] # files\njobs = 8   # few\npart_size = '8 MiB'\nsplit_above = \"64 MiB\"\n";
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn what_cannot_be_set_leaves_the_file_as_it_is() {
    let home = Home::new();
    let path = home.write("lksearch.toml", "offline = true\n");
    for (key, value, message) in [
        (
            "fetch.jobs",
            "0",
            "`fetch.jobs`: found `0`, expected a whole number from 1 to 256",
        ),
        (
            "prefer_clod",
            "true",
            "`prefer_clod`: unknown key; did you mean `prefer_cloud`?",
        ),
        ("cloud_only", "", "`cloud_only`: found nothing, expected true or false"),
    ] {
        let error = set_in_file(&path, key, value).unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "offline = true\n");
    }
    fs::write(&path, "offline true\n").unwrap();
    let error = set_in_file(&path, "offline", "true").unwrap_err().to_string();
    assert!(error.contains("lksearch.toml:1:"), "{error}");
    fs::write(&path, "fetch = 3\n").unwrap();
    assert!(set_in_file(&path, "fetch.jobs", "3").is_err());
    assert!(set_in_file(&home.write("lksearch.cfg", ""), "offline", "true").is_err());
    assert!(matches!(
        set_in_file(&path.join("below/a/file"), "offline", "true"),
        Err(Error::Write { .. })
    ));
}

#[test]
fn a_relative_cache_directory_is_written_as_it_was_said() {
    let home = Home::new();
    let path = home.config("lksearch.toml");
    set_in_file(&path, "cache_dir", "~/data 0123").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "cache_dir = \"~/data 0123\"\n");
    assert_eq!(
        load(&home.sources()).unwrap().settings.cache_dir,
        Some(home.path().join("data 0123"))
    );
}

#[cfg(unix)]
#[test]
fn a_private_file_stays_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let path = home.write("lksearch.toml", "");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    set_in_file(&path, "offline", "true").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn names_left_by_a_killed_process_are_no_obstacle() {
    let home = Home::new();
    let left = home.write(&format!(".lksearch.toml.{}-0.tmp", std::process::id()), "half");
    let path = home.config("lksearch.toml");
    set_in_file(&path, "offline", "true").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "offline = true\n");
    assert_eq!(fs::read_to_string(&left).unwrap(), "half");
}
