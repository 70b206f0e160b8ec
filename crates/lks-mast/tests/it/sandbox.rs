//! Known truths, counted against the miniature archive. Their source is lksearch's own tutorials of February 2025.

use std::collections::BTreeSet;
use std::time::Duration;

use lks_http::{HttpClient, HttpOptions};
use lks_mast::{
    Endpoints, Filters, Kind, KindFilter, MastClient, Mission, Numbers, Polling, Provenance, Search, SearchResult,
    Target,
};
use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

fn archive() -> (Sandbox, MastClient) {
    archive_with(SandboxOptions::default())
}

pub(crate) fn archive_with(options: SandboxOptions) -> (Sandbox, MastClient) {
    let sandbox = Sandbox::start(options).unwrap();
    let endpoints = Endpoints::parse(&sandbox.url(), &sandbox.url()).unwrap();
    (
        sandbox,
        MastClient::new(HttpClient::new(&HttpOptions::default()).unwrap(), endpoints),
    )
}

fn search(mission: Mission, target: &str) -> Search {
    Search::new(mission, target.parse::<Target>().unwrap())
}

async fn count(client: &MastClient, search: Search) -> usize {
    found(client, search).await.table.num_rows()
}

async fn found(client: &MastClient, search: Search) -> SearchResult {
    client.search(&search).await.unwrap()
}

#[tokio::test]
async fn toi_1161_has_236_products_of_three_kinds() {
    let (_sandbox, client) = archive();
    let all = || search(Mission::Tess, "TOI 1161");
    let kind = |word: &str| all().with_kind(word.parse::<KindFilter>().unwrap());
    assert_eq!(count(&client, all()).await, 236);
    assert_eq!(count(&client, kind("timeseries")).await, 86);
    assert_eq!(count(&client, kind("cubedata")).await, 46);
    assert_eq!(count(&client, kind("dvreports")).await, 104);
    assert_eq!(count(&client, all().with_provenance(Provenance::Hlsps)).await, 108);
    assert_eq!(
        count(&client, all().with_provenance(Provenance::MissionProducts)).await,
        128
    );
}

#[tokio::test]
async fn k2_18_has_six_products_four_of_them_by_others() {
    let (_sandbox, client) = archive();
    let hlsps = || search(Mission::K2, "K2-18").with_provenance(Provenance::Hlsps);
    assert_eq!(count(&client, search(Mission::K2, "K2-18")).await, 6);
    assert_eq!(count(&client, hlsps()).await, 4);
    assert_eq!(
        count(&client, hlsps().with_kind(KindFilter::Only(Kind::Timeseries))).await,
        3
    );
}

#[tokio::test]
async fn kepler_137_has_82_products_and_ten_in_two_quarters() {
    let (_sandbox, client) = archive();
    let all = || search(Mission::Kepler, "Kepler-137");
    assert_eq!(count(&client, all()).await, 82);
    assert_eq!(
        count(&client, all().with_kind(KindFilter::Only(Kind::Timeseries))).await,
        40
    );
    let quarters = Filters {
        quarter: Some("7,17".parse::<Numbers>().unwrap()),
        ..Filters::default()
    };
    assert_eq!(count(&client, all().with_filters(quarters)).await, 10);
}

#[tokio::test]
async fn toi_270_can_be_cut_out_of_six_sectors() {
    let (_sandbox, client) = archive();
    let cutouts = search(Mission::Tess, "TOI 270").with_kind(KindFilter::Only(Kind::TessCut));
    let found = found(&client, cutouts).await;
    let sectors: Vec<(i64, f64, i64)> = found
        .table
        .rows()
        .map(|row| {
            (
                row.integer("sector").unwrap(),
                row.float("exptime").unwrap(),
                row.integer("year").unwrap(),
            )
        })
        .collect();
    let expected = [
        (3, 1800.0, 2018),
        (4, 1800.0, 2018),
        (5, 1800.0, 2018),
        (30, 600.0, 2020),
        (31, 600.0, 2020),
        (32, 600.0, 2020),
    ];
    assert_eq!(sectors, expected);
}

#[tokio::test]
async fn toi_1161_has_eight_products_of_the_shortest_exposure() {
    let (_sandbox, client) = archive();
    let by = |exptime: &str| {
        let exptime = Some(exptime.parse::<lks_mast::Exptime>().unwrap());
        search(Mission::Tess, "TOI 1161").with_filters(Filters {
            exptime,
            ..Filters::default()
        })
    };
    assert_eq!(count(&client, by("shortest")).await, 8);
    assert_eq!(count(&client, by("100:500")).await, 128);
    assert_eq!(count(&client, search(Mission::Tess, "TOI 1161").with_limit(2)).await, 2);
    assert_eq!(count(&client, search(Mission::Mast, "TOI 1161")).await, 244);
}

