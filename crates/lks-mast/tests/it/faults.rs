//! One test for each fault of the peers' searches that ours must not have. `B…` numbers a list of faults found in lksearch 1.2.1.

use http::StatusCode;
use lks_mast::{
    ArcSeconds, Catalog, EmptyReason, Error, Expression, Exptime, Filters, KindFilter, Mission, Numbers, Position,
    Provenance, Search, Target, TargetId, TextFilter, Warning,
};
use lks_table::Table;
use serde_json::json;

use crate::archive::{Archive, BY_ID, BY_POSITION, PRODUCTS, RESOLVER, SECTORS, json_answer, status};
use crate::search::{column, found, search};

fn texts(table: &Table, name: &str) -> Vec<String> {
    table
        .texts(name)
        .map(|text| text.unwrap_or("null").to_owned())
        .collect()
}

#[tokio::test]
async fn b8_looking_up_cloud_paths_leaves_the_table_as_it_was() {
    let (client, _) = Archive::default().client();
    let found = client.search(&search(Mission::Tess, "TIC 158324245")).await.unwrap();
    let before = texts(&found.table, "dataURI");
    let uris: Vec<String> = found.table.texts("dataURI").flatten().map(str::to_owned).collect();
    let paths = client.cloud_paths(&uris).await.unwrap().keys;
    assert_eq!(paths.len(), uris.len());
    assert!(paths.values().any(Option::is_some) && paths.values().any(Option::is_none));
    assert_eq!(texts(&found.table, "dataURI"), before);
    assert!(before.iter().all(|uri| uri == "null" || uri.starts_with("mast:")));
}

#[tokio::test]
async fn b9_columns_of_a_filtered_table_are_filtered() {
    let found = found(&search(Mission::Kepler, "KIC 8644288")).await;
    let query = "quarter == 7".parse::<Expression>().unwrap();
    let part = found.table.filter(&query.evaluate(&found.table).unwrap()).unwrap();
    for name in ["productFilename", "obs_id", "dataURI", "description", "distance"] {
        assert_eq!(part.column(name).unwrap().len(), part.num_rows(), "{name}");
    }
    assert!(part.num_rows() < found.table.num_rows());
}

#[tokio::test]
async fn b10_rows_are_taken_by_position_in_the_order_they_are_named() {
    let table = found(&search(Mission::Tess, "TIC 158324245")).await.table;
    let all = texts(&table, "productFilename");
    let taken = texts(&table.take(&[2, 0, 2]).unwrap(), "productFilename");
    assert_eq!(taken, [all[2].clone(), all[0].clone(), all[2].clone()]);
    assert!(table.take(&[all.len()]).is_err());
}

#[tokio::test]
async fn b11_b12_filtering_twice_leaves_no_gaps_and_adds_no_columns() {
    let quarter = Filters {
        quarter: Some(Numbers::from(7)),
        ..Filters::default()
    };
    let table = found(&search(Mission::Kepler, "Kepler-137").with_filters(quarter))
        .await
        .table;
    let names: Vec<String> = table.column_names().map(str::to_owned).collect();
    let mut part = table.clone();
    for query in ["exptime < 1000", "month == 2", "description.str.contains('Short')"] {
        part = part
            .filter(&query.parse::<Expression>().unwrap().evaluate(&part).unwrap())
            .unwrap();
        assert!(part.row(0).text("productFilename").is_some());
        assert!(part.column_names().eq(names.iter().map(String::as_str)), "{query}");
    }
    assert!(!names.iter().any(|name| name == "index" || name == "level_0"));
}

#[tokio::test]
async fn b13_products_with_another_obs_id_are_kept() {
    let found = found(&search(Mission::Tess, "TIC 158324245").with_kind(KindFilter::All)).await;
    let report = found
        .table
        .rows()
        .find(|row| {
            row.text("productFilename")
                .is_some_and(|name| name.ends_with("_dvr.pdf"))
        })
        .unwrap();
    assert_eq!(
        report.text("obs_id"),
        Some("tess2019199201929-s0014-s0014-0000000158324245")
    );
    assert_eq!(
        report.text("obs_id_obs"),
        Some("tess2019198215352-s0014-0000000158324245-0150-s")
    );
    assert_eq!(report.text("pipeline"), Some("SPOC"));
}

#[tokio::test]
async fn b13_an_observation_sent_twice_multiplies_nothing() {
    let mut archive = Archive::default();
    archive.observations.extend(archive.observations.clone());
    archive.products.extend(archive.products.clone());
    let found = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TIC 158324245"))
        .await
        .unwrap();
    let once = crate::search::found(&search(Mission::Tess, "TIC 158324245")).await;
    assert_eq!(column(&found, "dataURI"), column(&once, "dataURI"));
    assert!(found.num_duplicates > 0 && once.num_duplicates == 0);
}

