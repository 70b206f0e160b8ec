//! Recorded answers of the real services, where they lie beside the workspace.

use std::collections::HashSet;
use std::path::PathBuf;

use lks_mast::{Endpoints, Kind, KindFilter, Mission, Warning};
use serde_json::{Value, json};

use crate::archive::{Archive, BY_ID, BY_POSITION, PRODUCTS, RESOLVER, SECTORS, json_answer};
use crate::search::search;

/// A recorded file, or a printed line and nothing.
fn recorded(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/json")
        .join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            #[allow(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("skipped: {name} is not there");
            }
            None
        }
    }
}

#[tokio::test]
async fn the_recorded_resolver_answers_are_read() {
    let Some(answer) = recorded("astroquery_fixtures/resolver.json") else {
        return;
    };
    let (client, _) = Archive::instead(move |asked| (asked.path == RESOLVER).then(|| json_answer(&answer))).client();
    let resolutions = client
        .resolve(&["TIC 307210830", "Barnard's star", "M1", "M101", "no such thing"])
        .await
        .unwrap();
    let believed: Vec<Option<&str>> = resolutions
        .iter()
        .map(|resolution| resolution.answers.first().map(|answer| answer.resolver.as_str()))
        .collect();
    assert_eq!(
        believed[..4],
        [Some("TIC"), Some("SIMBAD"), Some("SIMBAD"), Some("SIMBAD")]
    );
    assert_eq!(believed[4], None);
    let m1 = resolutions[2].disagreement().unwrap();
    assert!(m1.0.resolver == "NED" && (m1.1.0 - 10.6).abs() < 0.5, "{:?}", m1.1);
}