#[tokio::test]
async fn an_expression_finds_what_the_tutorial_finds() {
    let (_sandbox, client) = archive();
    let query = "sector == 14 & exptime == 120".parse::<lks_mast::Expression>().unwrap();
    let found = found(
        &client,
        search(Mission::Tess, "TOI 1161")
            .with_kind(KindFilter::Only(Kind::Timeseries))
            .with_query(query),
    )
    .await;
    let mut rows: Vec<(&str, &str)> = found
        .table
        .rows()
        .map(|row| (row.text("pipeline").unwrap(), row.text("description").unwrap()))
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [("SPOC", "Light curves"), ("TASOC", "FITS")]);
}

#[tokio::test]
async fn a_name_costs_three_steps_and_an_id_two() {
    let options = SandboxOptions {
        latency: Duration::from_millis(30),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let endpoints = Endpoints::parse(&sandbox.url(), &sandbox.url()).unwrap();
    let client = MastClient::new(HttpClient::new(&HttpOptions::default()).unwrap(), endpoints);
    let paths = |sandbox: &Sandbox| {
        sandbox
            .log()
            .iter()
            .map(|logged| logged.path.clone())
            .collect::<Vec<_>>()
    };

    assert_eq!(count(&client, search(Mission::Tess, "TOI 1161")).await, 236);
    let mut asked = paths(&sandbox);
    asked.sort();
    assert_eq!(
        asked,
        [
            "/Santa-war/query",
            "/api/v0/invoke",
            "/api/v0/invoke",
            "/tesscut/api/v0.1/sector"
        ]
    );
    // Observations and sectors are on their way together.
    assert_eq!(sandbox.peak_requests(), 2);

    sandbox.clear_log();
    let light_curves = search(Mission::Tess, "TIC 158324245").with_kind(KindFilter::Only(Kind::Timeseries));
    assert!(count(&client, light_curves).await > 0);
    assert_eq!(paths(&sandbox), ["/api/v0/invoke"; 3]);
    assert_eq!(sandbox.peak_requests(), 2);
}

#[tokio::test]
async fn equal_searches_give_equal_tables() {
    let (_sandbox, client) = archive();
    for (mission, target) in [
        (Mission::Tess, "TOI 1161"),
        (Mission::Kepler, "Kepler-10"),
        (Mission::K2, "EPIC 228162462"),
    ] {
        let (one, other) = (
            found(&client, search(mission, target)).await,
            found(&client, search(mission, target)).await,
        );
        assert_eq!(one.table.batches(), other.table.batches(), "{target}");
    }
}

#[tokio::test]
async fn the_resolver_of_the_archive_disagrees_about_beta_pictoris() {
    let (_sandbox, client) = archive();
    let found = found(&client, search(Mission::Tess, "beta Pic")).await;
    assert!(
        matches!(&found.warnings[..], [lks_mast::Warning::ResolversDisagree { used, .. }] if used == "SIMBAD"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_misbehaving_archive_costs_time_but_no_rows() {
    let (sandbox, client) = archive();
    let polling = Polling::default().with_pauses([Duration::from_millis(1)]);
    let client = client.with_polling(polling);
    let question = search(Mission::Kepler, "Kepler-137");
    let mashup = || Matcher::path("/api/v0/invoke");
    for faults in [
        vec![Fault::executing().times(3)],
        vec![Fault::html()],
        vec![Fault::cut_at(100), Fault::executing()],
    ] {
        let what = format!("{faults:?}");
        sandbox.clear_scripts();
        sandbox.script(mashup(), faults);
        assert_eq!(count(&client, question.clone()).await, 82, "{what}");
    }
}

#[tokio::test]
async fn tesscut_being_down_costs_the_cutouts_only() {
    let (sandbox, client) = archive();
    sandbox.script(Matcher::contains("/tesscut/"), [Fault::status(404).always()]);
    let found = found(&client, search(Mission::Tess, "TOI 270")).await;
    assert_eq!(found.table.num_rows(), 82 - 6);
    assert!(matches!(
        &found.warnings[..],
        [lks_mast::Warning::CutoutsUnavailable { .. }]
    ));
}

/// What tells rows apart, and what their observations say of them.
fn described(found: &SearchResult) -> BTreeSet<String> {
    let told = |row: &lks_table::Row<'_>| {
        ["dataURI", "productFilename", "sector", "exptime"]
            .map(|name| format!("{:?}", row.cell(name)))
            .join(" ")
    };
    found.table.rows().map(|row| told(&row)).collect()
}

#[tokio::test]
async fn a_product_takes_the_observation_that_describes_it() {
    let (_sandbox, client) = archive();
    for target in ["TIC 261136679", "pi Men", "AU Mic", "TIC 158324245"] {
        let everything = search(Mission::Tess, target).with_kind(KindFilter::All);
        let all = found(&client, everything.clone()).await;
        for (sector, exptime) in [
            (Some("28"), Some("20")),
            (Some("28"), Some("fast")),
            (Some("28"), Some("120")),
            (None, Some("20")),
            (Some("27,28"), None),
            (Some("1"), Some("1800")),
            (Some("14"), None),
            (None, Some("600")),
        ] {
            let filters = Filters {
                sector: sector.map(|sector| sector.parse::<Numbers>().unwrap()),
                exptime: exptime.map(|exptime| exptime.parse::<lks_mast::Exptime>().unwrap()),
                ..Filters::default()
            };
            let query: Vec<String> = [
                sector.map(|sector| format!("sector in [{sector}]")),
                exptime.map(|time| match time {
                    "fast" => "exptime < 60".to_owned(),
                    seconds => format!("exptime == {seconds}"),
                }),
            ]
            .into_iter()
            .flatten()
            .collect();
            let query = query.join(" & ").parse::<lks_table::Expression>().unwrap();
            let expected = all.filter(&query).unwrap();
            let filtered = found(&client, everything.clone().with_filters(filters)).await;
            assert_eq!(
                described(&filtered),
                described(&expected),
                "{target} {sector:?} {exptime:?}"
            );
        }
    }
    // Both observations of sector 28 list the files of 120 s.
    let fast = Filters {
        sector: Some(Numbers::from(28)),
        exptime: Some("20".parse::<lks_mast::Exptime>().unwrap()),
        ..Filters::default()
    };
    let fast = found(&client, search(Mission::Tess, "TIC 261136679").with_filters(fast)).await;
    let names: Vec<&str> = fast.table.texts("productFilename").flatten().collect();
    assert!(
        names.len() == 2 && names.iter().all(|name| name.contains("_fast-")),
        "{names:?}"
    );
}

#[tokio::test]
async fn an_id_in_a_search_of_all_missions_finds_each_of_them() {
    let (_sandbox, client) = archive();
    for (id, others, num_missions) in [
        ("TIC 158324245", ["1717079066", "1717079071"], 2),
        ("KIC 11904151", ["kplr011904148", "kplr011904099"], 2),
        ("EPIC 201912552", ["-", "-"], 2),
        ("TIC 388804061", ["-", "-"], 2),
    ] {
        let all = found(&client, search(Mission::Mast, id)).await;
        let mut expected = BTreeSet::new();
        let mut missions = 0;
        for mission in [Mission::Tess, Mission::Kepler, Mission::K2] {
            let there = Search::new(mission, Target::Position(all.position.unwrap()));
            let there = found(&client, there.with_provenance(Provenance::MissionProducts)).await;
            missions += usize::from(!there.table.is_empty());
            let rows = there.table.rows();
            let own = rows.filter(|row| row.text("target_name").is_none_or(|name| !others.contains(&name)));
            expected.extend(own.filter_map(|row| row.text("dataURI").map(str::to_owned)));
        }
        let uris: BTreeSet<String> = all.table.texts("dataURI").flatten().map(str::to_owned).collect();
        assert_eq!(uris, expected, "{id}");
        assert_eq!(missions, num_missions, "{id}");
        assert!(
            all.table
                .texts("target_name")
                .flatten()
                .all(|name| !others.contains(&name))
        );
    }
}

#[tokio::test]
async fn a_month_is_of_short_cadence_and_of_nothing_else() {
    let (_sandbox, client) = archive();
    let month = |target: &str, quarter: &str| {
        search(Mission::Kepler, target).with_filters(Filters {
            quarter: Some(quarter.parse::<Numbers>().unwrap()),
            month: Some(Numbers::from(2)),
            ..Filters::default()
        })
    };
    let some = found(&client, month("KIC 11904151", "3")).await;
    let months: Vec<Option<i64>> = some.table.rows().map(|row| row.integer("month")).collect();
    assert_eq!(months, [Some(2), Some(2)], "a light curve and its pixels");
    let told = async |target: &str, quarter: &str| {
        let none = found(&client, month(target, quarter)).await;
        none.empty_reason.unwrap().to_string()
    };
    let none = told("KIC 10963065", "3").await;
    assert!(
        none.contains("month alone leaves 0 (only short cadence is divided into months)"),
        "{none}"
    );
    let elsewhere = told("KIC 4914423", "3").await;
    assert!(
        elsewhere.contains("(only short cadence is divided into months)"),
        "{elsewhere}"
    );
    assert!(
        elsewhere.contains("quarter alone leaves 2 (the other filters leave 5, 6, 7, 8)"),
        "{elsewhere}"
    );
}
