//! Searches from end to end.

use lks_mast::{
    ArcSeconds, Campaigns, EmptyReason, Exptime, Filters, Kind, KindFilter, Mission, Numbers, Provenance, Search,
    SearchResult, Target, TextFilter,
};

use crate::archive::{Archive, BY_ID, BY_POSITION, PRODUCTS, RESOLVER, SECTORS};

pub(crate) fn search(mission: Mission, target: &str) -> Search {
    Search::new(mission, target.parse::<Target>().unwrap())
}

pub(crate) async fn found(search: &Search) -> SearchResult {
    Archive::default().client().0.search(search).await.unwrap()
}

pub(crate) fn column(found: &SearchResult, name: &str) -> Vec<String> {
    found
        .table
        .rows()
        .map(|row| row.cell(name).map_or("null".to_owned(), |cell| format!("{cell:?}")))
        .collect()
}

fn texts<'a>(found: &'a SearchResult, name: &'a str) -> Vec<&'a str> {
    found.table.texts(name).map(|text| text.unwrap_or("null")).collect()
}

#[tokio::test]
async fn a_name_is_searched_in_three_steps() {
    let (client, log) = Archive::default().client();
    let found = client.search(&search(Mission::Tess, "TOI 1161")).await.unwrap();
    assert_eq!(
        log.services().iter().map(String::as_str).collect::<Vec<_>>(),
        [RESOLVER, SECTORS, BY_POSITION, PRODUCTS]
    );
    let kinds = |kind: &str| found.table.texts("kind").filter(|text| *text == Some(kind)).count();
    assert_eq!(
        (
            kinds("timeseries"),
            kinds("cubedata"),
            kinds("dvreports"),
            kinds("tesscut")
        ),
        (7, 5, 3, 6)
    );
    assert_eq!(found.table.num_rows(), 21);
    assert!(found.warnings.is_empty() && found.empty_reason.is_none());
    assert_eq!(log.count("columnsconfig"), 0);
}

#[tokio::test]
async fn an_id_gives_its_own_rows_only_and_needs_no_resolver() {
    let (client, log) = Archive::default().client();
    let filters = Filters {
        pipeline: Some(TextFilter::new(["spoc"])),
        exptime: Some("120".parse::<Exptime>().unwrap()),
        ..Filters::default()
    };
    let found = client
        .search(&search(Mission::Tess, "tic158324245").with_filters(filters))
        .await
        .unwrap();
    assert_eq!(
        log.services().iter().map(String::as_str).collect::<Vec<_>>(),
        [BY_ID, PRODUCTS]
    );
    assert!(texts(&found, "target_name").iter().all(|name| *name == "158324245"));
    assert!(texts(&found, "match").iter().all(|name| *name == "id"));
    assert_eq!(found.table.num_rows(), 7);
}

#[tokio::test]
async fn neighbours_come_with_a_radius_and_their_true_separation() {
    let found = found(&search(Mission::Tess, "TIC 158324245").with_radius(ArcSeconds(20.0))).await;
    let neighbour = found
        .table
        .rows()
        .find(|row| row.text("target_name") == Some("1717079066"))
        .unwrap();
    assert_eq!(neighbour.text("match"), Some("position"));
    assert_eq!(neighbour.float("distance"), Some(0.0));
    let separation = neighbour.float("separation_arcsec").unwrap();
    assert!((separation - 2.2468).abs() < 0.01, "{separation}");
    assert!(
        found
            .table
            .rows()
            .any(|row| row.text("match") == Some("id") && row.float("separation_arcsec") == Some(0.0))
    );
}

