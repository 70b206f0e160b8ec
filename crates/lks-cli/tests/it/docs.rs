//! The documentation is true: every command on a page is run in order, and what it prints is what the page shows; every link leads
//! somewhere. `UPDATE_DOCS=1 cargo test -p lks-cli docs::` writes what the program prints into the pages.
//!
//! How a page is written:
//!
//! * ```` ```console ````: `$ ` begins a command; what follows, up to the next `$ `, is what stdout and stderr get, in the order in which
//!   the program writes it. A page is one shell in an empty home, so `export`, files and `$?` last until its end.
//! * The home is written `/home/you`. `…` alone on a line stands for any lines.
//! * A command that fails is followed by `$ echo $?`. Output is that of a pipe: nothing is shortened.
//! * ```` ```sh,script ```` (or `python,script`) is a file that a user copies, named in its first comment; `cargo xtask cluster` runs it.
//! * ```` ```console,not-run ```` is not run, and each of its commands is named in [`NOT_RUN`].

mod links;
mod names;
mod page;
mod shell;
mod spellings;
mod tour;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lksearch::Target;
use page::{Kind, Page};

use crate::golden;
use crate::home::Home;

/// Commands that cannot be run by a test, because they build the program or the Python package.
const NOT_RUN: [&str; 4] = [
    "cargo install --path crates/lks-cli --profile dist",
    "cargo test --workspace",
    "pip install ./crates/lks-python",
    "python -m lksearch_rs.compat install-alias",
];

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("because this crate lies in the workspace")
}