#[tokio::test]
async fn b13_bare_observations_leave_no_rows_and_orphans_stay() {
    let mut archive = Archive::default();
    archive.products.retain(|row| row["obs_collection"] != "HLSP");
    let orphan = archive.products[0].clone();
    let archive = Archive {
        instead: Box::new(move |asked| {
            (asked.service() == PRODUCTS).then(|| {
                let mut orphan = orphan.clone();
                orphan.insert("parent_obsid".into(), json!(1));
                orphan.insert("obsID".into(), json!(2));
                json_answer(&json!({ "status": "COMPLETE", "data": [orphan] }))
            })
        }),
        ..archive
    };
    let found = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TIC 158324245"))
        .await
        .unwrap();
    let products: Vec<_> = found
        .table
        .rows()
        .filter(|row| row.text("kind") != Some("tesscut"))
        .collect();
    assert_eq!(products.len(), 1);
    assert_eq!(
        (products[0].cell("obsid"), products[0].text("mission")),
        (None, Some("TESS"))
    );
}

#[tokio::test]
async fn b19_without_tesscut_the_rest_is_found_with_a_warning() {
    let down =
        Archive::instead(|asked| (asked.service() == SECTORS).then(|| status(StatusCode::SERVICE_UNAVAILABLE, "busy")));
    let found = down
        .client()
        .0
        .search(&search(Mission::Tess, "TOI 1161"))
        .await
        .unwrap();
    assert_eq!(found.table.num_rows(), 15);
    assert!(
        matches!(&found.warnings[..], [Warning::CutoutsUnavailable { reason }] if reason.contains("TESScut") && reason.contains("503"))
    );
}

#[tokio::test]
async fn b21_positions_in_other_frames_are_searched_where_they_are() {
    let (client, log) = Archive::default().client();
    let position = "galactic 0 90".parse::<Position>().unwrap();
    client
        .search(&Search::new(Mission::Kepler, position.into()))
        .await
        .unwrap();
    let sent = log.all()[0].mashup["params"]["position"].as_str().unwrap().to_owned();
    assert!(sent.starts_with("192.859") && sent.contains(", 27.128"), "{sent}");
}

#[tokio::test]
async fn b22_coordinates_are_never_resolved_as_names() {
    for target in [
        "286.9712, 46.8684",
        "19:07:53.09 +46:52:06.2",
        "19h07m53.09s +46d52m06.2s",
    ] {
        let (client, log) = Archive::default().client();
        let found = client.search(&search(Mission::Tess, target)).await.unwrap();
        assert_eq!(log.count(RESOLVER), 0, "{target}");
        assert_eq!(found.table.num_rows(), 21, "{target}");
    }
}

#[tokio::test]
async fn b23_an_id_needs_no_resolver_in_any_spelling() {
    for spelling in [
        "TIC 158324245",
        "tic158324245",
        "TIC-158324245",
        "tess_0158324245",
        "TIC  158324245",
    ] {
        let (client, log) = Archive::default().client();
        let found = client.search(&search(Mission::Tess, spelling)).await.unwrap();
        assert_eq!(log.count(RESOLVER), 0, "{spelling}");
        assert_eq!(found.table.num_rows(), 19, "{spelling}");
    }
}

#[tokio::test]
async fn b23_neighbours_of_an_id_are_found_without_a_resolver() {
    let (client, log) = Archive::default().client();
    let found = client
        .search(&search(Mission::Tess, "TIC 158324245").with_radius(ArcSeconds(20.0)))
        .await
        .unwrap();
    assert_eq!(
        (log.count(RESOLVER), log.count(BY_ID), log.count(BY_POSITION)),
        (0, 1, 1)
    );
    assert!(texts(&found.table, "target_name").contains(&"1717079066".to_owned()));
    let (client, log) = Archive::default().client();
    client
        .search(&search(Mission::Tess, "TIC 12345").with_radius(ArcSeconds(20.0)))
        .await
        .unwrap();
    assert_eq!(log.count(RESOLVER), 1);
}

#[tokio::test]
async fn b23_an_id_without_observations_still_has_cutouts() {
    let (client, log) = Archive::default().client();
    let found = client.search(&search(Mission::Tess, "TIC 12345")).await.unwrap();
    assert_eq!(log.count(RESOLVER), 1);
    assert_eq!(texts(&found.table, "kind"), vec!["tesscut"; 6]);
    assert_eq!(texts(&found.table, "target_name"), vec!["12345"; 6]);
}

