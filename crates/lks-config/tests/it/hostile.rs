//! Rows C1–C8: what must never hang, be taken for something else, or end in the wrong directory.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use lks_config::{Error, Settings, SettingsWarning, Sources, directories, load};

use crate::Home;

fn message(sources: &Sources) -> String {
    load(sources).expect_err("expected an error").to_string()
}

#[test]
fn c1_bad_toml_names_file_line_and_column() {
    let home = Home::new();
    let path = home.write(
        "lksearch.toml",
        "cloud_only = true\nprefer_cloud = = 1\n[fetch\njobs = 3\n",
    );
    let message = message(&home.sources());
    let path = path.display();
    assert!(message.starts_with(&format!("{path}:2:16: ")), "{message}");
    assert!(
        message.contains(&format!("\n{path}:3:")),
        "both broken lines: {message}"
    );
}

#[test]
fn c2_unknown_keys_name_the_nearest() {
    let home = Home::new();
    let path = home.write("lksearch.toml", "[fetch]\njob = 3\n");
    let expected = format!(
        "{}:2: `fetch.job`: unknown key; did you mean `fetch.jobs`?",
        path.display()
    );
    assert_eq!(message(&home.sources()), expected);
    let legacy = home.write("old.cfg", "CLOUD_ONLI = True\n");
    let loaded = load(&home.sources().with_config_file(&legacy)).unwrap();
    let expected = format!(
        "{}:1: `CLOUD_ONLI`: unknown key, left out; did you mean `cloud_only`?",
        legacy.display()
    );
    assert_eq!(
        loaded
            .warnings
            .iter()
            .map(SettingsWarning::to_string)
            .collect::<Vec<_>>(),
        [expected]
    );
}

