//! Manifests of shards, put together; and what is not of one plan.

use super::*;
use crate::home::line;

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
fn manifests_of_any_format_and_order_are_merged() {
    let archive = archive();
    let home = sharded(&archive, "3");
    for (number, ending) in [(0, "csv"), (1, "parquet"), (2, "arrow")] {
        let (shard, manifest) = (shard(number), format!("manifests/{number}.{ending}"));
        ok(home.run_against(&archive, &["download", "--from", &shard, "-o", &manifest]));
    }
    let merge = |inputs: &[&str], output: &str| {
        ok(home.run(&[&["merge"], inputs, &["--plan", "plan.parquet", "-o", output]].concat()));
        fs::read(home.path(output)).unwrap()
    };
    let merged = merge(&["manifests"], "merged.csv");
    // Backwards, as another program may leave it.
    let table = lksearch::read_table(&fs::read(home.path("manifests/1.parquet")).unwrap()).unwrap();
    let backwards: Vec<usize> = (0..table.num_rows()).rev().collect();
    let file = fs::File::create(home.path("manifests/1.parquet")).unwrap();
    lksearch::Format::Parquet
        .write(&table.take(&backwards).unwrap(), file)
        .unwrap();
    assert!(backwards.len() > 1);
    assert_eq!(merge(&["manifests"], "again.csv"), merged);
    merge(&["manifests"], "merged.parquet");
    assert_eq!(merge(&["merged.parquet", "manifests"], "thrice.csv"), merged);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let archive = archive();
    let home = sharded(&archive, "2");
    let other = line("plan k2 K2-18 --hlsps --kind timeseries -o other.parquet");
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
fn manifests_of_shards_without_rows_are_merged() {
    let archive = archive();
    let home = sharded(&archive, "300");
    let is_empty = |number: &usize| {
        lksearch::read_table(&fs::read(home.path(&shard(*number))).unwrap())
            .unwrap()
            .is_empty()
    };
    let empty = shard((0..300).find(is_empty).unwrap());
    for ending in ["json", "ndjson", "csv", "parquet"] {
        let told = ok(home.run_against(
            &archive,
            &["download", "--from", &empty, "-o", &format!("empty.{ending}")],
        ));
        assert!(told.contains("no rows; 0 from the cache"), "{told}");
    }
    ok(home.run_against(&archive, &["download", "--from", "plan.parquet", "-o", "all.csv"]));
    let inputs = ["empty.json", "empty.ndjson", "empty.csv", "empty.parquet", "all.csv"];
    ok(home.run(&[&["merge"], &inputs[..], &["-o", "merged.csv"]].concat()));
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
