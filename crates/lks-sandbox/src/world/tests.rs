//! The numbers that lksearch printed against the real archive come out of the rows, filtered as the Python package does it.

use std::collections::{HashMap, HashSet};

use super::*;

const LIGHT_CURVE: &[&str] = &["lc.fits"];
const CUBE: &[&str] = &["tp.fits", "targ.fits.gz"];
const REPORT: &[&str] = &["dvr.pdf", "dvm.pdf", "dvs.pdf"];

/// A row of the Python package's joint table.
#[derive(Debug, Clone)]
struct Joined<'a> {
    observation: &'a Observation,
    product: &'a Product,
}

impl Joined<'_> {
    fn is(&self, suffixes: &[&str]) -> bool {
        suffixes.iter().any(|suffix| self.product.filename().ends_with(suffix))
    }
}

/// `_search`, `_join_tables` and `_filter` of the Python package: a position, projects, and the join on `obs_id`.
fn search<'a>(world: &'a World, name: &str, projects: &[&str], collections: &[&str]) -> Vec<Joined<'a>> {
    let row = &world.resolve(name)[0];
    let (ra, dec) = (row["ra"].as_f64().unwrap(), row["decl"].as_f64().unwrap());
    let observations: Vec<_> = world
        .observations()
        .iter()
        .filter(|observation| {
            projects.contains(&observation.project)
                && ["timeseries", "cube"].contains(&observation.product_type)
                && observation.exptime <= 9999.0
                && observation.distance(ra, dec) <= 0.0001
        })
        .collect();
    let products: Vec<_> = observations
        .iter()
        .flat_map(|observation| world.products(observation.obsid))
        .collect();
    let mut joined = Vec::new();
    for observation in observations {
        for product in &products {
            if product.obs_id == observation.obs_id && collections.contains(&observation.collection) {
                joined.push(Joined { observation, product });
            }
        }
    }
    joined.retain(|row| row.is(LIGHT_CURVE) || row.is(CUBE) || row.is(REPORT));
    joined
}

fn tess<'a>(world: &'a World, name: &str) -> Vec<Joined<'a>> {
    search(world, name, &["TESS", "HLSP"], &["TESS", "HLSP"])
}

/// The row as MAST's JSON has it.
fn row_of(fields: &[(&str, &str)], value: impl Fn(&str) -> Option<Value>) -> Map<String, Value> {
    let cells = fields
        .iter()
        .map(|(column, _)| ((*column).to_owned(), value(column).expect("because it is a column")));
    cells.collect()
}

fn count(rows: &[Joined<'_>], test: impl Fn(&Joined<'_>) -> bool) -> usize {
    rows.iter().filter(|row| test(row)).count()
}

#[test]
fn toi_1161_has_the_numbers_of_the_tutorial() {
    let world = World::standard();
    let rows = tess(&world, "TOI 1161");
    let cutouts = world.sectors(286.971_254, 46.868_263);
    let cutouts_of = |low: u16, high: u16| cutouts.iter().filter(|row| (low..=high).contains(&row.sector)).count();
    let is_mission = |row: &Joined<'_>| row.observation.provenance == "SPOC";
    assert_eq!(cutouts.len(), 12);
    assert_eq!(rows.len() + cutouts.len(), 236);
    assert_eq!(count(&rows, |row| row.is(LIGHT_CURVE)), 86);
    assert_eq!(count(&rows, |row| row.is(CUBE)) + cutouts.len(), 46);
    assert_eq!(count(&rows, |row| row.is(REPORT)), 104);
    assert_eq!(count(&rows, is_mission), 128);
    assert_eq!(count(&rows, |row| !is_mission(row)) + cutouts.len(), 108);

    let fast: Vec<_> = rows.iter().filter(|row| row.observation.exptime == 20.0).collect();
    assert_eq!(fast.len(), 8);
    let names: HashSet<_> = fast.iter().map(|row| row.observation.target_name.as_str()).collect();
    assert_eq!(names, HashSet::from(["158324245", "1717079066"]));
    let sectors: HashSet<_> = fast.iter().map(|row| row.observation.sequence).collect();
    assert_eq!(sectors, HashSet::from([Some(74), Some(75)]));

    let medium = count(&rows, |row| (100.0..=500.0).contains(&row.observation.exptime));
    assert_eq!(
        medium + cutouts_of(56, 999),
        128,
        "cutouts of sectors from 56 on are of 200 s"
    );

    let sector_14: Vec<_> = rows
        .iter()
        .filter(|row| row.observation.sequence == Some(14))
        .cloned()
        .collect();
    assert_eq!(sector_14.len() + cutouts_of(14, 14), 12);
    assert_eq!(count(&sector_14, |row| row.product.s3_key.is_some()), 6);
    let two_minutes: HashSet<_> = sector_14
        .iter()
        .filter(|row| row.observation.exptime == 120.0 && row.is(LIGHT_CURVE))
        .map(|row| (row.observation.provenance, row.product.description.as_ref()))
        .collect();
    assert_eq!(
        two_minutes,
        HashSet::from([("SPOC", "Light curves"), ("TASOC", "FITS")])
    );
}

