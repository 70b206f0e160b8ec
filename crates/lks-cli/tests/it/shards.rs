//! Work that several machines share: `plan`, `shard`, `download --from SHARD`, `merge`, and the share of limits.

use std::fs;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

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
fn workers_of_one_machine_share_limits_beside_any_store() {
    let archive = archive();
    let home = sharded(&archive, "2");
    let runtime = home.path("runtime");
    fs::create_dir(&runtime).unwrap();
    let variables = Home::pointing_at(&archive);
    let machine = ("XDG_RUNTIME_DIR", runtime.to_str().unwrap());
    let variables = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain([machine]);
    let words = download(0);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let worker = home.run_with(&words, &variables.collect::<Vec<_>>());
    assert!(ok(worker).contains("takes 1/2 of each host's limits"));
    let files = home.files();
    for place in ["runtime/lksearch/limits/", ".lks/v1/limits/"] {
        assert!(files.iter().any(|file| file.contains(place)), "{place}: {files:?}");
    }
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
fn what_is_missing_is_named_and_brought() {
    let archive = archive();
    let home = sharded(&archive, "3");
    for number in [0, 1] {
        ok(run(&home, &archive, &download(number)));
    }
    let without_plan = home.run(&["merge", "manifests"]);
    without_plan.failed(1, &["of shard 2/3", "merge again"]);
    let words = ["merge", "manifests", "--plan", "plan.parquet", "-o", "merged.json"];
    home.run(&words)
        .failed(1, &["no manifest has", "of shard 2/3", "failed"]);
    let text = fs::read_to_string(home.path("merged.json")).unwrap();
    assert!(text.contains("no manifest has this row (shard 2/3)"), "{text}");
    // What was merged is a manifest like any other: its errors are brought, and it stays one of the plan.
    ok(home.run_against(&archive, &["download", "--from", "merged.json", "-o", "rest.csv"]));
    let told = ok(home.run(&[
        "merge",
        "merged.json",
        "rest.csv",
        "--plan",
        "plan.parquet",
        "-o",
        "all.csv",
    ]));
    assert!(!told.contains("failed") && told.contains("complete"), "{told}");
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
fn what_does_not_fit_together_is_refused() {
    let archive = archive();
    let home = sharded(&archive, "2");
    let other = [
        "plan",
        "k2",
        "K2-18",
        "--hlsps",
        "--kind",
        "timeseries",
        "-o",
        "other.parquet",
    ];
    ok(home.run_against(&archive, &other));
    ok(run(&home, &archive, &download(0)));
    ok(home.run_against(&archive, &["download", "--from", "other.parquet", "-o", "other.csv"]));
    ok(home.run_against(&archive, &[&HLSPS_OF_K2_18[..], &["-o", "plain.csv"]].concat()));
    let refused = |words: &[&str], told: &[&str]| home.run_against(&archive, words).failed(2, told);
    refused(
        &["shard", "plan.parquet", "--of", "0", "-o", "x"],
        &["--of", "from 1 on"],
    );
    refused(
        &["shard", "plan.parquet", "--of", "100000", "-o", "x"],
        &["at most 65536"],
    );
    refused(
        &["shard", &shard(0), "--of", "2", "-o", "x"],
        &["it is shard 0/2 of a plan; give the whole plan"],
    );
    refused(
        &["shard", "plain.csv", "--of", "2", "-o", "x"],
        &["plain.csv is not a plan", "lksearch plan --from"],
    );
    refused(
        &["shard", "plan.parquet", "--of", "3", "-o", "shards"],
        &["shard-0000.parquet is shard 0/2", "another directory"],
    );
    refused(
        &["shard", "other.parquet", "--of", "2", "-o", "shards"],
        &["of the plan", "remove the shards"],
    );
    refused(
        &["merge", "manifests/0.csv", "other.csv"],
        &["not of one plan", "other.csv of the plan"],
    );
    refused(
        &["merge", "manifests/0.csv", "--plan", "other.parquet"],
        &["not of one plan", "the plan is"],
    );
    refused(
        &["merge", "manifests/0.csv", "--plan", &shard(0)],
        &["its shard 0/2; give the whole plan"],
    );
    refused(
        &["merge", "plain.csv"],
        &["plain.csv lacks the columns plan, shard, plan_row"],
    );
    refused(&["merge", "shards"], &["no manifest of a plan"]);
    for option in [
        &["--no-cloud"][..],
        &["--cloud-only"],
        &["--link"],
        &["--cutout-size", "5"],
    ] {
        refused(
            &[&["download", "--from", "plan.parquet"], option].concat(),
            &["do not go with a plan"],
        );
    }
    refused(
        &["plan", "--from", "plan.parquet", "-o", "plan.csv"],
        &["ends in .parquet or .arrow"],
    );
    assert_eq!(home.run(&["merge", "nothere.csv"]).code, Some(3));
    // Other things that lie beside manifests are passed over, and named.
    fs::write(home.path("manifests/notes.json"), "no table").unwrap();
    let told = home.run(&["merge", "manifests"]);
    assert!(
        told.stderr.contains("passed over") && told.stderr.contains("notes.json"),
        "{}",
        told.stderr
    );
}

#[test]
fn a_plan_of_a_newer_version_is_not_used() {
    let archive = archive();
    let home = sharded(&archive, "2");
    let bytes = fs::read(home.path("plan.parquet")).unwrap();
    let table = lksearch::read_table(&bytes).unwrap();
    let metadata = table.metadata().clone().with("lksearch.plan.version", "2");
    let newer = table.with_metadata(metadata).unwrap();
    let file = fs::File::create(home.path("newer.parquet")).unwrap();
    lksearch::Format::Parquet.write(&newer, file).unwrap();
    for words in [
        &["shard", "newer.parquet", "--of", "2", "-o", "x"][..],
        &["download", "--from", "newer.parquet"],
        &["plan", "--from", "newer.parquet", "-o", "x.parquet"],
        &["merge", "manifests", "--plan", "newer.parquet"],
    ] {
        home.run_against(&archive, words)
            .failed(2, &["newer.parquet: it is a plan of version 2", "lksearch 0."]);
    }
}

#[test]
fn a_share_is_a_part_of_a_whole() {
    let (home, archive) = (Home::new(), archive());
    for share in ["3/2", "0/4", "1/0", "2", "x", "1/2/3"] {
        let words = [&HLSPS_OF_K2_18[..], &["--share", share]].concat();
        home.run_against(&archive, &words).failed(2, &["--share", "`1/8`"]);
    }
    assert_eq!(archive.log().len(), 0);
    let run = |words: &[&str], variables: &[(&'static str, &str)]| {
        let pointing = Home::pointing_at(&archive);
        let all: Vec<(&str, &str)> = pointing.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let outcome = home.run_with(&[&HLSPS_OF_K2_18[..], words].concat(), &[&all[..], variables].concat());
        ok(outcome)
    };
    let array = |first, last, count| {
        [
            ("SLURM_ARRAY_TASK_MIN", first),
            ("SLURM_ARRAY_TASK_MAX", last),
            ("SLURM_ARRAY_TASK_COUNT", count),
        ]
    };
    let told = run(&["--share", "1/8"], &array("0", "3", "4"));
    assert!(told.contains("takes 1/8 of each host's limits (--share)"), "{told}");
    let told = run(&[], &[("LKSEARCH_SHARE", "2/3")]);
    assert!(
        told.contains("takes 2/3 of each host's limits (LKSEARCH_SHARE)"),
        "{told}"
    );
    let told = run(&[], &array("0", "3", "4"));
    assert!(
        told.contains("takes 1/4 of each host's limits (SLURM_ARRAY_TASK_COUNT=4)"),
        "{told}"
    );
    let told = run(&[], &array("0", "3", "2"));
    assert!(!told.contains("limits"), "{told}");
}

#[test]
fn a_worker_that_should_wait_too_long_says_so() {
    let archive = archive();
    let home = Home::new();
    archive.script(
        Matcher::contains("Download/file"),
        [Fault::status(429).retry_after(3600).always()],
    );
    let alone = home.run_against(&archive, &HLSPS_OF_K2_18);
    alone.failed(4, &["3 failed"]);
    let home = Home::new();
    let worker = home.run_against(
        &archive,
        &[&HLSPS_OF_K2_18[..], &["--share", "1/2", "-o", "m.csv"]].concat(),
    );
    worker.failed(75, &["3 failed"]);
}

#[test]
fn workers_of_one_store_keep_one_limit() {
    let archive = Sandbox::start(SandboxOptions {
        redirect_to_cloud: false,
        bulk: 30,
        latency: std::time::Duration::from_millis(20),
        ..SandboxOptions::default()
    })
    .unwrap();
    let home = Home::new();
    let plan = [
        "plan",
        "tess",
        "81.0 -71.5",
        "--radius",
        "5.01deg",
        "--kind",
        "dvreports",
        "--no-cloud",
        "-o",
        "plan.parquet",
    ];
    ok(home.run_against(&archive, &plan));
    ok(home.run_against(&archive, &["shard", "plan.parquet", "--of", "8", "-o", "shards"]));
    archive.clear_log();
    let words: Vec<[String; 5]> = (0..8).map(download).collect();
    fs::create_dir(home.path("manifests")).unwrap();
    let workers: Vec<_> = words
        .iter()
        .map(|words| home.start_against(&archive, &words.iter().map(String::as_str).collect::<Vec<_>>()))
        .collect();
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    let files = Matcher::contains("Download/file");
    assert!(archive.count(&files) > 20);
    assert!(
        archive.peak_requests_of(&files) <= 6,
        "{}",
        archive.peak_requests_of(&files)
    );
    ok(home.run(&["merge", "manifests", "--plan", "plan.parquet"]));
}
