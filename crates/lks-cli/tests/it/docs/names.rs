//! What the pages name is there: Rust spellings, tests, commands and options.

use std::collections::BTreeSet;

use super::page::spans;
use super::{name as page_name, pages, read, spellings, workspace};
use crate::home::Home;

#[test]
fn every_rust_spelling_for_python_users_compiles() {
    // rustfmt breaks lines as it likes, so blanks do not count.
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let source = dense(spellings::SOURCE);
    let page = read(&workspace().join("docs/guide/coming-from-python.md"));
    let (_, tables) = page
        .split_once("in Rust |")
        .expect("because the tables have this column");
    let (tables, _) = tables
        .split_once("## Differences")
        .expect("because the page has this part");
    let rows = tables.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.split(" | ").nth(2));
    let spellings: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    println!("{} spellings", spellings.len());
    let unknown: Vec<&&str> = spellings
        .iter()
        .filter(|spelling| !source.contains(&dense(spelling)))
        .collect();
    assert!(unknown.is_empty(), "not compiled: {unknown:#?}");
    assert!(spellings.len() >= 50, "only {} were found", spellings.len());
}

#[test]
fn every_test_that_a_page_names_is_there() {
    let tests = |module: &str| {
        let crates = std::fs::read_dir(workspace().join("crates")).expect("because the crates lie there");
        let files = crates.map(|entry| {
            let folder = entry.expect("because it was listed").path();
            folder.join("tests/it").join(module).with_extension("rs")
        });
        let of_facade = workspace().join("tests/tests/facade").join(module).with_extension("rs");
        files
            .chain([of_facade])
            .filter(|file| file.exists())
            .map(|file| read(&file))
            .collect::<String>()
    };
    let (mut num_named, mut missing) = (0, Vec::new());
    for path in pages() {
        let page = read(&path);
        for span in spans(&page) {
            // The names of tests are sentences; nothing else is.
            let Some((module, name)) = span.split_once("::").filter(|(_, name)| name.matches('_').count() > 3) else {
                continue;
            };
            num_named += 1;
            if !tests(module).contains(&format!("fn {name}(")) {
                missing.push(format!("{}: {span}", page_name(&path)));
            }
        }
    }
    println!("{num_named} tests are named");
    assert!(missing.is_empty(), "not there: {missing:#?}");
    assert!(num_named >= 20, "only {num_named} were found");
}

#[test]
fn every_command_and_option_on_a_page_exists() {
    let home = Home::new();
    let help = |words: &[&str]| {
        let ran = home.run(&[words, &["--help"]].concat());
        (ran.code == Some(0)).then_some(ran.stdout)
    };
    let mut options = help(&[]).expect("because the program has help");
    for command in [
        "search",
        "download",
        "cutout",
        "plan",
        "shard",
        "merge",
        "lock",
        "sync",
        "cite",
        "resolve",
        "catalog cone",
        "catalog id",
        "catalog names",
        "config show",
        "config init",
        "cache verify",
        "cache adopt",
        "cache clear",
        "cache rm",
        "fits header",
        "fits table",
        "fits image",
        "plot",
        "sandbox",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        options += &help(&words).unwrap_or_else(|| panic!("no help for {command}"));
    }
    // Words that are understood and not advertised.
    options += " --author --provenance --cadence --sectors --quarters --campaigns --json ";
    let known: BTreeSet<&str> = options
        .split([' ', ',', '\n', '`'])
        .filter(|word| word.starts_with("--"))
        .collect();
    let (mut num_options, mut num_commands, mut unknown) = (0, 0, Vec::new());
    for path in pages()
        .into_iter()
        .filter(|path| !page_name(path).starts_with("docs/decisions"))
    {
        for span in spans(&read(&path)).filter(|span| !span.starts_with("cargo ")) {
            for option in span.split_whitespace().filter(|word| word.starts_with("--")) {
                num_options += 1;
                if !known.contains(option.split('=').next().unwrap_or(option)) {
                    unknown.push(format!("{}: {span}", page_name(&path)));
                }
            }
            let Some(words) = span.strip_prefix("lksearch ") else {
                continue;
            };
            let plain = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase());
            let words: Vec<&str> = words.split_whitespace().take_while(plain).collect();
            num_commands += 1;
            if help(&words).is_none() {
                unknown.push(format!("{}: {span}", page_name(&path)));
            }
        }
    }
    println!("{num_commands} commands and {num_options} options are named");
    assert!(unknown.is_empty(), "not known: {unknown:#?}");
    assert!(
        num_commands >= 15 && num_options >= 40,
        "only {num_commands} and {num_options} were found"
    );
}