#[test]
fn all_missions_of_toi_1161_give_244_rows_of_their_pipelines() {
    let world = World::standard();
    let missions = ["Kepler", "K2", "TESS"];
    let mut rows = search(&world, "TOI 1161", &missions, &missions);
    rows.retain(|row| ["Kepler", "K2", "SPOC"].contains(&row.observation.provenance));
    assert_eq!(count(&rows, |row| row.observation.collection == "TESS"), 128);
    assert_eq!(count(&rows, |row| row.observation.collection == "Kepler"), 116);
}

#[test]
fn kepler_137_has_82_products_and_kbonus_among_them() {
    let world = World::standard();
    let rows = search(&world, "Kepler 137", &["Kepler", "HLSP"], &["Kepler", "HLSP"]);
    assert_eq!(rows.len(), 82);
    assert_eq!(count(&rows, |row| row.is(LIGHT_CURVE)), 40);
    assert_eq!(count(&rows, |row| row.is(REPORT)), 3);
    let of_quarter = |row: &Joined<'_>| ["Q7", "Q17"].iter().any(|end| row.product.description.ends_with(end));
    assert_eq!(count(&rows, of_quarter), 10);
    let kbonus: Vec<_> = rows
        .iter()
        .filter(|row| row.observation.provenance == "KBONUS-BKG")
        .collect();
    assert_eq!(kbonus.len(), 1);
    assert_eq!(kbonus[0].observation.target_name, "Gaia DR3 2104847370214740352");
    assert_eq!(kbonus[0].observation.exptime, 1765.464);
}

#[test]
fn k2_18_has_six_products_of_which_four_are_the_communitys() {
    let world = World::standard();
    let rows = search(&world, "K2-18", &["K2", "HLSP"], &["K2", "HLSP"]);
    assert_eq!(rows.len(), 6);
    let community: Vec<_> = rows
        .iter()
        .filter(|row| row.observation.provenance != "K2")
        .cloned()
        .collect();
    assert_eq!(community.len(), 4);
    assert_eq!(count(&community, |row| row.is(LIGHT_CURVE)), 3);
    let descriptions: HashSet<_> = rows.iter().map(|row| row.product.description.as_ref()).collect();
    assert!(descriptions.contains("Target Pixel Long Cadence (KTL) - C01"));
    assert!(descriptions.contains("Lightcurve Long Cadence (KLC) - C01"));
}

#[test]
fn kepler_10_has_49_cubes_and_two_neighbours() {
    let world = World::standard();
    let rows = search(&world, "KIC 11904151", &["Kepler", "HLSP"], &["Kepler", "HLSP"]);
    assert_eq!(count(&rows, |row| row.is(CUBE)), 49);
    assert_eq!(
        count(&rows, |row| row.is(CUBE) && row.observation.exptime == 1800.0),
        15
    );
    assert_eq!(count(&tess(&world, "Kepler-10"), |row| row.is(LIGHT_CURVE)), 7);

    let distance = |name: &str| {
        let found = world
            .observations()
            .iter()
            .find(|observation| observation.target_name == name)
            .unwrap();
        found.distance(285.679_388_3, 50.241_305_7)
    };
    assert_eq!(distance("kplr011904151"), 0.0);
    assert!(
        (distance("kplr011904148") - 55.736).abs() < 0.001,
        "{}",
        distance("kplr011904148")
    );
    assert!(
        (distance("kplr011904099") - 69.049).abs() < 0.001,
        "{}",
        distance("kplr011904099")
    );
}

