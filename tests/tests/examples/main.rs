//! The examples of the crates are run, each crate's alone, and what they print is compared with `printed.txt`. Those that ask an
//! archive ask a miniature one. `UPDATE_DOCS=1 cargo test -p lks-tests --test examples` writes the file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use tempfile::TempDir;

const LIGHT_CURVE: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

/// What an example is given: `{dir}` is a directory of its own, `{archive}` the address of the archive.
struct Example {
    package: &'static str,
    name: &'static str,
    arguments: &'static [&'static str],
}

const EXAMPLES: &[Example] = &[
    Example {
        package: "lks-config",
        name: "show",
        arguments: &["fetch.jobs=2"],
    },
    Example {
        package: "lks-answers",
        name: "remember",
        arguments: &[],
    },
    Example {
        package: "lks-cache",
        name: "recipes",
        arguments: &[],
    },
    Example {
        package: "lks-table",
        name: "query",
        arguments: &["{dir}/stations.csv", "snow > 10 and town.str.startswith('B')"],
    },
    Example {
        package: "lks-fits",
        name: "write",
        arguments: &["{dir}/small.fits"],
    },
    Example {
        package: "lks-fits",
        name: "info",
        arguments: &["{dir}/small.fits"],
    },
    Example {
        package: "lks-http",
        name: "get",
        arguments: &["{archive}/stpubdata/busy", "{archive}/stpubdata/nothing"],
    },
    Example {
        package: "lks-mast",
        name: "resolve",
        arguments: &["TOI 1161"],
    },
    Example {
        package: "lks-mast",
        name: "search",
        arguments: &[
            "tess",
            "TIC 158324245",
            "sector == 14 and pipeline == 'SPOC' and kind == 'timeseries'",
        ],
    },
    Example {
        package: "lks-catalog",
        name: "motion",
        arguments: &["269.452077,4.693365,-801.551,10362.394,546.9759,,2000,2016"],
    },
    Example {
        package: "lks-wcs",
        name: "convert",
        arguments: &[
            "CTYPE1 = 'RA---TAN-SIP'",
            "CTYPE2 = 'DEC--TAN-SIP'",
            "CRPIX1 = 1045.0",
            "CRPIX2 = 1001.0",
            "CRVAL1 = 319.4",
            "CRVAL2 = -41.28",
            "CD1_1 = 0.0055",
            "CD2_2 = 0.0055",
            "A_ORDER = 2",
            "A_2_0 = 1.9E-5",
            "B_ORDER = 2",
            "pixel 2000 100.5",
            "sky 325 -36",
            "sky 139.4 41.28",
            "fit 1037 993 15 15",
        ],
    },
    Example {
        package: "lks-cutout",
        name: "reads",
        arguments: &["5760", "1282", "1044.2", "-0.3", "3", "3"],
    },
    Example {
        package: "lks-fetch",
        name: "fetch",
        arguments: &["{dir}/store", LIGHT_CURVE, "mast:TESS/product/nothing_lc.fits"],
    },
    Example {
        package: "lksearch",
        name: "light_curves",
        arguments: &["TIC 158324245", "K2-18"],
    },
    Example {
        package: "lksearch",
        name: "blocking",
        arguments: &["TOI 1161"],
    },
    Example {
        package: "lksearch",
        name: "flux",
        arguments: &[LIGHT_CURVE],
    },
    Example {
        package: "lks-sandbox",
        name: "serve",
        arguments: &["--port", "0", "--stop-with-stdin"],
    },
];

#[test]
fn every_example_prints_what_is_kept() {
    let archive = Sandbox::start(SandboxOptions::default()).expect("because a port is free");
    let busy = Matcher::path("/stpubdata/busy");
    archive.script(busy, [Fault::status(503), Fault::status(200)]);
    let directory = TempDir::new().expect("because a temporary directory can be made");
    fs::write(
        directory.path().join("stations.csv"),
        "town,snow\nBrocken,12.5\nZugspitze,210\nBerlin,\n",
    )
    .expect("because the directory was just made");

    let printed: String = EXAMPLES
        .iter()
        .map(|example| printed(example, &archive, directory.path()))
        .collect();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/printed.txt");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&kept, &printed).expect("because this is a checkout");
    }
    let expected = fs::read_to_string(&kept).expect("because it is kept beside this file");
    assert_eq!(
        printed, expected,
        "UPDATE_DOCS=1 takes it over if it is right; `cargo build --workspace --examples` if an example is older than its source"
    );
}

/// The program, and the package for Python: nobody links with them.
const PRODUCTS: [&str; 2] = ["lks-cli", "lks-python"];

#[test]
fn every_crate_for_use_alone_has_an_example_that_is_run() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let folders = fs::read_dir(crates).expect("because the crates lie there");
    let names: BTreeSet<String> = folders
        .map(|entry| entry.expect("because it was listed"))
        .filter(|entry| entry.path().join("src/lib.rs").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !PRODUCTS.contains(&name.as_str()))
        .collect();
    let run: BTreeSet<String> = EXAMPLES.iter().map(|example| example.package.to_owned()).collect();
    assert_eq!(run, names);
}

/// The command as one would type it, and what stdout got.
fn printed(example: &Example, archive: &Sandbox, directory: &Path) -> String {
    let url = archive.url();
    let home = directory.display().to_string();
    let arguments = example
        .arguments
        .iter()
        .map(|word| word.replace("{dir}", &home).replace("{archive}", &url));
    let output = Command::new(program(example))
        .args(arguments)
        .env_clear()
        .env("HOME", directory)
        .env("LKSEARCH_CACHE_DIR", directory.join("cache"))
        .env("LKSEARCH_ENDPOINTS__MAST", &url)
        .env("LKSEARCH_ENDPOINTS__RESOLVER", &url)
        .env("LKSEARCH_ENDPOINTS__S3", &url)
        .envs(["MAST", "RESOLVER", "S3"].map(|name| (name, &url)))
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", example.name));
    assert!(output.status.success(), "{} {output:?}", example.name);
    let shown: Vec<String> = example.arguments.iter().map(|word| format!(" {word:?}")).collect();
    let text = String::from_utf8(output.stdout).expect("because examples print UTF-8");
    let text = text.replace(&url, "{archive}").replace(&home, "{dir}");
    let lines: String = text.lines().map(|line| timeless(line) + "\n").collect();
    format!("$ {} {}{}\n{lines}\n", example.package, example.name, shown.concat())
}

/// A line without what differs from run to run: ports, moments, and blanks that depend on the length of either.
fn timeless(line: &str) -> String {
    if let Some((before, after)) = line.split_once("http://127.0.0.1:") {
        let rest = after.trim_start_matches(|character: char| character.is_ascii_digit());
        return format!("{before}http://127.0.0.1:PORT{rest}");
    }
    if let Some((before, after)) = line.split_once("\"at\":\"") {
        return format!("{before}\"at\":\"…{}", after.trim_start_matches(|c: char| c != '"'));
    }
    match line.contains("{archive}") || line.contains("{dir}") {
        true => line.split_whitespace().collect::<Vec<_>>().join(" "),
        false => line.to_owned(),
    }
}

/// The built example: beside this test's own program, where `cargo test --workspace` has put it; else it is built now.
fn program(example: &Example) -> PathBuf {
    let test = std::env::current_exe().expect("because this is a program");
    let target = test
        .parent()
        .and_then(Path::parent)
        .expect("because tests lie in target/…/deps");
    let path = target.join("examples").join(example.name);
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                example.package,
                "--example",
                example.name,
            ])
            .status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "{} is not built",
            example.name
        );
    }
    path
}
