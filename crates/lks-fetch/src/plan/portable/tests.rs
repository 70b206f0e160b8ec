use std::num::NonZeroU32;

use lks_mast::read_table;
use lks_table::Format;

use super::*;
use crate::plan::header::{ID, SHARD, SOURCES, VERSION};
use crate::plan::shard::Sharding;

const TABLE: &[u8] = b"obs_collection,obs_id,productFilename,dataURI,size,Status\n\
    TESS,a,a_lc.fits,mast:TESS/product/a_lc.fits,10,ERROR\n\
    TESS,b,b_lc.fits,mast:TESS/product/b_lc.fits,20,COMPLETE\n\
    TESS,c,c.fits,,,SKIPPED\n\
    TESS,a,a_lc.fits,mast:TESS/product/a_lc.fits,10,ERROR\n";

fn planned(policy: &Policy) -> PortablePlan {
    let places = HashMap::from([
        (
            "mast:TESS/product/a_lc.fits".to_owned(),
            Some("tess/a_lc.fits".to_owned()),
        ),
        ("mast:TESS/product/b_lc.fits".to_owned(), None),
    ]);
    let authorship = Authorship {
        program: "lksearch 0.1.0".to_owned(),
        question: "lksearch plan tess 'TOI 1161'".to_owned(),
        created: "2026-11-30T12:00:00Z".to_owned(),
    };
    let mut draft = Draft::new(CutoutSize::default(), policy, authorship);
    let table = read_table(TABLE).unwrap();
    // In parts it is the same.
    let parts =
        [(0, 3), (3, 1)].map(|(start, num_rows)| draft.add(&table.slice(start, num_rows), places.clone()).unwrap());
    PortablePlan::of(draft.header(), &lks_table::concat(&parts).unwrap()).unwrap()
}

fn texts<'a>(plan: &'a PortablePlan, name: &'a str) -> Vec<Option<&'a str>> {
    plan.table().texts(name).collect()
}

#[test]
fn a_plan_says_where_each_file_lies() {
    let plan = planned(&Policy::default());
    assert_eq!(
        texts(&plan, KEY),
        [Some("tess/a_lc.fits"), None, None, Some("tess/a_lc.fits")]
    );
    assert_eq!(
        texts(&plan, ROUTES),
        [Some("cloud mast"), Some("mast"), None, Some("cloud mast")]
    );
    assert_eq!(plan.row_numbers(), [0, 1, 2, 3]);
    assert!(
        !plan.table().has_column("Status"),
        "what became of rows is not what is planned"
    );
    let archive_first = planned(&Policy::default().with_prefer_cloud(false));
    assert_eq!(texts(&archive_first, ROUTES)[0], Some("mast cloud"));
    assert_eq!(archive_first.header.id, plan.header.id);
    let links = planned(&Policy::default().with_download_cloud(false).with_cloud_only(true));
    assert_eq!(texts(&links, ROUTES), [Some("link"), None, None, Some("link")]);
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    for format in [Format::Parquet, Format::Arrow] {
        for policy in [
            Policy::default(),
            Policy::default().with_prefer_cloud(false),
            Policy::default().with_cloud_only(true),
            Policy::default().with_download_cloud(false),
            Policy::default().with_download_cloud(false).with_cloud_only(true),
            Policy::default().with_cutouts(CutoutSource::Cubes),
            Policy::default().with_cutouts(CutoutSource::Service),
        ] {
            let plan = planned(&policy);
            let mut bytes = Vec::new();
            format.write(plan.table(), &mut bytes).unwrap();
            let read = PortablePlan::of_table(&read_table(&bytes).unwrap()).unwrap().unwrap();
            assert_eq!((&read.header, read.table()), (&plan.header, plan.table()));
            let same = read.policy(&Policy::default().with_force(true));
            assert_eq!(
                (same.cloud_only, same.download_cloud, same.cutouts, same.force),
                (policy.cloud_only, policy.download_cloud, policy.cutouts, true)
            );
        }
    }
    let wanted = Policy::default().with_cutouts(CutoutSource::Cubes);
    let without_choice = planned(&Policy::default()).policy(&wanted);
    assert_eq!(without_choice.cutouts, CutoutSource::Cubes);
    let not_one = read_table(TABLE).unwrap();
    assert_eq!(PortablePlan::of_table(&not_one).unwrap(), None);
}

#[test]
fn shards_have_all_rows_and_an_equal_uri_one_shard() {
    let plan = planned(&Policy::default());
    for of in [1, 2, 3, 64] {
        let shards = plan.shards(NonZeroU32::new(of).unwrap()).unwrap();
        let shards: Vec<PortablePlan> = shards.collect::<Result<_, _>>().unwrap();
        assert_eq!(shards.len(), of as usize);
        let mut rows: Vec<u64> = shards.iter().flat_map(PortablePlan::row_numbers).collect();
        rows.sort_unstable();
        assert_eq!(rows, [0, 1, 2, 3]);
        let with_a = shards
            .iter()
            .filter(|shard| texts(shard, KEY).contains(&Some("tess/a_lc.fits")));
        assert_eq!(with_a.count(), 1);
        for (number, shard) in (0..).zip(&shards) {
            let mut bytes = Vec::new();
            Format::Parquet.write(shard.table(), &mut bytes).unwrap();
            let read = PortablePlan::of_table(&read_table(&bytes).unwrap()).unwrap().unwrap();
            assert_eq!(
                read.header.shard.map(|shard| (shard.number, shard.of.get())),
                Some((number, of))
            );
            assert_eq!(read.header.num_rows(), 4);
            assert!(read.shards(NonZeroU32::MIN).is_err(), "a shard is not cut again");
        }
    }
    let mut whole = Sharding::of(plan.table(), NonZeroU32::MIN).unwrap().unwrap();
    whole.add(&plan.table().slice(0, 3)).unwrap();
    whole.add(&plan.table().slice(3, 1)).unwrap();
    let size = whole.sizes()[0];
    assert_eq!(
        (size.num_rows, size.num_bytes),
        (4, 30),
        "a file that is listed twice counts once"
    );
    assert!(plan.shards(NonZeroU32::MAX).is_err());
}

#[test]
fn a_plan_that_is_not_whole_or_newer_is_an_error() {
    let plan = planned(&Policy::default());
    let changed = |key: &str, value: Option<&str>| {
        let mut metadata = plan.table().metadata().clone();
        match value {
            Some(value) => drop(metadata.insert(key, value)),
            None => drop(metadata.remove(key)),
        }
        let table = plan.table().with_metadata(metadata).unwrap();
        PortablePlan::of_table(&table).unwrap_err().to_string()
    };
    let newer = changed(VERSION, Some("2"));
    assert!(
        newer.contains("version 2") && newer.contains("use lksearch 0.1.0"),
        "{newer}"
    );
    for (key, value) in [
        (ID, None),
        (ID, Some("x")),
        (SOURCES, Some("moon")),
        (SHARD, Some("8/8")),
        (VERSION, Some("one")),
    ] {
        let error = changed(key, value);
        assert!(error.contains("lksearch plan"), "{error}");
    }
    for column in [KEY, ROW] {
        let error = PortablePlan::of_table(&plan.table().drop(&[column]))
            .unwrap_err()
            .to_string();
        assert!(error.contains(column), "{error}");
    }
}