#[test]
fn cutouts_of_toi_270_are_those_of_six_sectors() {
    let world = World::standard();
    let row = &world.resolve("toi-270")[0];
    let sectors = world.sectors(row["ra"].as_f64().unwrap(), row["decl"].as_f64().unwrap());
    let numbers: Vec<_> = sectors.iter().map(|row| row.sector).collect();
    assert_eq!(numbers, [3, 4, 5, 30, 31, 32]);
    assert_eq!(sectors[0].name(), "tess-s0003-3-4");
    assert!(world.sectors(10.0, 10.0).is_empty());
}

#[test]
fn au_mic_has_one_fast_and_one_short_light_curve_in_sector_27() {
    let world = World::standard();
    let rows = tess(&world, "Au Mic");
    for exptime in [20.0, 120.0] {
        let found = count(&rows, |row| {
            row.observation.sequence == Some(27) && row.observation.exptime == exptime && row.is(LIGHT_CURVE)
        });
        assert_eq!(found, 1, "{exptime} s");
    }
}

#[test]
fn the_halves_of_campaign_9_share_their_sequence_number() {
    let world = World::standard();
    let rows = search(&world, "EPIC 228162462", &["K2", "HLSP"], &["K2", "HLSP"]);
    assert_eq!(count(&rows, |row| row.product.filename().contains("c91")), 3);
    assert_eq!(count(&rows, |row| row.product.filename().contains("c92")), 3);
    assert!(rows.iter().all(|row| row.observation.sequence == Some(9)));
}

#[test]
fn names_are_as_the_archive_writes_them() {
    let world = World::standard();
    let check = |uri: &str, key: Option<&str>| {
        let product = world.product_by_uri(uri).unwrap_or_else(|| panic!("{uri} is missing"));
        assert_eq!(product.s3_key.as_deref(), key);
        if let Some(key) = key {
            assert_eq!(world.product_by_key(key).map(|product| product.uri.as_str()), Some(uri));
        }
    };
    check(
        "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        Some("tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits"),
    );
    check(
        "mast:TESS/product/tess2019198215352-s0014-0000000377780790-0150-s_tp.fits",
        Some("tess/public/tid/s0014/0000/0003/7778/0790/tess2019198215352-s0014-0000000377780790-0150-s_tp.fits"),
    );
    check(
        "mast:KEPLER/url/missions/kepler/target_pixel_files/0074/007419318/kplr007419318-2009131105131_lpd-targ.fits.gz",
        Some("kepler/public/target_pixel_files/0074/007419318/kplr007419318-2009131105131_lpd-targ.fits.gz"),
    );
    check(
        "mast:K2/url/missions/k2/target_pixel_files/c1/201900000/12000/ktwo201912552-c01_lpd-targ.fits.gz",
        Some("k2/public/target_pixel_files/c1/201900000/12000/ktwo201912552-c01_lpd-targ.fits.gz"),
    );
    check(
        "mast:HLSP/tasoc/s0001/c1800/0000/0002/6113/6679/hlsp_tasoc_tess_ffi_tic00261136679-s0001-cam4-ccd2-c1800_tess_v05_cbv-lc.fits",
        None,
    );
    check(
        "mast:HLSP/qlp/s0014/0000/0001/5832/4245/hlsp_qlp_tess_ffi_s0014-0000000158324245_tess_v01_llc.fits",
        Some("mast/hlsp/qlp/s0014/0000/0001/5832/4245/hlsp_qlp_tess_ffi_s0014-0000000158324245_tess_v01_llc.fits"),
    );
}

#[test]
fn ids_are_unique_and_every_product_is_listed_once() {
    for world in [World::standard(), World::with_bulk(2000)] {
        let groups: HashSet<_> = world
            .observations()
            .iter()
            .map(|observation| observation.obsid)
            .collect();
        assert_eq!(groups.len(), world.observations().len());
        let names: HashSet<_> = world
            .observations()
            .iter()
            .map(|observation| &observation.obs_id)
            .collect();
        assert_eq!(names.len(), world.observations().len());
        let listed: Vec<_> = world
            .observations()
            .iter()
            .flat_map(|observation| world.products(observation.obsid))
            .collect();
        assert_eq!(listed.len(), world.products.len() + world.bulk.all().count());
        let uris: HashSet<_> = listed.iter().map(|product| &product.uri).collect();
        assert_eq!(
            uris.len() + 3,
            listed.len(),
            "light curve, pixels and time series are listed twice"
        );
        for product in listed {
            assert_eq!(
                world.product_by_uri(&product.uri).map(|found| &found.uri),
                Some(&product.uri)
            );
            if let Some(key) = &product.s3_key {
                assert_eq!(world.product_by_key(key).map(|found| &found.uri), Some(&product.uri));
            }
        }
    }
}

