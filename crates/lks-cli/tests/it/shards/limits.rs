//! The share of limits that each worker takes.

use super::*;

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
