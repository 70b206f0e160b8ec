use lksearch::{
    EmptyReason, ErrorKind, Expression, Filters, Format, Kind, KindFilter, Mission, Numbers, Provenance, Search,
    SearchResult, Target,
};

use crate::Observatory;

fn search(mission: Mission, target: &str) -> Search {
    Search::new(mission, target.parse::<Target>().expect("because these are names"))
}

/// What a search for TESS products of TOI 1161 gives.
async fn toi_1161(observatory: &Observatory) -> SearchResult {
    let asked = search(Mission::Tess, "TOI 1161");
    let found = observatory.client(&[]).search(&asked).await;
    found.expect("because the sandbox has the star")
}

#[tokio::test]
async fn a_named_star_takes_at_most_three_round_trips_in_a_row() {
    let observatory = Observatory::new();
    let found = toi_1161(&observatory).await;
    assert_eq!(found.table.num_rows(), 236);
    assert!(found.empty_reason.is_none());
    let log = observatory.archive.log();
    assert!(
        log.iter().all(|request| !request.path.contains("columnsconfig")),
        "{log:?}"
    );
    let resolver = log.iter().filter(|request| request.path.contains("Santa-war")).count();
    assert_eq!(resolver, 1, "{log:?}");
}

#[tokio::test]
async fn the_counts_that_the_python_package_documents_hold() {
    let client = Observatory::new();
    let client = (client.client(&[]), client);
    for (mission, target, kind, provenance, expected) in [
        (
            Mission::Tess,
            "TOI 1161",
            KindFilter::Only(Kind::Timeseries),
            Provenance::Any,
            86,
        ),
        (
            Mission::Tess,
            "TOI 1161",
            [Kind::Cubedata, Kind::TessCut].into(),
            Provenance::Any,
            46,
        ),
        (
            Mission::Tess,
            "TOI 1161",
            KindFilter::Only(Kind::DvReport),
            Provenance::Any,
            104,
        ),
        (Mission::Tess, "TOI 1161", KindFilter::Standard, Provenance::Hlsps, 108),
        (
            Mission::Tess,
            "TOI 1161",
            KindFilter::Standard,
            Provenance::MissionProducts,
            128,
        ),
        (Mission::K2, "K2-18", KindFilter::Standard, Provenance::Any, 6),
        (Mission::K2, "K2-18", KindFilter::Standard, Provenance::Hlsps, 4),
        (
            Mission::K2,
            "K2-18",
            KindFilter::Only(Kind::Timeseries),
            Provenance::Hlsps,
            3,
        ),
        (Mission::Kepler, "Kepler-137", KindFilter::Standard, Provenance::Any, 82),
        (
            Mission::Kepler,
            "Kepler-137",
            KindFilter::Only(Kind::Timeseries),
            Provenance::Any,
            40,
        ),
    ] {
        let asked = search(mission, target).with_kind(kind).with_provenance(provenance);
        let found = client.0.search(&asked).await.unwrap();
        assert_eq!(found.table.num_rows(), expected, "{target} {kind} {provenance:?}");
    }
}

#[tokio::test]
async fn an_empty_result_says_why() {
    let observatory = Observatory::new();
    let client = observatory.client(&[]);
    let unknown = client.search(&search(Mission::Tess, "No Such Star")).await.unwrap();
    assert!(
        matches!(unknown.empty_reason, Some(EmptyReason::Unresolved { .. })),
        "{:?}",
        unknown.empty_reason
    );
    let filters = Filters {
        sector: Some(Numbers::from(99)),
        ..Filters::default()
    };
    let filtered = client
        .search(&search(Mission::Tess, "TOI 1161").with_filters(filters))
        .await
        .unwrap();
    assert!(filtered.table.is_empty());
    assert!(filtered.empty_reason.is_some());
}

