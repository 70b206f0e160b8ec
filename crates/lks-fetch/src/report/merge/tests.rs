use lks_mast::read_table;

use super::*;
use crate::plan::portable::ROW;

const HEAD: &str = "Status,source,attempts,dataURI,plan,shard,plan_row\n";
const ID: &str = "3-0011223344556677";

/// A manifest of `(row, status, source, attempts, shard)`.
fn part(name: &str, rows: &[(u64, &str, &str, u32, &str)]) -> Part {
    let lines = rows.iter().map(|(row, status, source, attempts, shard)| {
        format!("{status},{source},{attempts},mast:{row},{ID},{shard},{row}\n")
    });
    Part {
        name: name.to_owned(),
        table: read_table((HEAD.to_owned() + &lines.collect::<String>()).as_bytes()).unwrap(),
    }
}

fn verdicts(merged: &Merged) -> Vec<(i64, &str, &str)> {
    let rows = merged.table.rows();
    rows.map(|row| {
        (
            row.integer(ROW).unwrap(),
            row.text("Status").unwrap(),
            row.text("source").unwrap_or_default(),
        )
    })
    .collect()
}

#[test]
fn the_best_verdict_holds_whoever_comes_first() {
    let parts = [
        part("a", &[(2, "COMPLETE", "cloud", 1, "0/2"), (0, "ERROR", "", 4, "0/2")]),
        part("b", &[(0, "ERROR", "", 0, "0/2"), (2, "COMPLETE", "cache", 0, "0/2")]),
        part("c", &[(1, "SKIPPED", "", 0, "1/2")]),
        part("d", &[(1, "UNKNOWN", "cache", 0, "1/2")]),
    ];
    let merged = merge(&parts, None).unwrap();
    assert_eq!(
        verdicts(&merged),
        [(0, "ERROR", ""), (1, "UNKNOWN", "cache"), (2, "COMPLETE", "cloud")]
    );
    assert_eq!(merged.table.row(0).integer("attempts"), Some(4));
    assert_eq!((merged.num_missing, merged.warnings.len()), (0, 0));
    let mut reversed = parts.to_vec();
    reversed.reverse();
    assert_eq!(merge(&reversed, None).unwrap().table, merged.table);
    let again = Part {
        name: "merged".to_owned(),
        table: merged.table.clone(),
    };
    assert_eq!(merge(std::slice::from_ref(&again), None).unwrap(), merged);
    reversed.push(again);
    assert_eq!(merge(&reversed, None).unwrap().table, merged.table);
}

#[test]
fn missing_shards_are_named() {
    let one = part(
        "a",
        &[(0, "COMPLETE", "cloud", 1, "0/2"), (1, "COMPLETE", "cloud", 1, "0/2")],
    );
    let merged = merge(&[one], None).unwrap();
    let shards: Vec<String> = merged.missing_shards.iter().map(ToString::to_string).collect();
    assert_eq!((merged.num_missing, shards), (1, vec!["1/2".to_owned()]));
    assert_eq!(merged.table.num_rows(), 2);
}

#[test]
fn what_is_not_of_one_plan_is_refused() {
    let own = part("own.csv", &[(0, "COMPLETE", "cloud", 1, "0/2")]);
    let other_plan = Part {
        name: "other.csv".to_owned(),
        table: read_table(format!("{HEAD}COMPLETE,cloud,1,mast:0,3-7766554433221100,0/2,0\n").as_bytes()).unwrap(),
    };
    let plain = Part {
        name: "plain.csv".to_owned(),
        table: read_table(b"Status,dataURI\nCOMPLETE,mast:0\n").unwrap(),
    };
    let other_product = Part {
        name: "odd.csv".to_owned(),
        table: read_table(format!("{HEAD}COMPLETE,cloud,1,mast:9,{ID},0/2,0\n").as_bytes()).unwrap(),
    };
    let beyond = part("beyond.csv", &[(3, "COMPLETE", "cloud", 1, "0/2")]);
    for (part, words) in [
        (
            other_plan,
            [
                "other.csv of the plan 3-7766554433221100",
                "own.csv of the plan 3-0011223344556677",
            ],
        ),
        (
            plain,
            ["plain.csv lacks the columns plan, shard, plan_row", "--from PLAN|SHARD"],
        ),
        (other_product, ["own.csv and odd.csv have different products", "row 0"]),
        (beyond, ["beyond.csv", "plan_row"]),
    ] {
        let error = merge(&[own.clone(), part], None).unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
    assert!(
        merge(&[part("empty", &[])], None).is_err(),
        "nothing says which plan it is"
    );
}

#[test]
fn two_shards_with_one_number_are_told() {
    let first = part(
        "a.csv",
        &[(0, "COMPLETE", "cloud", 1, "0/2"), (1, "COMPLETE", "cloud", 1, "0/2")],
    );
    let retry = part("retry.csv", &[(1, "COMPLETE", "cache", 0, "0/2")]);
    assert_eq!(merge(&[first.clone(), retry], None).unwrap().warnings, [""; 0]);
    let other = part(
        "b.csv",
        &[(1, "COMPLETE", "cloud", 1, "0/2"), (2, "COMPLETE", "cloud", 1, "0/2")],
    );
    let warnings = merge(&[first.clone(), other], None).unwrap().warnings;
    assert!(
        warnings[0].contains("a.csv and b.csv both say that they are shard 0/2"),
        "{warnings:?}"
    );
    let cut_again = part("c.csv", &[(2, "COMPLETE", "cloud", 1, "0/16")]);
    let warnings = merge(&[first, cut_again], None).unwrap().warnings;
    assert!(
        warnings[0].contains("of 2 (a.csv)") && warnings[0].contains("of 16 (c.csv)"),
        "{warnings:?}"
    );
}
