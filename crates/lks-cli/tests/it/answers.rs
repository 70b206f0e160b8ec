//! Kept answers: the same question is not asked twice, offline there is what was asked, and nothing that befalls them changes a row.

use std::fs;
use std::process::Command;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use serde_json::Value;

use crate::home::{Home, Outcome, line};

const LIGHT_CURVES: [&str; 9] = [
    "search",
    "tess",
    "TOI 1161",
    "--sector",
    "14",
    "--kind",
    "timeseries",
    "--format",
    "csv",
];

fn archive() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).unwrap()
}

fn found(outcome: &Outcome) -> &str {
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    &outcome.stdout
}

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [words, more].concat()
}

#[test]
fn a_search_again_asks_nothing_and_says_how_old_it_is() {
    let (home, archive) = (Home::new(), archive());
    let first = home.run_against(&archive, &LIGHT_CURVES);
    assert!(!first.stderr.contains("--refresh"), "{}", first.stderr);
    let num_asked = archive.log().len();
    let again = home.run_against(&archive, &LIGHT_CURVES);
    assert_eq!((found(&again), archive.log().len()), (found(&first), num_asked));
    assert!(
        again
            .stderr
            .contains("from less than an hour ago; `--refresh` asks again"),
        "{}",
        again.stderr
    );

    let other = home.run_against(&archive, &with(&LIGHT_CURVES, &["--query", "exptime < 600"]));
    assert_eq!(
        archive.log().len(),
        num_asked,
        "another expression is about the same answers"
    );
    assert!(found(&other).lines().count() < found(&first).lines().count());

    for asking in [&["--refresh"][..], &["--set", "search.max_age=0s"]] {
        let num_before = archive.log().len();
        let refreshed = home.run_against(&archive, &with(&LIGHT_CURVES, asking));
        assert_eq!(found(&refreshed), found(&first));
        assert!(
            archive.log().len() > num_before && !refreshed.stderr.contains("ago"),
            "{}",
            refreshed.stderr
        );
    }
}

/// What a tour asks: everything that can be answered from what was asked and brought before.
const TOUR: [&[&str]; 15] = [
    &["resolve", "TOI 1161", "--format", "csv"],
    &["search", "tess", "TOI 1161", "--sector", "14", "--format", "json"],
    &[
        "search",
        "kepler",
        "KIC 11904151",
        "--kind",
        "timeseries",
        "--format",
        "csv",
    ],
    &[
        "download",
        "tess",
        "TOI 1161",
        "--sector",
        "14",
        "--pipeline",
        "SPOC",
        "--kind",
        "timeseries",
        "--dry-run",
        "--format",
        "csv",
    ],
    &["download", "k2", "K2-18", "--hlsps", "--kind", "timeseries", "--paths"],
    &[
        "fits",
        "info",
        "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        "--format",
        "csv",
    ],
    &[
        "plot",
        "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        "-o",
        "curve.svg",
    ],
    &["catalog", "names", "Kepler-10", "--format", "csv"],
    &["catalog", "id", "KIC 11904151", "--to", "gaiadr3", "--format", "csv"],
    &[
        "catalog",
        "cone",
        "Barnard's star",
        "--catalog",
        "tic",
        "--epoch",
        "2020.5",
        "--format",
        "json",
    ],
    &[
        "catalog",
        "cone",
        "285.6793883 +50.2413057",
        "--catalog",
        "kic",
        "--radius",
        "1arcmin",
        "--format",
        "csv",
    ],
    &["search", "all", "Kepler-10", "--format", "csv"],
    &[
        "search",
        "tess",
        "TOI 1161",
        "--sector",
        "14,15",
        "--query",
        "exptime < 600",
        "--format",
        "csv",
    ],
    &[
        "search",
        "kepler",
        "Kepler-137",
        "--quarter",
        "7,17",
        "--format",
        "ndjson",
    ],
    &["search", "mast", "TOI 1161", "--limit", "3", "--format", "votable"],
];

