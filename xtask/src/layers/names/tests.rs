use super::Names;

const SOURCE: &str = r##"
//! println!("in a document") of std::env
#![doc = "std::env"]
use std::{env, fs::{self, File}, io::*};
use std as other; // std::net::TcpStream

/// std::process::exit
#[derive(Debug)]
struct Shelf<'a> { obs_id: &'a str, of: &'static mut u8 }

static COUNT: std::sync::atomic::AtomicUsize = AtomicUsize::new(0);
thread_local! { static CELL: Cell<bool> = const { Cell::new(false) }; }
static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| { let mut all = Vec::new(); all });

async fn ask() {
    if 1 != 2 { std::println!("mastDownload {}", '"'); }
    let _raw = r#"std::env::var("HOME")"#;
    Vec::<u8>::new().extend(env::args().await);
}

#[cfg(test)]
#[allow(clippy::all)]
mod tests { fn prints() { eprintln!("{}", std::env::temp_dir()); } }

#[cfg(all(test, unix))]
mod more;

#[cfg(not(test))]
fn real() { dbg!(1); }
"##;

#[test]
fn only_code_is_read_and_imports_are_spelled_out() {
    let names = Names::of(SOURCE).unwrap();
    let has = |path: &str| names.paths.iter().any(|(found, _)| found == path);
    for path in [
        "std::env",
        "std::fs",
        "std::fs::File",
        "std::io",
        "env::args",
        "await",
        "async",
    ] {
        assert!(has(path), "{path}: {:?}", names.paths);
    }
    for path in [
        "std::env::var",
        "std::env::temp_dir",
        "std::net::TcpStream",
        "std::process::exit",
        "more",
    ] {
        assert!(!has(path), "{path}");
    }
    let macros: Vec<_> = names.macros.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(macros, ["thread_local!", "std::println!", "dbg!"]);
    let words: Vec<_> = names.words.iter().map(|(word, _)| word.as_str()).collect();
    for word in ["shelf", "obs", "id", "mast", "download", "mastdownload", "home"] {
        assert!(words.contains(&word), "{word}");
    }
    assert!(!words.contains(&"document") && !words.contains(&"exit"));
    let statics: Vec<_> = names.statics.iter().map(|(declared, _)| declared.as_str()).collect();
    assert_eq!(statics.len(), 3, "{statics:?}");
    assert!(statics[0].starts_with("COUNT") && statics[1].contains("Cell") && statics[2].contains("LazyLock"));
}

#[test]
fn each_name_has_its_line() {
    let names = Names::of("fn a() {\n    b();\n    println!();\n}\n").unwrap();
    assert!(names.paths.contains(&("b".to_owned(), 2)), "{:?}", names.paths);
    assert_eq!(names.macros, [("println!".to_owned(), 3)]);
    assert!(Names::of("fn a( {").is_err());
}

#[test]
fn declared_items_are_named_and_mentioned_ones_are_not() {
    let source = "/// struct Told\npub struct Kept<T>(T);\npub const fn made() -> Other { \"enum Quoted\" }\n#[cfg(test)]\nstruct Tested;\n";
    assert_eq!(
        Names::of(source).unwrap().items,
        ["Kept", "made"].map(str::to_owned).into()
    );
}