#[test]
fn c3_wrong_types_negatives_overflow_and_nan_name_the_key() {
    for (key, found) in [
        ("cloud_only", "1"),
        ("cloud_only", "\"maybe\""),
        ("network.retries", "-1"),
        ("network.retries", "4.0"),
        ("network.retries", "nan"),
        ("network.retries", "4294967296"),
        ("network.retries", "99999999999999999999999"),
        ("network.idle_timeout", "30"),
        ("network.idle_timeout", "\"-1s\""),
        ("network.idle_timeout", "\"1e9\""),
        ("network.idle_timeout", "\"NaN\""),
        ("network.idle_timeout", "\"\""),
        ("fetch.jobs", "0"),
        ("fetch.jobs", "1e9"),
        ("fetch.part_size", "-8"),
        ("fetch.part_size", "\"99999999999999999999 EiB\""),
        ("fetch.part_size", "inf"),
        ("cache.verify", "\"md5\""),
        ("cache_dir", "[]"),
        ("endpoints.mast", "\"http://mast.stsci.edu\""),
    ] {
        let home = Home::new();
        let path = home.write("lksearch.toml", &format!("\n{key} = {found}\n"));
        let message = message(&home.sources());
        let expected = format!("{}:2: `{key}`: found `{found}`, expected ", path.display());
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[cfg(unix)]
#[test]
fn a_settings_file_that_everybody_may_write_or_replace_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let path = home.write("lksearch.toml", "cloud_only = true\n");
    let directory = path.parent().unwrap();
    let change = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (file_mode, directory_mode, expected) in [
        (0o600, 0o700, None),
        (0o664, 0o775, None),
        (0o644, 0o1777, None),
        (0o646, 0o755, Some(path.as_path())),
        (0o644, 0o777, Some(directory)),
    ] {
        change(&path, file_mode);
        change(directory, directory_mode);
        let loaded = load(&home.sources()).unwrap();
        assert!(loaded.settings.cloud_only, "it counts all the same");
        let told = loaded.warnings.iter().find_map(|warning| match warning {
            SettingsWarning::OpenToAll { path } => Some(path.as_path()),
            _ => None,
        });
        assert_eq!(told, expected, "{file_mode:o} {directory_mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn c4_an_unreadable_file_is_an_error_only_if_named() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let home = Home::new();
    // A link to itself cannot be read by anyone, not even by root.
    let path = home.write("lksearch.toml", "");
    fs::remove_file(&path).unwrap();
    symlink(&path, &path).unwrap();
    let check = || {
        let loaded = load(&home.sources()).unwrap();
        assert_eq!(loaded.settings, Settings::default());
        assert!(matches!(&loaded.warnings[..], [SettingsWarning::Unreadable { path: file, .. }] if *file == path));
        let error = load(&home.sources().with_config_file(&path)).unwrap_err();
        assert!(
            matches!(&error, Error::Unreadable { path: file, .. } if *file == path),
            "{error}"
        );
        assert!(load(&home.sources().with_variable("LKSEARCH_CONFIG", &path)).is_err());
    };
    check();
    fs::remove_file(&path).unwrap();
    fs::write(&path, "cloud_only = true\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads it all the same; the link above stands for this case then.
    if File::open(&path).is_err() {
        check();
    }
    let missing = message(&home.sources().with_config_file("/no/such/file.toml"));
    assert!(
        missing.contains("/no/such/file.toml: there is no such file"),
        "{missing}"
    );
}

#[test]
fn c5_what_cannot_be_a_settings_file_is_an_error() {
    for name in ["lksearch.toml", "lksearch.cfg"] {
        let home = Home::new();
        let path = home.config(name);
        fs::create_dir_all(&path).unwrap();
        assert!(message(&home.sources()).ends_with("it is a directory, expected a file"));
        fs::remove_dir(&path).unwrap();

        #[cfg(target_os = "linux")]
        {
            rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
            assert!(message(&home.sources()).ends_with("it is a pipe, socket or device, expected a file"));
            fs::remove_file(&path).unwrap();
        }

        File::create(&path).unwrap().set_len(1 << 30).unwrap();
        assert!(message(&home.sources()).ends_with("it is larger than 128 KiB, expected a settings file"));

        fs::write(&path, b"# \xc3\xa9\n\n# \xff\n").unwrap();
        assert!(message(&home.sources()).ends_with("line 3 is not UTF-8 text; save the file as UTF-8"));
    }
    #[cfg(target_os = "linux")]
    {
        let endless = message(&Sources::isolated().with_config_file("/dev/zero"));
        assert!(
            endless.ends_with("it is a pipe, socket or device, expected a file"),
            "{endless}"
        );
    }
}

#[test]
fn c6_without_a_home_there_is_xdg_the_variable_or_a_hint() {
    let place = Home::new();
    let xdg = place.path().join("xdg");
    let no_homes: [Option<PathBuf>; 5] = [
        None,
        Some("".into()),
        Some("/".into()),
        Some("relative".into()),
        Some(place.path().join("missing")),
    ];
    for home in no_homes {
        let mut sources = Sources::isolated();
        if let Some(home) = &home {
            sources = sources.with_variable("HOME", home);
        }
        let loaded = load(&sources).unwrap();
        assert_eq!(loaded.settings, Settings::default());
        let error = loaded.cache_dir().unwrap_err().to_string();
        assert!(error.contains("set LKSEARCH_CACHE_DIR"), "{error}");
        assert!(
            loaded
                .directories
                .config_file()
                .unwrap_err()
                .to_string()
                .contains("LKSEARCH_CONFIG")
        );

        let with_variable = load(&sources.clone().with_variable("LKSEARCH_CACHE_DIR", "/data")).unwrap();
        assert_eq!(with_variable.cache_dir().unwrap(), Path::new("/data"));

        let sources = sources
            .with_variable("XDG_CACHE_HOME", &xdg)
            .with_variable("XDG_CONFIG_HOME", &xdg);
        let directories = load(&sources).unwrap().directories;
        assert_eq!(directories.default_cache_dir().unwrap(), xdg.join("lksearch"));
        assert_eq!(directories.config_file().unwrap(), xdg.join("lksearch/lksearch.toml"));

        let tilde = message(&sources.with_variable("LKSEARCH_CACHE_DIR", "~/data"));
        assert!(
            tilde.contains("expected an absolute path, because HOME is not set"),
            "{tilde}"
        );
    }
    assert!(!xdg.exists(), "nothing is created");
}

#[test]
fn c7_bad_variables_name_the_variable_the_value_and_the_range() {
    for found in ["abc", "-1", "0", "1e9", "NaN", "257", "99999999999999999999", ""] {
        let message = message(&Sources::isolated().with_variable("LKSEARCH_FETCH__JOBS", found));
        let found = if found.is_empty() {
            "nothing".to_owned()
        } else {
            format!("`{found}`")
        };
        let expected =
            format!("LKSEARCH_FETCH__JOBS: `fetch.jobs`: found {found}, expected a whole number from 1 to 256");
        assert_eq!(message, expected);
    }
    for (variable, nearest) in [
        ("LKSEARCH_CLOUD_ONLI", "LKSEARCH_CLOUD_ONLY"),
        ("LKSEARCH_ENDPOINTS_MAST", "LKSEARCH_ENDPOINTS__MAST"),
        ("LKSEARCH_Cloud_Only", "LKSEARCH_CLOUD_ONLY"),
    ] {
        let message = message(&Sources::isolated().with_variable(variable, "x"));
        assert_eq!(message, format!("{variable}: unknown key; did you mean `{nearest}`?"));
    }
    for ignored in ["LKSEARCH", "XLKSEARCH_CLOUD_ONLY", "lksearch_cloud_only", "PATH"] {
        assert!(load(&Sources::isolated().with_variable(ignored, "x")).is_ok());
    }
}

#[test]
fn c8_cache_directories_of_every_form_are_resolved() {
    let home = Home::new();
    let mut sources = home.sources();
    sources.working_directory = Some("/work here".into());
    let mut cases: Vec<(OsString, PathBuf)> = vec![
        ("data".into(), "/work here/data".into()),
        ("./data".into(), "/work here/data".into()),
        (".".into(), "/work here".into()),
        ("../data".into(), "/work here/../data".into()),
        ("~".into(), home.path().into()),
        ("~/my data".into(), home.path().join("my data")),
        ("/a b/é/0123".into(), "/a b/é/0123".into()),
        ("~other".into(), "/work here/~other".into()),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let bytes = OsString::from_vec(b"/data/\xff\xfe x".to_vec());
        cases.push((bytes.clone(), bytes.into()));
    }
    for (text, path) in cases {
        let by_variable = sources.clone().with_variable("LKSEARCH_CACHE_DIR", &text);
        let by_flag = sources.clone().with_override("cache_dir", &text, "--cache-dir");
        for sources in [by_variable, by_flag] {
            let loaded = load(&sources).unwrap();
            assert_eq!(loaded.settings.cache_dir.as_ref(), Some(&path), "{text:?}");
            assert_eq!(loaded.cache_dir().unwrap(), path, "{text:?}");
            assert!(loaded.directories.sandbox_cache_dir().unwrap().starts_with(home.path()));
        }
        if let Some(text) = text.to_str() {
            home.write("lksearch.toml", &format!("cache_dir = {text:?}\n"));
            assert_eq!(
                load(&sources).unwrap().settings.cache_dir.as_ref(),
                Some(&path),
                "{text:?}"
            );
            home.write("lksearch.toml", "");
            home.write("lksearch.cfg", &format!("[config]\ncache_dir = {text}\n"));
            assert_eq!(
                load(&sources).unwrap().settings.cache_dir.as_ref(),
                Some(&path),
                "{text:?}"
            );
            home.write("lksearch.cfg", "");
        }
    }
    let missing = sources.with_config_file("no.toml");
    assert!(message(&missing).contains("/work here/no.toml"));
}

#[test]
fn nothing_is_created_by_reading() {
    let home = Home::new();
    let loaded = load(&home.sources()).unwrap();
    assert_eq!(loaded.cache_dir().unwrap(), home.path().join(".lksearch/cache"));
    assert_eq!(loaded.directories.config_file().unwrap(), home.config("lksearch.toml"));
    assert_eq!(
        loaded.directories.sandbox_cache_dir().unwrap(),
        home.path().join(".lksearch/sandbox/cache")
    );
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn an_xdg_directory_counts_only_if_ours_is_in_it() {
    let home = Home::new();
    let xdg = home.path().join("x d g");
    let sources = home
        .sources()
        .with_variable("XDG_CONFIG_HOME", &xdg)
        .with_variable("XDG_CACHE_HOME", &xdg);
    assert_eq!(
        directories(&sources).default_cache_dir().unwrap(),
        home.path().join(".lksearch/cache")
    );
    fs::create_dir_all(xdg.join("lksearch")).unwrap();
    assert_eq!(directories(&sources).default_cache_dir().unwrap(), xdg.join("lksearch"));
    assert_eq!(
        directories(&sources).config_file().unwrap(),
        xdg.join("lksearch/lksearch.toml")
    );
    assert_eq!(
        directories(&sources).legacy_file().unwrap(),
        xdg.join("lksearch/lksearch.cfg")
    );
}

#[test]
fn random_files_are_read_to_the_end_and_messages_end() {
    let size = 16 << 10;
    for pattern in [
        "x\n",
        "x y\n",
        "a = [\n",
        "[a]\n",
        "CLOUD_ONLY = 1\n",
        "cloud_only = true\n",
        "\"\"\"",
        "[",
        "a.",
        "é = '\n",
        "x",
    ] {
        let text = pattern.repeat(size / pattern.len());
        for name in ["lksearch.toml", "lksearch.cfg"] {
            let home = Home::new();
            home.write(name, &text);
            let said = match load(&home.sources()) {
                Ok(loaded) => loaded
                    .warnings
                    .first()
                    .map(SettingsWarning::to_string)
                    .unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            assert!(said.len() < 20_000, "{pattern:?} {name}: {}", said.len());
        }
    }
}