#[tokio::test]
async fn the_recorded_sector_lists_are_read() {
    let Some(recorded) = recorded("tesscut_responses.json") else {
        return;
    };
    for (name, num_sectors) in [("sector_2019", 6), ("sector_2023", 20)] {
        let answer = json!({ "results": recorded[name]["results"] });
        let (client, _) = Archive::instead(move |asked| (asked.path == SECTORS).then(|| json_answer(&answer))).client();
        let seen = client
            .sectors(&lks_mast::Position::icrs(84.291188, -80.46912).unwrap())
            .await
            .unwrap();
        assert_eq!(
            (seen.len(), seen[0].sector, seen[0].camera, seen[0].ccd),
            (num_sectors, 1, Some(4), Some(2)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_recorded_cloud_answer_is_read() {
    let Some(answer) = recorded("astroquery_fixtures/mast_relative_path.json") else {
        return;
    };
    let uris: Vec<String> = answer.as_object().unwrap().keys().cloned().collect();
    let (client, _) = Archive::instead(move |_| Some(json_answer(&answer))).client();
    let paths = client.cloud_paths(&uris).await.unwrap().keys;
    assert_eq!(
        paths["mast:HST/product/u9o40504m_c3m.fits"].as_deref(),
        Some("hst/public/u9o4/u9o40504m/u9o40504m_c3m.fits")
    );
    assert_eq!(paths["mast:HST/product/does_not_exist.fits"], None);
}

/// Observations and products of 2017 and 2018 lack many of today's columns, and are of other missions.
#[tokio::test]
async fn old_recorded_tables_are_read_with_nulls_for_what_came_later() {
    for (observations, service) in [
        ("caom", BY_POSITION),
        ("advSearch", BY_ID),
        ("advSearchPos", BY_POSITION),
    ] {
        let (Some(page), Some(products)) = (
            recorded(&format!("astroquery_fixtures/{observations}.json")),
            recorded("astroquery_fixtures/products.json"),
        ) else {
            return;
        };
        let ids: HashSet<String> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["obsid"].to_string())
            .collect();
        let num_observations = ids.len();
        assert!(num_observations > 0);
        let archive = Archive::instead(move |asked| match asked.service() {
            BY_ID | BY_POSITION => Some(json_answer(&page)),
            PRODUCTS => Some(json_answer(&products)),
            _ => None,
        });
        let (client, log) = archive.client();
        let question = search(Mission::Mast, "TOI 1161").with_kind(KindFilter::All);
        let found = client.search(&question).await.unwrap();
        // None of them is of Kepler, K2 or TESS; that they were all read shows in the question for their products.
        assert!(found.table.is_empty(), "{observations} {service}");
        let asked = log.all().into_iter().find(|asked| asked.service() == PRODUCTS).unwrap();
        assert_eq!(
            asked.mashup["params"]["obsid"].as_str().unwrap().split(',').count(),
            num_observations
        );
    }
}

#[tokio::test]
async fn recorded_observations_and_products_are_joined() {
    let Some(recorded) = recorded("tess_tic141914082_s1_hlsp.json") else {
        return;
    };
    let mission = recorded["mission_observation"].clone();
    let lines = recorded["hlsp_products"].as_array().unwrap().clone();
    let num_products = lines.len();
    let products: Vec<Value> = lines
        .into_iter()
        .map(|mut product| {
            product["obs_collection"] = json!("HLSP");
            product["parent_obsid"] = mission["obsid"].clone();
            product
        })
        .collect();
    let archive = Archive::instead(move |asked| match asked.service() {
        BY_ID => Some(json_answer(&json!({ "status": "COMPLETE", "data": [mission] }))),
        PRODUCTS => Some(json_answer(&json!({ "status": "COMPLETE", "data": products }))),
        _ => None,
    });
    let found = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TIC 141914082").with_kind(KindFilter::All))
        .await
        .unwrap();
    let rows: Vec<_> = found
        .table
        .rows()
        .filter(|row| row.text("kind") != Some("tesscut"))
        .collect();
    assert_eq!(rows.len(), num_products);
    assert!(
        rows.iter()
            .all(|row| row.integer("sector") == Some(1) && row.integer("year") == Some(2018))
    );
    assert_eq!(rows[0].text("start_time"), Some("2018-07-25 19:02:15.674"));
}

#[tokio::test]
async fn the_oldest_recorded_answers_are_read() {
    let (Some(sectors), Some(mashup)) = (
        recorded("astroquery_fixtures/tess_sector.json"),
        recorded("mug2018_mashup_raw.json"),
    ) else {
        return;
    };
    let lookup = mashup["Mast.Name.Lookup"].clone();
    let archive = Archive::instead(move |asked| match asked.path.as_str() {
        RESOLVER => Some(json_answer(&lookup)),
        SECTORS => Some(json_answer(&sectors)),
        _ => None,
    });
    let client = archive.client().0;
    let m101 = client.resolve(&["M101"]).await.unwrap().remove(0);
    assert_eq!(m101.answers[0].canonical_name.as_deref(), Some("MESSIER 101"));
    let position = m101.position().unwrap();
    assert_eq!((position.ra(), position.dec()), (210.80227, 54.34895));
    let seen = client.sectors(&position).await.unwrap();
    assert_eq!((seen[0].sector, seen[0].camera, seen[0].ccd), (1, Some(1), Some(3)));
}

#[tokio::test]
async fn recorded_full_frame_images_are_left_out_with_a_warning() {
    let Some(tica) = recorded("tica_s27_cam1_ccd4.json") else {
        return;
    };
    let observation = tica["observation"].clone();
    let archive = Archive::instead(move |asked| {
        (asked.service() == BY_POSITION).then(|| json_answer(&json!({ "status": "COMPLETE", "data": [observation] })))
    });
    let (client, log) = archive.client();
    let found = client.search(&search(Mission::Tess, "292.518 -33.622")).await.unwrap();
    assert_eq!(
        found.warnings,
        [Warning::FullFrameImagesLeftOut { num_observations: 1 }]
    );
    assert_eq!(log.count(PRODUCTS), 0);
    assert!(found.table.texts("kind").all(|kind| kind == Some("tesscut")));
}

#[test]
fn recorded_data_validation_products_have_their_kind() {
    let Some(products) = recorded("tess_dv_l9859.json") else {
        return;
    };
    let groups = products["dv_products_by_obs_id"].as_object().unwrap();
    let mut num_products = 0;
    for name in groups
        .values()
        .flat_map(|names| names.as_array().unwrap())
        .map(|name| name.as_str().unwrap())
    {
        let expected = match name {
            name if name.ends_with("_dvt.fits") => Kind::DvTimeseries,
            name if name.ends_with("_dvr.xml") => Kind::DvXml,
            _ => Kind::DvReport,
        };
        assert_eq!(Kind::of_filename(name), expected, "{name}");
        num_products += 1;
    }
    assert!(num_products > 40, "{num_products}");
}

#[test]
fn recorded_uris_survive_their_urls_and_keys_their_paths() {
    let (Some(uris), Some(keys)) = (recorded("dataURI_examples.json"), recorded("s3_keys.json")) else {
        return;
    };
    for uri in uris["uris"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["dataURI"].as_str().unwrap())
    {
        let url = Endpoints::stsci().product_url(uri);
        let back: Vec<_> = url
            .query_pairs()
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        assert_eq!(back, [("uri".to_owned(), uri.to_owned())]);
        assert!(url.as_str().contains("?uri=mast:"), "{url}");
    }
    for key in keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["s3_key"].as_str().unwrap())
    {
        assert_eq!(lks_mast::cloud_key(&format!("/{key}")).as_deref(), Some(key));
    }
}