#[tokio::test]
async fn products_under_other_names_are_found_and_marked() {
    let found = found(&search(Mission::Kepler, "KIC 8644288")).await;
    let kbonus = found
        .table
        .rows()
        .find(|row| row.text("pipeline") == Some("KBONUS-BKG"))
        .unwrap();
    assert_eq!(kbonus.text("match"), Some("position"));
    assert_eq!(kbonus.text("target_name"), Some("Gaia DR3 2104847370214740352"));
    assert_eq!(kbonus.cell("quarter"), None);
    let tess = Archive::default()
        .client()
        .0
        .search(&search(Mission::Tess, "TIC 158324245"))
        .await
        .unwrap();
    assert!(
        tess.table
            .rows()
            .any(|row| row.text("pipeline") == Some("TGLC") && row.text("match") == Some("position"))
    );
    assert!(!texts(&tess, "target_name").contains(&"1717079066"));
}

#[tokio::test]
async fn tess_rows_are_sorted_by_number_and_priority() {
    let found = found(&search(Mission::Tess, "TIC 158324245")).await;
    let order: Vec<(String, i64)> = found
        .table
        .rows()
        .map(|row| (row.text("pipeline").unwrap().to_owned(), row.integer("sector").unwrap()))
        .collect();
    let spoc: Vec<i64> = order
        .iter()
        .filter(|(pipeline, _)| pipeline == "SPOC")
        .map(|(_, sector)| *sector)
        .collect();
    assert_eq!(spoc, [14, 14, 14, 14, 14, 99, 99, 100, 100]);
    let mut pipelines: Vec<&str> = order.iter().map(|(pipeline, _)| pipeline.as_str()).collect();
    pipelines.dedup();
    assert_eq!(pipelines, ["SPOC", "TESS-SPOC", "TESScut", "QLP", "TGLC"]);
}

#[tokio::test]
async fn equal_searches_give_equal_tables() {
    let mut reversed = Archive::default();
    reversed.observations.reverse();
    reversed.products.reverse();
    let question = search(Mission::Tess, "TOI 1161").with_kind(KindFilter::All);
    let (one, other) = (
        found(&question).await,
        reversed.client().0.search(&question).await.unwrap(),
    );
    for name in one.table.column_names() {
        assert_eq!(column(&one, name), column(&other, name), "{name}");
    }
}

#[tokio::test]
async fn cutouts_have_cadence_times_and_place() {
    let found = found(&search(Mission::Tess, "TOI 1161").with_kind(KindFilter::Only(Kind::TessCut))).await;
    let rows: Vec<(i64, f64)> = found
        .table
        .rows()
        .map(|row| (row.integer("sector").unwrap(), row.float("exptime").unwrap()))
        .collect();
    assert_eq!(
        rows,
        [
            (14, 1800.0),
            (15, 1800.0),
            (26, 1800.0),
            (54, 600.0),
            (74, 200.0),
            (100, 200.0)
        ]
    );
    let first = found.table.row(0);
    for (name, value) in [
        ("productFilename", "TESScut"),
        ("pipeline", "TESScut"),
        ("provenance_name", "TESScut"),
        ("description", "TESS FFI Cutout (sector 14)"),
        ("mission", "TESS Sector 14"),
        ("obs_id", "tess-s0014-2-4"),
        ("target_name", "TOI 1161"),
        ("start_time", "2019-07-18 00:00:00.000"),
        ("kind", "tesscut"),
    ] {
        assert_eq!(first.text(name), Some(value), "{name}");
    }
    assert_eq!(first.integer("year"), Some(2019));
    assert_eq!(first.boolean("mission_product"), Some(false));
    assert_eq!(first.float("separation_arcsec"), Some(0.0));
    assert_eq!(first.cell("dataURI"), None);
}

#[tokio::test]
async fn kepler_rows_have_quarters_months_and_their_own_times() {
    let found = found(&search(Mission::Kepler, "KIC 8644288")).await;
    let row = |filename: &str| {
        found
            .table
            .rows()
            .find(|row| row.text("productFilename") == Some(filename))
            .unwrap()
    };
    let long = row("kplr008644288-2010355172524_llc.fits");
    assert_eq!(
        (long.integer("quarter"), long.integer("month"), long.integer("year")),
        (Some(7), None, Some(2010))
    );
    assert_eq!(long.text("start_time"), Some("2010-09-23 16:08:24.864"));
    assert_eq!(long.text("end_time"), Some("2010-12-22 01:10:41.376"));
    let short = row("kplr008644288-2010326094124_slc.fits");
    assert_eq!((short.integer("quarter"), short.integer("month")), (Some(7), Some(2)));
    assert_eq!(short.text("start_time"), Some("2010-10-23 18:45:15.000"));
    let report = row("kplr008644288-20160209194854_dvr.pdf");
    assert_eq!((report.integer("quarter"), report.integer("year")), (None, Some(2009)));
    let quarters = texts(&found, "productFilename");
    assert!(quarters.last().unwrap().contains("kbonus") && found.table.num_rows() == 11);
}

