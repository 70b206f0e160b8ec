//! Work that several machines share: `plan`, `shard`, `download --from SHARD`, `merge`, and the share of limits.

mod limits;
mod merging;
mod planning;

use std::fs;
use std::num::NonZeroU32;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use lksearch::fetch::PortablePlan;

use crate::home::{HLSPS_OF_K2_18, Home, Outcome, column, send};

fn archive() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).unwrap()
}

/// A home with a plan of several products, in the cloud and not, and its shards.
fn sharded(archive: &Sandbox, of: &str) -> Home {
    let home = Home::new();
    let plan = [
        "plan",
        "tess",
        "TIC 158324245",
        "--sector",
        "14,15",
        "--kind",
        "timeseries,dvreports",
        "-o",
        "plan.parquet",
    ];
    ok(home.run_against(archive, &plan));
    ok(home.run_against(archive, &["shard", "plan.parquet", "--of", of, "-o", "shards"]));
    fs::create_dir(home.path("manifests")).unwrap();
    home
}

#[track_caller]
fn ok(outcome: Outcome) -> String {
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    outcome.stderr
}

fn shard(number: usize) -> String {
    format!("shards/shard-{number:04}.parquet")
}

fn download(number: usize) -> [String; 5] {
    let manifest = format!("manifests/{number}.csv");
    [
        "download".to_owned(),
        "--from".to_owned(),
        shard(number),
        "-o".to_owned(),
        manifest,
    ]
}

fn run(home: &Home, archive: &Sandbox, words: &[String]) -> Outcome {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    home.run_against(archive, &words)
}

#[test]
fn a_sector_is_planned_as_its_listing() {
    let (home, archive) = (Home::new(), archive());
    let sector = ["tess", "--sector", "14", "--kind", "timeseries"];
    let run = |words: &[&str]| ok(home.run_against(&archive, words));
    run(&[&["search"], &sector[..], &["-o", "found.parquet"]].concat());
    for ending in ["parquet", "arrow"] {
        let (listed, found) = (format!("listed.{ending}"), format!("found-plan.{ending}"));
        let told = run(&[&["plan"], &sector[..], &["-o", &listed]].concat());
        let again = run(&["plan", "--from", "found.parquet", "-o", &found]);
        assert_eq!(told.lines().last(), again.lines().last());
        let rows =
            |plan: &str| home.run_against(&archive, &["download", "--from", plan, "--dry-run", "--format", "csv"]);
        assert_eq!(rows(&listed).stdout, rows(&found).stdout);
        // Shards of another plan would not be replaced.
        run(&["shard", &listed, "--of", "2", "-o", ending]);
        run(&["shard", &found, "--of", "2", "-o", ending]);
    }
    let nothing = home.run_against(&archive, &["plan", "tess", "--sector", "9999", "-o", "none.parquet"]);
    nothing.failed(3, &["the archive lists nothing there"]);
    assert!(!home.path("none.parquet").exists());
}

fn asks(archive: &Sandbox) -> usize {
    let questions = ["/api/v0/invoke", "/api/v0.1/path_lookup", "/Santa-war"];
    questions
        .iter()
        .map(|path| archive.count(&Matcher::contains(*path)))
        .sum()
}