#[test]
fn what_was_never_asked_names_the_command_that_asks() {
    let (home, archive) = (Home::new(), archive());
    found(&home.run_against(&archive, &["search", "k2", "K2-18", "--format", "csv"]));
    let unknown = home.run_against(
        &archive,
        &["--offline", "search", "tess", "TIC 25155310", "--sector", "1"],
    );
    let parts = [
        "MAST's observation search was never asked for the observations of TIC 25155310",
        "`offline` is true",
    ];
    unknown.failed(4, &parts);
    unknown.failed(4, &["hint: `lksearch search tess 'TIC 25155310' --sector 1` asks"]);
}

#[test]
fn the_sandbox_offline_gives_the_same_and_opens_no_socket() {
    let home = Home::new();
    let download = line("--sandbox download tess 'TOI 1161' --sector 14 --pipeline SPOC --kind timeseries --quiet");
    found(&home.run(&download));
    let online = TOUR.map(|words| found(&home.run(&with(&["--sandbox"], words))).to_owned());
    let picture = fs::read(home.path("curve.svg")).unwrap();
    let has_strace = Command::new("strace")
        .arg("-V")
        .output()
        .is_ok_and(|output| output.status.success());
    for (words, online) in TOUR.iter().zip(&online) {
        let words = with(&["--sandbox", "--offline"], words);
        assert!(found(&home.run(&words)) == online, "{words:?} gives other rows");
        if has_strace {
            let program = home.command(&words, &[]);
            let traced = Command::new("strace")
                .args(["-f", "-qq", "-e", "trace=socket,connect", "-o", "trace"])
                .arg(program.get_program())
                .args(program.get_args())
                .env_clear()
                .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
                .current_dir(home.path(""))
                .output()
                .unwrap();
            assert_eq!(traced.status.code(), Some(0));
            let calls = fs::read_to_string(home.path("trace")).unwrap();
            let sockets: Vec<&str> = calls
                .lines()
                .filter(|line| line.contains("socket(") || line.contains("connect("))
                .collect();
            assert_eq!(sockets, [""; 0], "{words:?}");
        }
    }
    assert_eq!(fs::read(home.path("curve.svg")).unwrap(), picture);
    println!("sockets were counted: {has_strace}");
}

#[test]
fn offline_and_refresh_contradict_each_other() {
    let run = Home::new().run(&with(&LIGHT_CURVES, &["--offline", "--refresh"]));
    run.failed(2, &["--offline", "--refresh"]);
}

#[test]
fn an_older_answer_is_given_with_a_warning_and_strict_fails() {
    let (home, archive) = (Home::new(), archive());
    let first = home.run_against(&archive, &LIGHT_CURVES);
    archive.script(Matcher::contains("/"), [Fault::status(500).always()]);
    let asking = with(&LIGHT_CURVES, &["--refresh", "--set", "network.retries=0"]);
    let again = home.run_against(&archive, &asking);
    assert_eq!(found(&again), found(&first));
    for part in [
        "warning: what MAST's observation search answered on 20",
        "is given, because it fails now",
        "500",
    ] {
        assert!(again.stderr.contains(part), "{}", again.stderr);
    }
    let strict = home.run_against(&archive, &with(&asking, &["--strict"]));
    assert_eq!((strict.code, strict.stdout.as_str()), (Some(4), found(&first)));
    let other = home.run_against(&archive, &["search", "k2", "K2-18", "--set", "network.retries=0"]);
    assert_eq!(other.code, Some(4), "{}", other.stderr);
}

/// An answer of the archive with these rows only.
fn without_rows() -> Fault {
    let body = r#"{"status":"COMPLETE","msg":"","data":[],"fields":[],"paging":{"page":1,"pageSize":50000,"pagesFiltered":1,"rows":0,"rowsFiltered":0,"rowsTotal":0}}"#;
    let mut fault = Fault::status(200).always();
    fault.body = Some(body.to_owned());
    fault
}