#[tokio::test]
async fn b23_an_id_unknown_to_the_resolver_is_a_warning() {
    let found = found(&search(Mission::Tess, "TIC 99999")).await;
    assert!(found.table.is_empty());
    assert!(matches!(&found.warnings[..], [Warning::CutoutsWithoutPosition { .. }]));
    assert!(matches!(&found.empty_reason, Some(EmptyReason::NotObserved { target, .. }) if target == "TIC 99999"));
}

#[tokio::test]
async fn an_id_search_keeps_to_its_star_whatever_else_is_asked() {
    let filters = [
        Filters {
            pipeline: Some(TextFilter::new(["SPOC"])),
            ..Filters::default()
        },
        Filters {
            exptime: Some("120".parse::<Exptime>().unwrap()),
            ..Filters::default()
        },
        Filters {
            sector: Some(Numbers::from(14)),
            year: Some(Numbers::from(2019)),
            ..Filters::default()
        },
    ];
    for filters in filters {
        let (client, log) = Archive::default().client();
        let found = client
            .search(&search(Mission::Tess, "TIC 158324245").with_filters(filters))
            .await
            .unwrap();
        assert!(!found.table.is_empty() && !texts(&found.table, "target_name").contains(&"1717079066".to_owned()));
        assert_eq!(
            log.all()
                .iter()
                .find(|asked| asked.service() == BY_ID)
                .and_then(|asked| asked.filter("target_name")),
            Some(&json!(["158324245"]))
        );
    }
}

#[tokio::test]
async fn rows_of_another_star_are_dropped() {
    let mut archive = Archive::default();
    let all = archive.observations.clone();
    archive.instead = Box::new(move |asked| {
        (asked.service() == BY_ID).then(|| json_answer(&json!({ "status": "COMPLETE", "data": all })))
    });
    let found = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TIC 158324245"))
        .await
        .unwrap();
    assert!(!texts(&found.table, "target_name").contains(&"1717079066".to_owned()));
    assert_eq!(found.table.num_rows(), 19);
}

#[tokio::test]
async fn a26_rows_of_other_stars_alone_answer_another_question() {
    let mut archive = Archive::default();
    let other = archive.observations[3].clone();
    archive.instead = Box::new(move |asked| {
        (asked.service() == BY_ID).then(|| json_answer(&json!({ "status": "COMPLETE", "data": [other] })))
    });
    let error = archive
        .client()
        .0
        .search(&search(Mission::Tess, "TIC 158324245"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Answer { problem: lks_mast::AnswerProblem::Mismatch(what), .. } if what.contains("1717079066")),
        "{error}"
    );
}

#[tokio::test]
async fn b24_a_sequence_filters_and_a_foreign_one_is_refused() {
    let with = |mission, target: &str| {
        search(mission, target).with_filters(Filters {
            sequence: Some(Numbers::from(14)),
            ..Filters::default()
        })
    };
    let sectors = found(&with(Mission::Mast, "TOI 1161")).await;
    assert!(sectors.table.num_rows() == 7 && column(&sectors, "sector").iter().all(|sector| sector == "Integer(14)"));
    let sector = Filters {
        sector: Some(Numbers::from(14)),
        ..Filters::default()
    };
    let (client, log) = Archive::default().client();
    let refused = client
        .search(&search(Mission::Kepler, "Kepler-137").with_filters(sector))
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, Error::InvalidQuery(message) if message.contains("sector")),
        "{refused}"
    );
    assert!(log.all().is_empty());
}

#[tokio::test]
async fn b25_the_pipeline_tess_finds_spoc() {
    let filters = Filters {
        pipeline: Some(TextFilter::new(["Tess"])),
        ..Filters::default()
    };
    for mission in [Mission::Tess, Mission::Mast] {
        let found = found(&search(mission, "TOI 1161").with_filters(filters.clone())).await;
        assert!(
            found.table.num_rows() == 11
                && texts(&found.table, "pipeline")
                    .iter()
                    .all(|pipeline| pipeline == "SPOC")
        );
    }
}

#[tokio::test]
async fn b26_exposure_times_are_lists_or_ranges_as_they_are_written() {
    let by = async |text: &str| {
        let filters = Filters {
            exptime: Some(text.parse::<Exptime>().unwrap()),
            ..Filters::default()
        };
        let found = found(&search(Mission::Tess, "TIC 158324245").with_filters(filters)).await;
        let mut times: Vec<i64> = found
            .table
            .rows()
            .map(|row| row.float("exptime").unwrap() as i64)
            .collect();
        times.sort_unstable();
        times.dedup();
        times
    };
    assert_eq!(by("20,1800").await, [20, 1800]);
    assert_eq!(by("100:1800").await, [120, 200, 600, 1800]);
    assert_eq!(by("120").await, [120]);
    assert_eq!(by("!1800").await, [20, 120, 200, 600]);
    assert_eq!(by("short").await, [120]);
    assert_eq!(by("fast").await, [20]);
    assert_eq!(by("longest").await, [1800]);
}