/// README.md and every page below `docs`, in order.
fn pages() -> Vec<PathBuf> {
    let mut found = vec![workspace().join("README.md")];
    let mut open = vec![workspace().join("docs")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).expect("because it was listed") {
            let path = entry.expect("because it was listed").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string()
}

/// What is wrong with a page, and the page as it should be.
fn check(text: &str) -> Result<(Vec<String>, String), String> {
    let page = Page::parse(text)?;
    let commands: Vec<&page::Command> = page.commands(Kind::Run).collect();
    let answers = shell::answers(commands.iter().map(|command| command.text.as_str()))?;
    let mut wrong = Vec::new();
    let mut printed = Vec::new();
    for (index, (command, answer)) in commands.iter().zip(answers).enumerate() {
        if !page::fits(&command.printed, &answer.output) {
            wrong.push(format!(
                "line {}: `{}` prints\n{}\nand the page shows\n{}",
                command.line,
                command.text,
                answer.output,
                command.printed.join("\n")
            ));
        }
        let is_said = commands.get(index + 1).is_some_and(|next| next.text == "echo $?");
        if answer.code != 0 && !is_said {
            let code = answer.code;
            wrong.push(format!(
                "line {}: `{}` ends with {code}; let `$ echo $?` follow",
                command.line, command.text
            ));
        }
        printed.push(answer.output);
    }
    Ok((wrong, page.with_outputs(&printed)))
}

#[test]
fn every_command_of_every_page_prints_what_the_page_shows() {
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let reports: Vec<(PathBuf, Vec<String>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = pages()
            .into_iter()
            .map(|path| {
                scope.spawn(move || {
                    let wrong = match check(&read(&path)) {
                        Ok((wrong, page)) if update && !wrong.is_empty() => {
                            std::fs::write(&path, page).expect("because the page was just read");
                            wrong
                                .into_iter()
                                .filter(|problem| problem.contains(" ends with "))
                                .collect()
                        }
                        Ok((wrong, _)) => wrong,
                        Err(problem) => vec![problem],
                    };
                    (path, wrong)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("because checks do not panic"))
            .collect()
    });
    let problems: Vec<String> = reports
        .iter()
        .flat_map(|(path, wrong)| wrong.iter().map(move |problem| format!("{}: {problem}", name(path))))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// README's two commands, of which the second is the one that runs this test, and then the quick start, in one empty home.
#[test]
fn a_newcomer_gets_to_a_plotted_light_curve() {
    let readme = read(&workspace().join("README.md"));
    let (first, _) = readme.split_once("## A tour").expect("because README has a tour");
    let first = Page::parse(first).unwrap();
    let quick_start = Page::parse(&read(&workspace().join("docs/guide/quick-start.md"))).unwrap();
    let commands: Vec<&page::Command> = first
        .commands(Kind::Run)
        .chain(quick_start.commands(Kind::Run))
        .collect();
    let look = "head -c 4 light-curve.svg";
    let answers = shell::answers(commands.iter().map(|command| command.text.as_str()).chain([look])).unwrap();
    let mut transcript = String::new();
    for (index, answer) in answers.iter().enumerate() {
        let command = commands.get(index).map_or(look, |command| command.text.as_str());
        transcript.push_str(&format!("$ {command}\n{}\n", answer.output.trim_end()));
        assert_eq!(answer.code, 0, "{command}");
        // What README asked is not asked again, as it is by whoever begins with the page.
        let without_age = |line: &&str| !line.ends_with("`--refresh` asks again");
        let output = answer.output.lines().filter(without_age).collect::<Vec<_>>().join("\n");
        let printed = commands.get(index).map(|command| {
            let lines = command.printed.iter().filter(|line| without_age(&line.as_str()));
            lines.cloned().collect::<Vec<_>>()
        });
        let is_as_shown = printed.is_none_or(|printed| page::fits(&printed, &output));
        // The page's cache has only what the page downloads.
        assert!(
            is_as_shown || command.contains("cache info"),
            "{command}: {}",
            answer.output
        );
    }
    assert!(
        transcript.contains("plot") && transcript.ends_with("<svg\n"),
        "{transcript}"
    );
    println!("{} commands", answers.len());
    golden::compare("newcomer.txt", &transcript);
}

#[test]
fn every_shell_snippet_is_run_or_named() {
    let (mut num_snippets, mut num_commands, mut not_run, mut silent) = (0, 0, Vec::new(), Vec::new());
    for path in pages() {
        let page = Page::parse(&read(&path)).unwrap_or_else(|problem| panic!("{}: {problem}", name(&path)));
        let snippets = page.num_blocks(Kind::Run);
        num_snippets += snippets + page.num_blocks(Kind::NotRun);
        num_commands += page.commands(Kind::Run).count();
        not_run.extend(page.commands(Kind::NotRun).map(|command| command.text.clone()));
        if snippets == 0 && name(&path).starts_with("docs/guide") {
            silent.push(name(&path));
        }
    }
    let num_pages = pages().len();
    let num_not_run = not_run.len();
    println!(
        "{num_pages} pages, {num_snippets} shell snippets, {num_commands} commands run, {num_not_run} named and not run"
    );
    not_run.sort();
    not_run.dedup();
    assert_eq!(not_run, NOT_RUN, "what is not run is named");
    assert!(silent.is_empty(), "pages of the guide without a command: {silent:?}");
    assert!(num_commands >= 60, "only {num_commands} commands were found");
}

#[test]
fn a_wrong_copy_of_the_output_is_noticed() {
    let page = |shown: &str| {
        format!("# A page\n\n```console\n$ lksearch config get fetch.jobs\n{shown}\n$ lksearch config path\n…\n```\n")
    };
    let (wrong, repaired) = check(&page("8\n")).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(repaired, page("8\n"));
    for shown in ["9", "", "8\n8", " 8", "8 …"] {
        let (wrong, repaired) = check(&page(shown)).unwrap();
        assert_eq!(wrong.len(), 1, "{shown:?}");
        assert!(check(&repaired).unwrap().0.is_empty(), "{repaired}");
    }
}

/// The positions that a text names, outside of commands, whose answers are shown.
fn positions(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with("$ "));
    let pieces = lines.flat_map(|line| line.split(['"', '`', '(', ')']));
    let is_position = |piece: &&str| {
        let looks_like_one = piece.contains('.') && piece.contains([' ', ',']) && piece.contains(['+', '-']);
        looks_like_one && matches!(piece.parse::<Target>(), Ok(Target::Position(_)))
    };
    pieces.filter(is_position).map(str::to_owned).collect()
}

#[test]
fn every_example_position_is_that_of_a_sandbox_star() {
    let home = Home::new();
    let help = home.run(&["search", "--help"]).stdout;
    let texts = pages().iter().map(|path| read(path)).chain([help]).collect::<Vec<_>>();
    let found: BTreeSet<String> = texts.iter().flat_map(|text| positions(text)).collect();
    assert!(found.len() >= 3, "{found:?}");
    for position in found {
        for mission in ["tess", "kepler"] {
            let words = [
                "--sandbox",
                "search",
                mission,
                &position,
                "--kind",
                "timeseries",
                "--format",
                "json",
            ];
            assert!(!home.run(&words).rows().is_empty(), "{mission} {position}");
        }
    }
}

#[test]
fn a_failure_that_the_page_hides_is_noticed() {
    let hidden = "```console\n$ lksearch config get fetch.job\n…\n```\n";
    assert!(check(hidden).unwrap().0[0].contains("ends with 2"));
    let said = "```console\n$ lksearch config get fetch.job\n…\n$ echo $?\n2\n```\n";
    assert!(check(said).unwrap().0.is_empty());
}

#[test]
fn a_page_has_a_home_of_its_own_and_one_shell() {
    let page = "```console\n$ lksearch config set fetch.jobs 3\n$ lksearch config path\n/home/you/.lksearch/config/lksearch.toml\n```\n\n\
                ```console\n$ export LKSEARCH_PREFER_CLOUD=false\n$ lksearch config get fetch.jobs && \\\n  lksearch config get prefer_cloud\n\
                3\nfalse\n```\n";
    assert_eq!(check(page).unwrap().0, Vec::<String>::new());
    let other = "```console\n$ lksearch config get fetch.jobs\n8\n```\n";
    assert_eq!(check(other).unwrap().0, Vec::<String>::new());
}

#[test]
fn a_page_that_cannot_be_read_is_an_error() {
    for (page, word) in [
        ("```console\nlksearch search\n```\n", "begins with `$ `"),
        ("```console\n$ lksearch search\n", "never closed"),
        ("```sh\nlksearch search\n```\n", "sh"),
        ("```sh,script\nlksearch search\n```\n", "names its file"),
        ("```\n$ lksearch search\n```\n", "kind"),
        ("```text\n$ lksearch search\n```\n", "console"),
        ("```console\n$ rm -r /\n```\n", "rm"),
        ("```console\n$ lksearch config \\\n```\n", "continued"),
        (
            "1. Do:\n\n   ```console\n   $ lksearch search\n   ```\n",
            "begin of a line",
        ),
        ("~~~console\n$ lksearch search\n~~~\n", "begin of a line"),
        ("Do:\n\n    $ lksearch search\n", "begin of a line"),
    ] {
        let problem = check(page).err().unwrap_or_else(|| panic!("{page} was read"));
        assert!(problem.contains(word), "{problem}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut more = vec![workspace().join("CONTRIBUTING.md")];
    for entry in std::fs::read_dir(workspace().join("crates")).expect("because the crates lie there") {
        more.push(entry.expect("because it was listed").path().join("README.md"));
    }
    more.retain(|path| path.exists());
    let (mut num_links, mut num_outside, mut dead) = (0, 0, Vec::new());
    for path in pages().into_iter().chain(more) {
        for link in links::of(&read(&path)) {
            if link.is_outside() {
                num_outside += 1;
                continue;
            }
            num_links += 1;
            if let Err(problem) = link.resolve(&path) {
                dead.push(format!("{}:{}: {problem}", name(&path), link.line));
            }
        }
    }
    println!("{num_links} links inside, {num_outside} to other places (not asked)");
    assert!(dead.is_empty(), "{}", dead.join("\n"));
    assert!(num_links >= 40, "only {num_links} links were found");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let docs = workspace().join("docs");
    let listed: Vec<PathBuf> = links::of(&read(&docs.join("SUMMARY.md")))
        .iter()
        .filter_map(|link| docs.join(&link.target).canonicalize().ok())
        .collect();
    let missing: Vec<String> = pages()
        .iter()
        .filter(|path| path.starts_with(&docs) && !path.ends_with("SUMMARY.md") && !listed.contains(path))
        .map(|path| name(path))
        .collect();
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
}