#[test]
fn a_list_that_shrinks_is_told_until_it_is_back() {
    let (home, archive) = (Home::new(), archive());
    let search = ["search", "k2", "K2-18", "--format", "csv"];
    let asking = with(&search, &["--refresh"]);
    let first = home.run_against(&archive, &search);
    let num_rows = found(&first).lines().count() - 1;
    let told = |outcome: &Outcome| {
        outcome.stderr.contains("MAST lists 0 now; on 20") && outcome.stderr.contains(&format!("it listed {num_rows}"))
    };
    archive.script(Matcher::path("/api/v0/invoke"), [without_rows()]);
    let fewer = home.run_against(&archive, &asking);
    assert!(fewer.code == Some(3) && told(&fewer), "{}", fewer.stderr);
    let kept = home.run_against(&archive, &search);
    assert!(kept.code == Some(3) && told(&kept), "{}", kept.stderr);
    archive.clear_scripts();
    let back = home.run_against(&archive, &asking);
    assert_eq!(found(&back), found(&first));
    assert!(!back.stderr.contains("it listed"), "{}", back.stderr);
}

#[test]
fn only_new_rows_are_printed_on_request() {
    let (home, archive) = (Home::new(), archive());
    let search = ["search", "k2", "K2-18", "--format", "csv"];
    archive.script(Matcher::path("/api/v0/invoke"), [without_rows()]);
    assert_eq!(home.run_against(&archive, &search).code, Some(3));
    archive.clear_scripts();
    let new = home.run_against(&archive, &with(&search, &["--new"]));
    let num_rows = found(&new).lines().count() - 1;
    assert!(
        num_rows > 0 && new.stderr.contains(&format!("{num_rows} rows new since 20")),
        "{}",
        new.stderr
    );
    let none = home.run_against(&archive, &with(&search, &["--new"]));
    assert!(
        none.code == Some(3) && none.stderr.contains("0 rows new since"),
        "{}",
        none.stderr
    );
    let first = home.run_against(
        &archive,
        &["search", "kepler", "KIC 11904151", "--new", "--format", "csv"],
    );
    assert!(first.stderr.contains("was not asked here before"), "{}", first.stderr);
    found(&first);
}

#[test]
fn a_disk_that_takes_nothing_changes_no_row() {
    let (archive, home) = (archive(), Home::new());
    let first = home.run_against(&archive, &LIGHT_CURVES);
    // A file where the directory should be, which stops root as well.
    let blocked = Home::new();
    fs::create_dir_all(blocked.path(".lksearch/cache/.lks")).unwrap();
    fs::write(blocked.path(".lksearch/cache/.lks/answers"), "in the way").unwrap();
    for _ in 0..2 {
        let run = blocked.run_against(&archive, &LIGHT_CURVES);
        assert_eq!(found(&run), found(&first));
        assert!(!run.stderr.contains("ago"), "{}", run.stderr);
    }
    // No file may grow, as on a full disk: what was begun is not kept, and what is there stays whole.
    let full = Home::new();
    let variables = Home::pointing_at(&archive);
    for _ in 0..2 {
        let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        let program = full.command(&LIGHT_CURVES, &variables);
        let words: Vec<String> = program
            .get_args()
            .map(|word| format!("'{}'", word.to_string_lossy()))
            .collect();
        let script = format!(
            "ulimit -f 0; exec '{}' {}",
            program.get_program().to_string_lossy(),
            words.join(" ")
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).env_clear().current_dir(full.path(""));
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let run = Outcome::of(shell.output());
        assert_eq!(found(&run), found(&first), "{}", run.stderr);
    }
    assert!(
        full.files().iter().all(|file| !file.contains("answers/v1")),
        "{:?}",
        full.files()
    );
}