#[tokio::test]
async fn kepler_is_filtered_by_quarters_and_months() {
    let by = |quarter: &str, month: Option<&str>| {
        let month = month.map(|text| text.parse::<Numbers>().unwrap());
        search(Mission::Kepler, "Kepler-137").with_filters(Filters {
            quarter: Some(quarter.parse::<Numbers>().unwrap()),
            month,
            ..Filters::default()
        })
    };
    assert_eq!(found(&by("7,17", None)).await.table.num_rows(), 7);
    let second = found(&by("7", Some("2"))).await;
    assert_eq!(
        texts(&second, "productFilename"),
        ["kplr008644288-2010326094124_slc.fits"]
    );
    assert_eq!(
        found(&by("!7", None))
            .await
            .table
            .texts("description")
            .flatten()
            .filter(|text| text.ends_with("Q7"))
            .count(),
        0
    );
}

#[tokio::test]
async fn k2_campaigns_are_numbers_with_halves() {
    let found = found(&search(Mission::K2, "EPIC 228162462")).await;
    let halves: Vec<(Option<i64>, Option<&str>)> = found
        .table
        .rows()
        .map(|row| (row.integer("campaign"), row.text("campaign_half")))
        .collect();
    assert_eq!(
        halves,
        [
            (Some(9), Some("a")),
            (Some(9), Some("a")),
            (Some(9), Some("b")),
            (Some(9), Some("b")),
            (Some(9), Some("a"))
        ]
    );
    let second = Filters {
        campaign: Some("9b".parse::<Campaigns>().unwrap()),
        ..Filters::default()
    };
    let found = Archive::default()
        .client()
        .0
        .search(&search(Mission::K2, "EPIC 228162462").with_filters(second))
        .await
        .unwrap();
    assert!(
        found.table.num_rows() == 2
            && texts(&found, "productFilename")
                .iter()
                .all(|name| name.contains("-c92_"))
    );
}

#[tokio::test]
async fn the_mast_search_gives_the_missions_own_products() {
    let found = found(&search(Mission::Mast, "TOI 1161")).await;
    assert!(texts(&found, "pipeline").iter().all(|pipeline| *pipeline == "SPOC"));
    assert_eq!(found.table.num_rows(), 11);
    for name in ["sector", "quarter", "campaign"] {
        assert!(found.table.has_column(name), "{name}");
    }
}

#[tokio::test]
async fn makers_are_chosen_as_lksearch_does() {
    let count = async |provenance| {
        found(&search(Mission::Tess, "TOI 1161").with_provenance(provenance))
            .await
            .table
            .num_rows()
    };
    let (all, own, hlsps) = (
        count(Provenance::Any).await,
        count(Provenance::MissionProducts).await,
        count(Provenance::Hlsps).await,
    );
    assert_eq!((all, own, hlsps), (21, 11, 10));
    // Like hlsp=False: the mission's own pipeline and cutouts, not TESS-SPOC, which is filed under HLSP.
    assert_eq!(count(Provenance::WithoutHlsps).await, 17);
}

#[tokio::test]
async fn everything_that_was_sent_is_reachable() {
    let found = found(&search(Mission::Tess, "TIC 158324245").with_kind(KindFilter::All)).await;
    for kind in ["dvtimeseries", "dvxml", "other"] {
        assert!(texts(&found, "kind").contains(&kind), "{kind}");
    }
}