#[tokio::test]
async fn b37_cutout_rows_have_the_columns_of_all_others() {
    let both = found(&search(Mission::Tess, "TOI 1161")).await.table;
    let cutouts = found(&Search::new(Mission::Tess, Position::icrs(10.0, 10.0).unwrap().into()))
        .await
        .table;
    assert_eq!(cutouts.num_rows(), 6);
    let types = |table: &Table| {
        table
            .schema()
            .fields()
            .iter()
            .map(|field| (field.name().clone(), field.data_type().clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(types(&cutouts), types(&both));
    for name in [
        "obs_id",
        "s_ra",
        "s_dec",
        "start_time",
        "end_time",
        "year",
        "mission_product",
    ] {
        assert!(cutouts.rows().all(|row| row.cell(name).is_some()), "{name}");
    }
}

#[tokio::test]
async fn b38_no_hlsp_keeps_the_pipeline_that_was_asked_for() {
    let filters = Filters {
        pipeline: Some(TextFilter::new(["TESScut"])),
        ..Filters::default()
    };
    let question = search(Mission::Tess, "TOI 1161")
        .with_provenance(Provenance::WithoutHlsps)
        .with_filters(filters);
    assert_eq!(texts(&found(&question).await.table, "pipeline"), vec!["TESScut"; 6]);
}

#[tokio::test]
async fn b39_distances_and_brackets_mean_what_they_say() {
    let with = |filters| {
        search(Mission::Tess, "TIC 158324245")
            .with_radius(ArcSeconds(30.0))
            .with_filters(filters)
    };
    let near = Filters {
        distance: Some(Numbers::parse_upper_limit("0").unwrap()),
        ..Filters::default()
    };
    assert!(
        column(&found(&with(near)).await, "distance")
            .iter()
            .all(|distance| distance == "Float(0.0)")
    );
    let bracket = Filters {
        description: Some(lks_mast::Description::Any("(sector 15)".into())),
        ..Filters::default()
    };
    assert_eq!(found(&with(bracket)).await.table.num_rows(), 1);
}

#[tokio::test]
async fn b40_a_limit_on_nothing_is_nothing() {
    let question = search(Mission::Kepler, "TOI 1161").with_limit(5);
    let found = found(&question).await;
    assert!(found.table.is_empty() && found.empty_reason.is_some());
    assert!(
        crate::search::found(&search(Mission::Tess, "TOI 1161").with_limit(0))
            .await
            .table
            .is_empty()
    );
}

#[tokio::test]
async fn a_disagreement_of_the_resolvers_is_a_warning() {
    let found = found(&search(Mission::Tess, "beta Pic")).await;
    let Some(Warning::ResolversDisagree {
        used,
        other,
        separation,
        ..
    }) = found.warnings.first()
    else {
        panic!("{:?}", found.warnings)
    };
    assert!(used == "SIMBAD" && other == "NED" && separation.0 > 2.0);
}

#[tokio::test]
async fn many_names_are_resolved_thirty_at_a_time_in_their_order() {
    let (client, log) = Archive::default().client();
    let mut names: Vec<String> = (0..69).map(|number| format!("unknown {number}")).collect();
    names.push("TOI 1161".to_owned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let resolutions = client.resolve(&names).await.unwrap();
    assert_eq!(log.count(RESOLVER), 3);
    assert!(
        resolutions
            .iter()
            .map(|resolution| resolution.name.as_str())
            .eq(names.iter().copied())
    );
    assert!(resolutions[0].position().is_none() && resolutions[69].position().is_some());
}

#[tokio::test]
async fn cloud_paths_are_looked_up_forty_at_a_time() {
    let (client, log) = Archive::default().client();
    let uris: Vec<String> = (0..186)
        .map(|number| format!("mast:TESS/product/{number}_lc.fits"))
        .collect();
    let paths = client.cloud_paths(&uris).await.unwrap().keys;
    assert_eq!((paths.len(), log.all().len()), (186, 5));
    assert_eq!(paths[&uris[3]].as_deref(), Some("tess/public/3_lc.fits"));
}

#[tokio::test]
async fn an_id_of_another_mission_is_searched_at_its_place() {
    let (client, log) = Archive::default().client();
    let target = Target::Id(TargetId {
        catalog: Catalog::Kic,
        number: 8_644_288,
    });
    let found = client.search(&Search::new(Mission::Tess, target)).await.unwrap();
    assert_eq!(
        (log.count(RESOLVER), log.count(BY_POSITION), log.count(BY_ID)),
        (1, 1, 0)
    );
    assert_eq!(found.table.num_rows(), 6);
}
