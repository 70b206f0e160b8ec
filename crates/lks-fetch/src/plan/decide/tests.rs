use lks_mast::{Cutout, CutoutSize, read_table};

use super::*;
use crate::plan::Kept;

const URI: &str = "mast:TESS/product/a_lc.fits";
const KEY: &str = "tess/public/tid/a_lc.fits";

/// What a table row can be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Row {
    OnCloud,
    NotOnCloud,
    NoUri,
    Cutout,
}

fn asked(row: Row) -> Result<Product, NoFile> {
    match row {
        Row::OnCloud | Row::NotOnCloud => Ok(Product::new(URI, "TESS", "a", "a_lc.fits").with_size(10)),
        Row::NoUri => {
            let table = read_table(b"obs_collection,obs_id,dataURI\nTESS,a,\n").unwrap();
            Product::of_table(&table, CutoutSize::default()).remove(0)
        }
        Row::Cutout => Ok(Product::from(cutout())),
    }
}

fn whole(from_cloud: bool) -> Local {
    Local::Whole(Kept {
        from_cloud,
        ..Kept::default()
    })
}

fn unchecked() -> Local {
    Local::Unchecked(Kept::default())
}

fn cutout() -> Cutout {
    Cutout {
        ra: 84.291188,
        dec: -80.46912,
        size: CutoutSize { ny: 45, nx: 35 },
        sector: 1,
        detector: Some((4, 2)),
    }
}

fn cloud(row: Row) -> Cloud {
    Cloud::Known(HashMap::from([(
        URI.to_owned(),
        (row == Row::OnCloud).then(|| KEY.to_owned()),
    )]))
}

fn policy(prefer_cloud: bool, cloud_only: bool, download_cloud: bool) -> Policy {
    Policy {
        prefer_cloud,
        cloud_only,
        download_cloud,
        ..Policy::default()
    }
}

fn decided(row: Row, local: Local, cloud: &Cloud, policy: &Policy) -> Action {
    let mut plan = plan(vec![asked(row)], &[local], cloud, policy);
    assert_eq!(plan.steps.len(), 1);
    plan.steps.remove(0).action
}

/// One letter per outcome: S cloud, M archive, SM and MS with the second as the way out, s the cloud if it turns out to be there,
/// L link, Q cube on the cloud, C cutout service, K kept, U kept unchecked, "-" skipped, "!" failed.
fn letters(action: &Action) -> String {
    match action {
        Action::Keep { checked, .. } => if *checked { "K" } else { "U" }.to_owned(),
        Action::Link { .. } => "L".to_owned(),
        Action::SameAs { .. } => "=".to_owned(),
        Action::Skip { .. } => "-".to_owned(),
        Action::Fail { .. } => "!".to_owned(),
        Action::Fetch { routes } => routes
            .iter()
            .map(|route| match route {
                Route::Cloud { key } => {
                    assert_eq!(key, KEY);
                    'S'
                }
                Route::Archive { uri } => {
                    assert_eq!(uri, URI);
                    'M'
                }
                Route::Mirror { uri } => {
                    assert_eq!(uri, URI);
                    's'
                }
                Route::Cube(asked) => {
                    assert_eq!(*asked, cutout());
                    'Q'
                }
                Route::Cutout(asked) => {
                    assert_eq!(*asked, cutout());
                    'C'
                }
            })
            .collect(),
    }
}

/// Columns: prefer_cloud, cloud_only, download_cloud; then what happens to a row that is
/// on the cloud | not on the cloud | without URI | a cutout, while nothing is kept.
const ROUTES: [(bool, bool, bool, [&str; 4]); 8] = [
    (true, false, true, ["SM", "M", "-", "QC"]),
    (true, true, true, ["S", "-", "-", "-"]),
    (false, false, true, ["MS", "M", "-", "CQ"]),
    (false, true, true, ["S", "-", "-", "-"]),
    (true, false, false, ["L", "M", "-", "QC"]),
    (true, true, false, ["L", "-", "-", "-"]),
    (false, false, false, ["L", "M", "-", "CQ"]),
    (false, true, false, ["L", "-", "-", "-"]),
];
const ROWS: [Row; 4] = [Row::OnCloud, Row::NotOnCloud, Row::NoUri, Row::Cutout];