#[tokio::test]
async fn offline_asks_nobody_and_says_so() {
    let observatory = Observatory::new();
    let error = observatory
        .client(&["offline=true"])
        .search(&search(Mission::Tess, "TOI 1161"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Offline);
    assert!(observatory.archive.log().is_empty());
}

#[tokio::test]
async fn a_client_is_built_from_what_is_said_in_rust() {
    let observatory = Observatory::new();
    let url = observatory.archive.url();
    let builder = lksearch::Client::builder()
        .with_sources(lksearch::config::Sources::isolated())
        .with_cache_dir(observatory.cache.path())
        .with_archive(&url, &url)
        .with_s3_endpoint(&url);
    let client = builder.clone().build().unwrap();
    assert_eq!(client.store().unwrap().root(), observatory.cache.path());
    assert_eq!(client.search(&search(Mission::K2, "K2-18")).await.unwrap().len(), 6);
    let offline = builder.clone().with_offline(true).build().unwrap();
    let found = offline.search(&search(Mission::K2, "K2-18")).await.unwrap();
    assert_eq!((found.len(), found.kept.len()), (6, 3));
    let error = offline
        .search(&search(Mission::K2, "EPIC 211117077"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Offline, "{error}");
    let wrong = builder.with_setting("fetch.jobs", "many").build().unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Config);
    assert!(wrong.to_string().contains("fetch.jobs"), "{wrong}");
}

#[tokio::test]
async fn a_product_of_two_observations_keeps_its_own_values() {
    let observatory = Observatory::new();
    let filters = Filters {
        sector: Some(Numbers::from(28)),
        ..Filters::default()
    };
    let found = observatory
        .client(&[])
        .search(&search(Mission::Tess, "pi Men").with_filters(filters))
        .await
        .unwrap();
    let name = "tess2020212050318-s0028-0000000261136679-0190-s_lc.fits";
    let row = found
        .table
        .rows()
        .find(|row| row.text("productFilename") == Some(name))
        .unwrap();
    assert_eq!(
        (row.float("exptime"), row.text("parent_obsid")),
        (Some(120.0), row.text("obsID"))
    );
    assert!(found.num_duplicates > 0);
}

#[tokio::test]
async fn every_waiting_verb_can_be_spawned() {
    fn spawnable<T: Send>(future: T) -> T {
        future
    }
    let observatory = Observatory::new();
    let (client, options) = (observatory.client(&[]), lksearch::DownloadOptions::default());
    let found = spawnable(client.search(&search(Mission::K2, "K2-18"))).await.unwrap();
    let plan = spawnable(client.plan(&found.table, &options)).await;
    assert_eq!(spawnable(client.run(plan, &lksearch::Quiet)).await.num_failed(), 0);
    assert_eq!(
        spawnable(client.download(&found.table, &options, &lksearch::Quiet))
            .await
            .num_failed(),
        0
    );
    assert_eq!(spawnable(client.resolve(&["K2-18"])).await.unwrap().len(), 1);
    assert!(spawnable(client.open("/no/such/file")).await.is_err());
}

#[tokio::test]
async fn the_blocking_client_works_inside_a_runtime() {
    let observatory = Observatory::new();
    let blocking = lksearch::blocking::Client::new(&observatory.loaded(&[])).unwrap();
    assert_eq!(blocking.search(&search(Mission::K2, "K2-18")).unwrap().len(), 6);
}

#[test]
fn the_blocking_client_gives_the_same_table_as_the_async_one() {
    let observatory = Observatory::new();
    let asked = search(Mission::K2, "K2-18");
    let blocking = lksearch::blocking::Client::new(&observatory.loaded(&[])).unwrap();
    let here = blocking.search(&asked).unwrap().table;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let there = runtime.block_on(observatory.client(&[]).search(&asked)).unwrap().table;
    assert_eq!(here, there);
}

#[tokio::test]
async fn what_a_result_is_written_as_has_its_units() {
    let observatory = Observatory::new();
    let found = toi_1161(&observatory).await;
    let fast = found.filter(&"exptime < 60".parse::<Expression>().unwrap()).unwrap();
    let both = fast.concat(&[found.slice(0, 3)]).unwrap();
    for result in [&found, &fast, &both] {
        let unit = |name: &str| {
            let field = result.table.schema().field_with_name(name).unwrap();
            field.metadata().get("unit").cloned()
        };
        let expected = [
            ("exptime", Some("s")),
            ("distance", Some("arcsec")),
            ("separation_arcsec", Some("arcsec")),
            ("s_ra", Some("deg")),
            ("t_min", Some("d")),
            ("size", Some("byte")),
            ("pipeline", None),
        ];
        for (name, expected) in expected {
            assert_eq!(unit(name).as_deref(), expected, "{name}");
        }
    }
    let mut votable = Vec::new();
    both.write(Format::Votable, &mut votable).unwrap();
    let votable = String::from_utf8(votable).unwrap();
    assert!(
        votable.contains("<FIELD name=\"exptime\" datatype=\"double\" unit=\"s\"/>"),
        "{votable}"
    );
    let mut arrow = Vec::new();
    both.write(Format::Arrow, &mut arrow).unwrap();
    assert!(arrow.windows(6).any(|part| part == b"arcsec"));
}