#[tokio::test]
async fn the_filters_that_the_server_can_decide_are_sent() {
    let (client, log) = Archive::default().client();
    let filters = Filters {
        sector: Some("14..15".parse::<Numbers>().unwrap()),
        pipeline: Some(TextFilter::new(["tess", "qlp"])),
        exptime: Some("120,1800".parse::<Exptime>().unwrap()),
        ..Filters::default()
    };
    client
        .search(&search(Mission::Tess, "TIC 158324245").with_filters(filters))
        .await
        .unwrap();
    let asked = log.all().into_iter().find(|asked| asked.service() == BY_ID).unwrap();
    let sent = |name: &str| asked.filter(name).map(ToString::to_string);
    assert_eq!(sent("project").as_deref(), Some(r#"["TESS","HLSP"]"#));
    assert_eq!(sent("dataproduct_type").as_deref(), Some(r#"["timeseries","cube"]"#));
    assert_eq!(sent("target_name").as_deref(), Some(r#"["158324245"]"#));
    assert_eq!(sent("sequence_number").as_deref(), Some(r#"["14","15"]"#));
    assert_eq!(sent("provenance_name").as_deref(), Some(r#"["SPOC","QLP"]"#));
    assert_eq!(sent("t_exptime").as_deref(), Some(r#"[{"min":119.0,"max":1801.0}]"#));
}

#[tokio::test]
async fn shortest_and_limit_see_what_the_other_filters_leave() {
    let by = |filters| search(Mission::Tess, "TIC 158324245").with_filters(filters);
    let shortest = Filters {
        exptime: Some(Exptime::Shortest),
        ..Filters::default()
    };
    assert_eq!(
        column(&found(&by(shortest.clone())).await, "sector"),
        ["Integer(99)", "Integer(99)"]
    );
    let among = Filters {
        sector: Some(Numbers::from(14)),
        pipeline: Some(TextFilter::new(["spoc", "qlp"])),
        ..shortest
    };
    assert_eq!(found(&by(among).with_limit(2)).await.table.num_rows(), 2);
}

#[tokio::test]
async fn an_unknown_name_is_an_empty_result_that_says_who_was_asked() {
    let found = found(&search(Mission::Tess, "TOI 999999")).await;
    assert!(found.table.is_empty());
    let Some(EmptyReason::Unresolved { name, asked }) = &found.empty_reason else {
        panic!("{:?}", found.empty_reason)
    };
    assert!(name == "TOI 999999" && asked.contains(&"SIMBAD".to_owned()));
}

#[tokio::test]
async fn observations_of_others_are_described_as_a_search_does() {
    let (client, log) = Archive::default().client();
    let found = client.search(&search(Mission::Tess, "TOI 1161")).await.unwrap();
    let names = [
        "obsid",
        "target_name",
        "sequence_number",
        "exptime",
        "obs_collection_obs",
    ];
    let as_sent = ["exptime", "obs_collection_obs"].map(str::to_owned).into_iter();
    let as_sent = as_sent.zip(["t_exptime", "obs_collection"].map(str::to_owned));
    let rows = found
        .table
        .select(&names)
        .unwrap()
        .rename(&as_sent.collect::<Vec<_>>())
        .unwrap();
    let filters = Search::new(Mission::Tess, Target::Any).with_kind(Kind::Timeseries);
    let before = log.services().len();
    let described = client.products_of_observations(&filters, &rows).await.unwrap();
    assert_eq!(log.services()[before..], [PRODUCTS.to_owned()]);
    let sorted = |found: &SearchResult| {
        let mut uris: Vec<String> = texts(found, "dataURI").into_iter().map(str::to_owned).collect();
        uris.sort();
        uris
    };
    let own = search(Mission::Tess, "TOI 1161").with_kind(Kind::Timeseries);
    assert_eq!(sorted(&described), sorted(&client.search(&own).await.unwrap()));
    assert_eq!(described.len(), 7);
    let error = client
        .products_of_observations(&filters, &rows.drop(&["obsid"]))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("a column 'obsid'"), "{error}");
}