#[test]
fn every_row_of_the_routing_table_with_every_setting() {
    let mut num_cases = 0;
    for (prefer, only, download, expected) in ROUTES {
        let policy = policy(prefer, only, download);
        for (row, expected) in ROWS.into_iter().zip(expected) {
            for local in [Local::Absent, Local::Damaged("3 bytes are missing".to_owned())] {
                let got = decided(row, local.clone(), &cloud(row), &policy);
                assert_eq!(letters(&got), expected, "{row:?} {local:?} {policy:?}");
                num_cases += 1;
            }
        }
    }
    assert_eq!(num_cases, 64);
}

#[test]
fn cutouts_come_from_where_they_are_wanted() {
    let with = |detector| Product::from(Cutout { detector, ..cutout() });
    let decided = |product: Product, policy: &Policy| {
        let plan = plan(vec![Ok(product)], &[Local::Absent], &cloud(Row::Cutout), policy);
        plan.steps[0].action.clone()
    };
    for (cutouts, expected) in [
        (CutoutSource::Cubes, ["Q", "Q", "Q"]),
        (CutoutSource::Service, ["C", "C", "-"]),
        (CutoutSource::Auto, ["QC", "CQ", "-"]),
    ] {
        let settings = [(true, false), (false, false), (true, true)];
        for ((prefer, only), expected) in settings.into_iter().zip(expected) {
            let policy = policy(prefer, only, true).with_cutouts(cutouts);
            let action = decided(Product::from(cutout()), &policy);
            assert_eq!(letters(&action), expected, "{policy:?}");
        }
    }
    // A cube is of one camera and CCD.
    let auto = Policy::default();
    let action = decided(with(None), &auto);
    assert!(
        matches!(&action, Action::Fetch { routes } if matches!(routes[..], [Route::Cutout(_)])),
        "{action:?}"
    );
    let action = decided(with(None), &auto.with_cutouts(CutoutSource::Cubes));
    assert_eq!(letters(&action), "!");
}

#[test]
fn a_kept_file_is_used_where_the_settings_allow_its_source() {
    let mut num_cases = 0;
    for (prefer, only, download, _) in ROUTES {
        let policy = policy(prefer, only, download);
        for (row, local, expected) in [
            (Row::OnCloud, whole(true), if download { "K" } else { "L" }),
            (Row::OnCloud, whole(false), if download { "K" } else { "L" }),
            (Row::OnCloud, unchecked(), if download { "U" } else { "L" }),
            (Row::NotOnCloud, whole(false), if only { "-" } else { "K" }),
            (Row::NotOnCloud, unchecked(), if only { "-" } else { "U" }),
            (Row::Cutout, whole(false), if only { "-" } else { "K" }),
            (Row::NoUri, Local::Absent, "-"),
        ] {
            let got = decided(row, local.clone(), &cloud(row), &policy);
            assert_eq!(letters(&got), expected, "{row:?} {local:?} {policy:?}");
            num_cases += 1;
        }
    }
    assert_eq!(num_cases, 56);
}

#[test]
fn a_cloud_path_is_asked_for_only_where_it_decides_something() {
    let mut num_asked = 0;
    for (prefer, only, download, _) in ROUTES {
        let policy = policy(prefer, only, download);
        // Where the archive comes first, the cloud matters only if it fails.
        let decides = prefer || only || !download;
        for (row, local, expected) in [
            (Row::OnCloud, Local::Absent, decides),
            (Row::OnCloud, Local::Damaged(String::new()), decides),
            (Row::OnCloud, whole(true), !download),
            (Row::OnCloud, whole(false), !download || only),
            (Row::OnCloud, unchecked(), !download || only),
            (Row::NoUri, Local::Absent, false),
            (Row::Cutout, Local::Absent, false),
        ] {
            assert_eq!(
                asked(row).is_ok_and(|product| needs_cloud_path(&product, &local, &policy)),
                expected,
                "{row:?} {local:?} {policy:?}"
            );
            num_asked += 1;
        }
    }
    assert_eq!(num_asked, 56);
}