#[test]
fn keys_of_the_bucket_are_sorted_and_each_there_once() {
    let world = World::standard();
    let keys: Vec<_> = world.keys().collect();
    assert!(keys.len() > 500 && keys.windows(2).all(|pair| pair[0] < pair[1]));
    for mission in [
        "kepler/public/",
        "k2/public/",
        "tess/public/tid/",
        "tess/public/ffi/",
        "mast/hlsp/qlp/",
        "mast/hlsp/tglc/",
    ] {
        assert!(keys.iter().any(|key| key.starts_with(mission)), "{mission}");
    }
    assert!(
        !keys
            .iter()
            .any(|key| key.contains("tess-spoc") || key.contains("dv_files"))
    );
}

#[test]
fn rows_have_masts_columns_types_and_nulls() {
    let world = World::standard();
    let mut nulls: HashMap<&str, usize> = HashMap::new();
    for observation in world.observations() {
        let row = row_of(&OBSERVATION_FIELDS, |column| observation.value(column));
        let columns: Vec<_> = row.keys().map(String::as_str).collect();
        assert_eq!(columns, OBSERVATION_FIELDS.map(|(name, _)| name));
        assert!(row["obsid"].is_u64() && row["objID"].is_u64());
        assert!(row["t_exptime"].is_number());
        for (column, _) in OBSERVATION_FIELDS {
            *nulls.entry(column).or_default() += usize::from(row[column].is_null());
        }
        assert!(observation.project != "Kepler" || row["sequence_number"].is_null());
        assert!(
            observation.collection == "HLSP" || row["sequence_number"].is_null() == (observation.project == "Kepler")
        );
    }
    for column in [
        "sequence_number",
        "t_obs_release",
        "srcDen",
        "mtFlag",
        "jpegURL",
        "dataURL",
        "proposal_id",
    ] {
        assert!(nulls[column] > 0, "{column} is never null");
    }
    for product in &world.products {
        let row = row_of(&PRODUCT_FIELDS, |column| product.value(column));
        let columns: Vec<_> = row.keys().map(String::as_str).collect();
        assert_eq!(columns, PRODUCT_FIELDS.map(|(name, _)| name));
        assert!(row["description"].is_string());
    }
    assert!(
        world
            .products
            .iter()
            .any(|product| product.value("size") == Some(Value::Null))
    );
    assert!(world.products.iter().any(|product| product.s3_key.is_none()));
    let foreign = world
        .products
        .iter()
        .filter(|product| product.obsid != product.parent_obsid);
    assert!(
        foreign.count() >= 5,
        "TICA frames and a split light curve belong to other observations"
    );
}

#[test]
fn names_resolve_in_any_spelling_and_unknown_ones_do_not() {
    let world = World::standard();
    for name in [
        "TOI 1161",
        "toi-1161",
        "Kepler-13",
        "kepler 13",
        "KOI-13",
        "TIC 158324245",
        "tic158324245",
        "KIC 9941662",
    ] {
        let rows = world.resolve(name);
        assert!(!rows.is_empty(), "{name}");
        assert_eq!(rows[0]["searchString"], name.to_lowercase());
        assert_eq!(rows[0]["ra"], 286.971_254);
    }
    assert_eq!(world.resolve("TIC 158324245")[0]["resolver"], "TIC");
    assert_eq!(world.resolve("EPIC 201912552")[0]["resolver"], "K2");
    assert!(world.resolve("no such star").is_empty());
    let rows = world.resolve("beta Pic");
    let position = |index: usize| {
        [
            rows[index]["ra"].as_f64().unwrap(),
            rows[index]["decl"].as_f64().unwrap(),
        ]
    };
    assert!(region::separation(position(0), position(rows.len() - 1)) * 3600.0 > 2.0);
}

#[test]
fn bulk_targets_are_resolved_by_their_numbers() {
    let world = World::with_bulk(3000);
    let first = world.resolve("TIC 9000000000");
    let star = world
        .observations()
        .iter()
        .find(|observation| observation.target_name == "9000000000");
    assert_eq!(first[0]["ra"].as_f64(), star.map(|star| star.ra));
    assert_eq!(world.resolve("TIC 9000003000"), Vec::new());
    assert_eq!(World::standard().resolve("TIC 9000000000"), Vec::new());
}