#[test]
fn processes_at_once_find_the_same() {
    let (archive, home) = (archive(), Home::new());
    let variables = Home::pointing_at(&archive);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    for words in [with(&LIGHT_CURVES, &[]), with(&LIGHT_CURVES, &["--refresh"])] {
        let runs: Vec<_> = (0..6)
            .map(|_| {
                home.command(&words, &variables)
                    .stdout(std::process::Stdio::piped())
                    .stderr(std::process::Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let outputs: Vec<Outcome> = runs
            .into_iter()
            .map(|run| Outcome::of(run.wait_with_output()))
            .collect();
        assert!(outputs.iter().all(|output| found(output) == found(&outputs[0])));
    }
}

#[test]
fn a_plan_again_asks_nothing() {
    let (archive, home) = (archive(), Home::new());
    let plan = line("download tess 'TOI 1161' --kind timeseries --dry-run --format csv");
    let first = home.run_against(&archive, &plan);
    let num_asked = archive.log().len();
    assert!(archive.count(&Matcher::path("/api/v0.1/path_lookup")) > 0);
    let again = home.run_against(&archive, &plan);
    assert_eq!((found(&again), archive.log().len()), (found(&first), num_asked));
    let part = home.run_against(&archive, &with(&plan, &["--sector", "14"]));
    found(&part);
    assert_eq!(
        archive.count(&Matcher::path("/api/v0.1/path_lookup")),
        archive
            .log()
            .iter()
            .take(num_asked)
            .filter(|request| request.path.contains("path_lookup"))
            .count()
    );
}

#[test]
fn one_file_of_footprints_serves_every_position() {
    let (archive, home) = (archive(), Home::new());
    let cutouts = |target: &'static str| {
        [
            "search",
            "tess",
            target,
            "--kind",
            "tesscut",
            "--format",
            "json",
            "--columns",
            "sector",
        ]
    };
    let sectors = |outcome: &Outcome| -> Vec<i64> {
        let rows: Value = serde_json::from_str(found(outcome)).unwrap();
        rows.as_array()
            .unwrap()
            .iter()
            .filter_map(|row| row["sector"].as_i64())
            .collect()
    };
    let by_footprints = sectors(&home.run_against(&archive, &cutouts("84.2912 -80.4691")));
    assert_eq!(by_footprints.len(), 20);
    let asked = |path| archive.count(&Matcher::contains(path));
    assert_eq!((asked("footprints"), asked("/tesscut/")), (1, 0));
    let other = sectors(&home.run_against(&archive, &cutouts("311.2897 -31.3409")));
    assert_eq!((other, asked("footprints"), asked("/tesscut/")), (vec![1, 27], 1, 0));

    let by_service = with(&cutouts("84.2912 -80.4691"), &["--set", "prefer_cloud=false"]);
    assert_eq!(sectors(&home.run_against(&archive, &by_service)), by_footprints);
    assert_eq!(asked("/tesscut/"), 1);
    let offline = with(&cutouts("68.4155 -51.9562"), &["--offline"]);
    assert_eq!(sectors(&home.run_against(&archive, &offline)), [3, 4, 5, 30, 31, 32]);
}

#[test]
fn a_mirror_without_footprints_leaves_the_service() {
    for fault in [
        Fault::status(404),
        Fault::status(503),
        Fault::html(),
        Fault::cut_at(100),
        Fault::hang_up(),
    ] {
        let (archive, home) = (archive(), Home::new());
        archive.script(Matcher::contains("footprints"), [fault.always()]);
        let run = home.run_against(
            &archive,
            &["search", "tess", "TOI 270", "--kind", "tesscut", "--format", "csv"],
        );
        assert_eq!(found(&run).lines().count(), 7, "{}", run.stderr);
        assert_eq!(archive.count(&Matcher::contains("footprints")), 1);
        assert_eq!(archive.count(&Matcher::contains("/tesscut/")), 1);
    }
}

#[test]
fn the_cache_knows_answers_and_clears_them_on_request_only() {
    let (archive, home) = (archive(), Home::new());
    let all_kinds = ["search", "tess", "TOI 1161", "--sector", "14", "--format", "csv"];
    found(&home.run_against(&archive, &all_kinds));
    let info = home.run(&["cache", "info"]);
    for kind in [
        "kept answers",
        "observations",
        "products",
        "name",
        "footprints",
        "search",
    ] {
        assert!(found(&info).contains(kind), "{}", info.stdout);
    }
    found(&home.run(&["cache", "clear", "--yes"]));
    found(&home.run(&["cache", "gc"]));
    let num_asked = archive.log().len();
    found(&home.run_against(&archive, &all_kinds));
    assert_eq!(archive.log().len(), num_asked);
    let dry = home.run(&["cache", "clear", "--answers"]);
    assert!(dry.stderr.contains("nothing was touched"), "{}", dry.stderr);
    let cleared = home.run(&["cache", "clear", "--answers", "--yes"]);
    assert!(cleared.stderr.contains("removed 6 kept answers"), "{}", cleared.stderr);
    found(&home.run_against(&archive, &all_kinds));
    assert!(archive.log().len() > num_asked);
}