#[test]
fn behind_the_archive_the_cloud_is_looked_up_when_needed() {
    let unasked = Cloud::Known(HashMap::new());
    for (prefer, only, download, _) in ROUTES {
        let policy = policy(prefer, only, download);
        let expected = match (prefer, only, download) {
            (false, false, true) => "Ms",
            (_, true, _) => "-",
            _ => "M",
        };
        let got = decided(Row::OnCloud, Local::Absent, &unasked, &policy);
        assert_eq!(letters(&got), expected, "{policy:?}");
    }
}

#[test]
fn without_the_look_up_the_archive_serves_with_a_warning() {
    let down = Cloud::Unknown {
        reason: "the server answered 503".to_owned(),
    };
    for (prefer, only, download, _) in ROUTES {
        let policy = policy(prefer, only, download);
        let got = decided(Row::OnCloud, Local::Absent, &down, &policy);
        assert_eq!(letters(&got), if only || !download { "!" } else { "M" }, "{policy:?}");
        let warnings = plan(vec![asked(Row::OnCloud)], &[], &down, &policy).warnings;
        assert!(warnings.len() == 1 && warnings[0].contains("503"), "{warnings:?}");
        let instead = match only || !download {
            true => "nothing can be fetched",
            false => "files come from the archive",
        };
        assert!(warnings[0].contains(instead), "{policy:?}: {warnings:?}");
    }
    let got = decided(Row::OnCloud, whole(true), &down, &policy(true, true, true));
    assert_eq!(letters(&got), "K");
}

#[test]
fn a_file_is_fetched_once_and_two_never_share_a_path() {
    let product = |uri: &str, obs_id: &str| Ok(Product::new(uri, "TESS", obs_id, "a.fits").with_size(10));
    let rows = vec![
        product("mast:a", "x"),
        asked(Row::NoUri),
        product("mast:a", "x"),
        product("mast:b", "x"),
        product("mast:b", "y"),
        product("mast:a", "x"),
    ];
    let plan = plan(rows, &[], &Cloud::Known(HashMap::new()), &Policy::default());
    let actions: Vec<_> = plan.steps.iter().map(|step| letters_of_any(&step.action)).collect();
    assert_eq!(actions, ["fetch", "skip", "as 0", "fail", "fetch", "as 0"]);
    assert_eq!((plan.num_fetches(), plan.size()), (2, 20));
}

fn letters_of_any(action: &Action) -> String {
    match action {
        Action::Fetch { .. } => "fetch".to_owned(),
        Action::Skip { .. } => "skip".to_owned(),
        Action::SameAs { row } => format!("as {row}"),
        Action::Fail { .. } => "fail".to_owned(),
        Action::Keep { .. } | Action::Link { .. } => "other".to_owned(),
    }
}

#[test]
fn a_damaged_copy_is_mentioned() {
    let other = Ok(Product::new(URI, "TESS", "a", "other.fits"));
    let local = ["its size is 3, not 10", "its size is 4, not 10"].map(|why| Local::Damaged(why.to_owned()));
    let (both, policy) = (vec![asked(Row::OnCloud), other], Policy::default());
    let name = "a_lc.fits";
    let one = plan(both[..1].to_vec(), &local[..1], &cloud(Row::OnCloud), &policy);
    let note = "the kept copy was not used: its size is 3, not 10";
    assert_eq!(one.steps[0].note.as_deref(), Some(note));
    assert_eq!(one.warnings, [format!("{name} is fetched again: {note}")]);
    let two = plan(both, &local, &cloud(Row::OnCloud), &policy);
    assert_eq!(two.warnings, [format!("{name} and 1 more are fetched again: {note}")]);
}