#[test]
fn workers_ask_nothing_that_the_plan_has_asked() {
    let archive = archive();
    let home = sharded(&archive, "3");
    assert_eq!(archive.count(&Matcher::contains("path_lookup")), 1);
    archive.clear_log();
    for number in 0..3 {
        let told = ok(run(&home, &archive, &download(number)));
        assert!(
            told.contains(&format!("takes 1/3 of each host's limits (it is shard {number}/3)")),
            "{told}"
        );
    }
    assert_eq!(asks(&archive), 0, "{:?}", archive.log());
    let num_files = archive.log().len();
    assert_eq!(
        archive.count(&Matcher::contains("/stpubdata/")) + archive.count(&Matcher::contains("Download/file")),
        num_files
    );

    let merge = ["merge", "manifests", "--plan", "plan.parquet", "-o", "merged.csv"];
    let told = ok(home.run(&merge));
    assert!(
        told.contains(&format!("{num_files} rows: {num_files} complete")),
        "{told}"
    );
    let merged = fs::read(home.path("merged.csv")).unwrap();
    let merged_rows = home.run(&["merge", "merged.csv", "--format", "json"]).rows();
    let numbers: Vec<u64> = merged_rows
        .iter()
        .map(|row| row["plan_row"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (0..num_files as u64).collect::<Vec<_>>());
    let planned = home.run(&[
        "--offline",
        "download",
        "--from",
        "plan.parquet",
        "--dry-run",
        "--format",
        "json",
    ]);
    assert_eq!(column(&merged_rows, "dataURI"), column(&planned.rows(), "dataURI"));

    // Again, with its own result and with all manifests twice: not a byte differs.
    ok(home.run(&["merge", "merged.csv", "manifests", "manifests/0.csv", "-o", "again.csv"]));
    assert_eq!(fs::read(home.path("again.csv")).unwrap(), merged);
}

#[test]
fn places_that_were_kept_are_said_to_be() {
    let (archive, home) = (archive(), Home::new());
    let search = [
        "search",
        "tess",
        "TIC 158324245",
        "--sector",
        "14",
        "-o",
        "found.parquet",
    ];
    ok(home.run_against(&archive, &search));
    let plan = ["plan", "--from", "found.parquet", "-o", "plan.parquet"];
    let first = ok(home.run_against(&archive, &plan));
    assert!(!first.contains("ago"), "{first}");
    let again = ok(home.run_against(&archive, &plan));
    assert!(again.contains("from less than an hour ago"), "{again}");
}

#[test]
fn a_plan_itself_is_downloaded_without_a_question() {
    let archive = archive();
    let home = sharded(&archive, "1");
    archive.clear_log();
    let words = ["download", "--from", "plan.parquet", "--format", "json"];
    let told = home.run_against(&archive, &words);
    assert!(!told.stderr.contains("of each host's limits"), "{}", told.stderr);
    let manifest = told.rows();
    assert_eq!((asks(&archive), column(&manifest, "shard")[0].as_str()), (0, "null"));
    // Links too, of which only the bucket is asked whether they are there.
    ok(home.run_against(
        &archive,
        &["plan", "--from", "plan.parquet", "--link", "-o", "links.arrow"],
    ));
    archive.clear_log();
    let links = home
        .run_against(&archive, &["download", "--from", "links.arrow", "--format", "json"])
        .rows();
    assert!(column(&links, "source").contains(&"link".to_owned()), "{links:?}");
    assert_eq!(asks(&archive), 0);
    for (option, first) in [("--no-cloud", "mast"), ("--cloud-only", "cloud")] {
        ok(home.run_against(
            &archive,
            &["plan", "--from", "plan.parquet", option, "-o", "other.parquet"],
        ));
        let dry = home
            .run_against(
                &archive,
                &[
                    "download",
                    "--from",
                    "other.parquet",
                    "--dry-run",
                    "--force",
                    "--format",
                    "json",
                ],
            )
            .rows();
        assert_eq!(dry[0]["source"], *first, "{option}");
    }
}

#[test]
fn a_killed_worker_is_continued_by_the_same_command() {
    let archive = archive();
    let home = sharded(&archive, "1");
    archive.script(Matcher::contains("Download/file"), [Fault::stall_at(4096).always()]);
    archive.script(
        Matcher::contains("/stpubdata/").method("GET"),
        [Fault::stall_at(4096).always()],
    );
    let words = download(0);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut child = home.start_against(&archive, &words);
    while archive.log().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "the program ended");
        std::thread::yield_now();
    }
    send(&child, "KILL");
    child.wait().unwrap();
    archive.clear_scripts();
    ok(run(&home, &archive, &download(0)));
    ok(home.run(&["merge", "manifests", "--plan", "plan.parquet"]));
}

#[test]
fn a_worker_without_room_loses_nothing() {
    let archive = archive();
    let home = sharded(&archive, "1");
    let pointing = Home::pointing_at(&archive);
    let variables = pointing.each_ref().map(|(name, value)| (*name, value.as_str()));
    let program = home.command(&[], &variables);
    // No file may grow beyond 32 KiB, as on a full disk.
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(download(0));
    let environment = program.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.env_clear().envs(environment).current_dir(home.path(""));
    assert_eq!(shell.output().unwrap().status.code(), Some(1));
    home.run(&["merge", "manifests", "--plan", "plan.parquet"])
        .failed(1, &["failed"]);
    ok(run(&home, &archive, &download(0)));
    ok(home.run(&["merge", "manifests", "--plan", "plan.parquet"]));
}

#[test]
fn shards_may_be_more_than_rows() {
    let archive = archive();
    let home = sharded(&archive, "40");
    assert_eq!(fs::read_dir(home.path("shards")).unwrap().count(), 40);
    let told = ok(home.run_against(&archive, &["shard", "plan.parquet", "--of", "40", "-o", "shards"]));
    assert!(told.contains("in 40 shards in shards: 0 to "), "{told}");
    for number in 0..40 {
        ok(run(&home, &archive, &download(number)));
    }
    let told = ok(home.run(&["merge", "manifests", "-o", "merged.parquet"]));
    assert!(!told.contains("missing"), "{told}");
}

#[test]
fn shards_that_are_streamed_are_those_of_the_plan() {
    let archive = archive();
    let home = sharded(&archive, "300");
    let table = |path: &str| lksearch::read_table(&fs::read(home.path(path)).unwrap()).unwrap();
    let plan = PortablePlan::of_table(&table("plan.parquet")).unwrap().unwrap();
    for (number, expected) in plan.shards(NonZeroU32::new(300).unwrap()).unwrap().enumerate() {
        let (written, expected) = (table(&shard(number)), expected.unwrap());
        assert_eq!(&written, expected.table());
        assert_eq!(
            PortablePlan::of_table(&written).unwrap().unwrap().header,
            expected.header
        );
    }
}
