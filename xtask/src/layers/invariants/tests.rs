use super::{RULES, Source, broken, check, sources};
use crate::layers::Member;
use crate::layers::names::Names;
use crate::run::root;

/// A crate with one file.
fn crate_of(path: &str, source: &str) -> Vec<Source> {
    vec![Source {
        path: path.to_owned(),
        num_lines: source.lines().count(),
        names: Names::of(source).unwrap(),
    }]
}

/// Number of the rule, crate, file, the line that breaks it, and a crate and file that may have it.
type Breaking = (
    u8,
    &'static str,
    &'static str,
    &'static str,
    Option<(&'static str, &'static str)>,
);

/// Each rule is broken by one line, and by the same line in a place that may hold it is not.
#[test]
fn each_rule_fails_when_it_is_broken() {
    let breaking: &[Breaking] = &[
        (
            1,
            "lks-cache",
            "key.rs",
            "const D: &str = \"mastDownload\";",
            Some(("lks-fetch", "key.rs")),
        ),
        (
            1,
            "lks-cache",
            "store.rs",
            "const P: &[u8] = b\"mast\\0\";",
            Some(("lks-cache", "key.rs")),
        ),
        (1, "lks-cache", "key.rs", "struct ObsId;", Some(("lks-mast", "key.rs"))),
        (
            1,
            "lks-cache",
            "store.rs",
            "async fn get() {}",
            Some(("lks-fetch", "store.rs")),
        ),
        (
            1,
            "lks-cache",
            "record.rs",
            "fn f() { SystemTime::now(); }",
            Some(("lks-fetch", "record.rs")),
        ),
        (
            2,
            "lks-mast",
            "client.rs",
            "use std::fs::File;",
            Some(("lks-cache", "store.rs")),
        ),
        (
            2,
            "lks-table",
            "write.rs",
            "use std::{fs, io};",
            Some(("lks-cli", "output.rs")),
        ),
        (
            2,
            "lks-http",
            "client.rs",
            "fn f() { std::fs::read(p); }",
            Some(("lks-http", "cross_process/directory.rs")),
        ),
        (
            3,
            "lks-fetch",
            "web.rs",
            "use tokio::net::TcpStream;",
            Some(("lks-sandbox", "server.rs")),
        ),
        (
            3,
            "lks-fits",
            "read.rs",
            "fn f() { std::net::TcpListener::bind(a); }",
            Some(("lks-http", "transport.rs")),
        ),
        (
            3,
            "lks-http",
            "options.rs",
            "const H: &str = \"*.stsci.edu\";",
            Some(("lks-mast", "lanes.rs")),
        ),
        (
            3,
            "lks-http",
            "gate.rs",
            "enum Lane { Cutout }",
            Some(("lks-http", "redact.rs")),
        ),
        (
            4,
            "lks-http",
            "proxy.rs",
            "fn f() { std::env::var(\"HTTPS_PROXY\"); }",
            Some(("lks-cli", "ui.rs")),
        ),
        (
            4,
            "lks-mast",
            "target.rs",
            "use std::env;",
            Some(("lks-config", "sources.rs")),
        ),
        (
            4,
            "lks-config",
            "load.rs",
            "fn f() { std::env::vars_os(); }",
            Some(("lks-config", "sources.rs")),
        ),
        (
            4,
            "lks-fetch",
            "x.rs",
            "static mut COUNT: u8 = 0;",
            Some(("lks-cli", "x.rs")),
        ),
        (
            4,
            "lks-fetch",
            "x.rs",
            "static C: LazyLock<Mutex<u8>> = LazyLock::new(f);",
            Some(("lks-cli", "x.rs")),
        ),
        (
            4,
            "lks-table",
            "x.rs",
            "static N: AtomicU64 = AtomicU64::new(0);",
            Some(("lks-cli", "x.rs")),
        ),
        (
            4,
            "lks-mast",
            "x.rs",
            "thread_local! { static C: Cell<u8> = f(); }",
            Some(("xtask", "x.rs")),
        ),
        (
            5,
            "lksearch",
            "client.rs",
            "use lks_config::{Loaded, Network};",
            Some(("lksearch", "wiring.rs")),
        ),
        (
            6,
            "lks-fetch",
            "plan.rs",
            "async fn plan() {}",
            Some(("lks-fetch", "fetcher.rs")),
        ),
        (
            6,
            "lks-fetch",
            "plan/route.rs",
            "fn f(s: &Store) { s.lookup(); }",
            Some(("lks-fetch", "store/lookup.rs")),
        ),
        (
            10,
            "lks-table",
            "x.rs",
            "fn f() { println!(\"x\"); }",
            Some(("xtask", "x.rs")),
        ),
        (
            10,
            "lks-cache",
            "x.rs",
            "fn f() { std::io::stderr().write_all(b); }",
            Some(("lks-tests", "x.rs")),
        ),
        (
            10,
            "lks-cli",
            "table.rs",
            "fn f() { print!(\"x\"); }",
            Some(("lks-cli", "sink.rs")),
        ),
    ];
    for (number, name, path, line, elsewhere) in breaking {
        let breaches = broken(name, &crate_of(path, line));
        let of_rule = format!("against rule {number} ");
        assert!(
            breaches
                .iter()
                .any(|breach| breach.contains(&of_rule) && breach.starts_with(path)),
            "{name} {line}: {breaches:?}"
        );
        if let Some((name, path)) = elsewhere {
            let breaches = broken(name, &crate_of(path, line));
            assert!(
                !breaches.iter().any(|breach| breach.contains(&of_rule)),
                "{name}/{path} {line}: {breaches:?}"
            );
        }
    }
    for rule in RULES {
        let is_broken = |(_, name, path, line, _): &Breaking| {
            rule.is_about(name) && !rule.forbidden.in_names(&crate_of(path, line)[0].names).is_empty()
        };
        assert!(
            breaking.iter().any(is_broken),
            "no line above breaks the rule whose advice is: {}",
            rule.instead
        );
    }
}

#[test]
fn the_facade_has_fewer_than_a_thousand_lines() {
    let lines = |count| "fn f() {}\n".repeat(count);
    assert_eq!(broken("lksearch", &crate_of("client.rs", &lines(999))), [""; 0]);
    let breaches = broken("lksearch", &crate_of("client.rs", &lines(1000)));
    assert!(breaches[0].contains("1000 lines"), "{breaches:?}");
    assert_eq!(broken("lks-mast", &crate_of("client.rs", &lines(1000))), [""; 0]);
}

#[test]
fn a_rule_about_a_module_that_is_gone_is_a_breach() {
    let breaches = broken("lks-fetch", &crate_of("fetcher.rs", "fn f() {}"));
    assert!(
        breaches.join("\n").contains("plan: there is no such module"),
        "{breaches:?}"
    );
}

#[test]
fn what_is_only_said_breaks_nothing() {
    let said = "/// Reads `std::env` as TESS does.\n// println!()\n#[cfg(test)]\nmod tests { use std::env; }\n";
    assert_eq!(broken("lks-cache", &crate_of("lib.rs", said)), [""; 0]);
}

#[test]
fn the_sources_of_a_crate_are_found_without_its_tests() {
    let directory = root().join("xtask");
    let sources = sources(&directory.join("src")).unwrap();
    let name = "xtask".to_owned();
    let (summary, breaches) = check(&[Member {
        name,
        directory,
        sources,
    }]);
    assert!(
        breaches.is_empty() && summary.contains("source files"),
        "{summary} {breaches:?}"
    );
    assert!(super::sources(&root().join("gone")).is_err());
}