#[test]
fn bulk_targets_lie_apart_and_are_seen_in_sector_1() {
    let world = World::with_bulk(3000);
    let first = world.observations().len() - 3000;
    let bulk = &world.observations()[first..];
    assert!(
        bulk.iter()
            .all(|observation| observation.sequence == Some(1) && world.products(observation.obsid).len() == 7)
    );
    let neighbours = bulk
        .iter()
        .filter(|other| other.distance(bulk[700].ra, bulk[700].dec) == 0.0);
    assert_eq!(neighbours.count(), 1);
    assert_eq!(world.sectors(bulk[2999].ra, bulk[2999].dec)[0].sector, 1);
}

#[test]
fn other_counts_of_the_tests_of_lksearch_and_lightkurve() {
    let world = World::standard();
    let kepler = |name: &str| search(&world, name, &["Kepler", "HLSP"], &["Kepler", "HLSP"]);
    assert_eq!(count(&kepler("KIC 3733346"), |row| row.is(LIGHT_CURVE)), 18);
    assert_eq!(count(&kepler("Kepler-8"), |row| row.is(LIGHT_CURVE)), 18);
    assert_eq!(count(&kepler("KIC 10963065"), |row| row.is(LIGHT_CURVE)), 15);
    let of_quarter_6 = |row: &Joined<'_>| row.is(LIGHT_CURVE) && row.product.description.ends_with("Q6");
    assert_eq!(count(&kepler("KIC 4914423"), of_quarter_6), 4);

    let rows = tess(&world, "Kepler 16b");
    let sector_14 = |row: &Joined<'_>| row.observation.sequence == Some(14) && row.observation.provenance == "SPOC";
    assert_eq!(count(&rows, sector_14) + 1, 12, "one is the cutout");
    assert_eq!(count(&rows, |row| sector_14(row) && row.is(CUBE)) + 1, 2);
    let rows = tess(&world, "TrES-2b");
    for pipeline in ["QLP", "TESS-SPOC"] {
        let found = |row: &Joined<'_>| {
            row.observation.provenance == pipeline
                && row.observation.sequence == Some(26)
                && row.observation.exptime == 1800.0
                && row.is(LIGHT_CURVE)
        };
        assert_eq!(count(&rows, found), 1, "{pipeline}");
    }
    let recorded = "kplr011446443_sc_Q113313330333033302";
    assert!(
        world
            .observations()
            .iter()
            .any(|observation| observation.obs_id == recorded)
    );
}

/// The main branch of the Python package, July 2026: `test_tess_clouduris`, `test_properties`, `test_combination` and `test_collections`.
#[test]
fn the_targets_of_the_python_tests_have_their_counts() {
    let world = World::with_python_tests(0);
    let rows = search(&world, "TOI 1161", &["TESS"], &["TESS"]);
    let sector_14: Vec<_> = rows.iter().filter(|row| row.observation.sequence == Some(14)).collect();
    assert_eq!(sector_14.len() + 1, 12, "one is the cutout");
    assert_eq!(sector_14.iter().filter(|row| row.product.s3_key.is_some()).count(), 6);
    let kepler = |name: &str| search(&world, name, &["Kepler"], &["Kepler"]);
    let short = |row: &Joined<'_>| row.observation.exptime == 60.0 && row.is(CUBE);
    let in_quarters = |row: &Joined<'_>| {
        ["Q2", "Q3", "Q4"]
            .iter()
            .any(|end| row.product.description.ends_with(end))
    };
    assert_eq!(count(&kepler("KIC 11904151"), |row| short(row) && in_quarters(row)), 5);
    for name in ["EPIC 228162462", "EPIC 228726301", "EPIC 202975993", "EPIC 210634047"] {
        assert_eq!(
            count(&search(&world, name, &["K2"], &["K2"]), |row| row.is(CUBE)),
            2,
            "{name}"
        );
    }
    let fast = "tess2022217014003-s0055-0000000299096355-0242-s";
    assert!(
        tess(&world, "Kepler-16")
            .iter()
            .any(|row| row.observation.obs_id == fast)
    );
    assert_eq!(World::standard().resolve("TIC 41336498")[0]["ra"], 43.702_8);
}
