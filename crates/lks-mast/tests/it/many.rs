//! Many targets at once: each finds what it finds alone, for far fewer requests.

use std::time::Duration;

use lks_answers::{Answers, Directory};
use lks_http::{HttpClient, HttpOptions};
use lks_mast::{
    ArcSeconds, Endpoints, Error, Exptime, InputResult, Kind, KindFilter, ManyPart, MastClient, Mission, Provenance,
    Search, SearchResult, Target,
};
use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use lks_table::Table;

/// Names, numbers and places; those of other missions, those that nobody knows, those that are none, and some again.
const INPUTS: [&str; 34] = [
    "TOI 1161",
    "TIC 158324245",
    "kepler-10",
    "",
    "K2-18",
    "285.6794 +50.2413",
    "TIC 158324245",
    "no such star",
    "158324245",
    "KIC 11904151",
    "EPIC 201912552",
    "286.971254 46.868263",
    "TIC 9000000000",
    "TIC 9000000001",
    "tic9000000002",
    "TIC 9000000003",
    "TIC 9000000017",
    "TIC 9000000039",
    "TIC 9000000040",
    "TIC 1",
    "10.0 +95",
    "pi Men",
    "HD 39091",
    "beta Pic",
    "M101",
    "TOI 1161",
    "KIC 9941662",
    "Kepler-13 b",
    "10.0 -80.0",
    "TRAPPIST-1",
    "19:02:43.1 +50:14:28.7",
    "EPIC 228162462",
    "KIC 3733346",
    "bell\u{7}",
];

fn archive() -> (Sandbox, MastClient) {
    let options = SandboxOptions {
        bulk: 40,
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let client = client(&sandbox);
    (sandbox, client)
}

/// A client of its own, which is not kept back by the requests of others.
fn client(sandbox: &Sandbox) -> MastClient {
    let endpoints = Endpoints::parse(&sandbox.url(), &sandbox.url()).unwrap();
    let http = HttpClient::new(&HttpOptions::default().with_retries(0)).unwrap();
    MastClient::new(http, endpoints)
}

fn template(mission: Mission) -> Search {
    Search::new(mission, Target::Any)
}

async fn all(client: &MastClient, search: &Search, inputs: &[&str]) -> Vec<ManyPart> {
    let inputs = inputs.iter().map(|input| (*input).to_owned()).collect();
    let mut many = client.search_many(search, inputs).unwrap();
    let mut parts = Vec::new();
    while let Some(part) = many.next().await {
        parts.push(part);
    }
    parts
}

async fn results(client: &MastClient, search: &Search, inputs: &[&str]) -> Vec<InputResult> {
    let parts = all(client, search, inputs).await;
    parts.into_iter().flat_map(|part| part.results).collect()
}

#[track_caller]
fn same(input: &str, one: &SearchResult, other: &SearchResult) {
    assert_eq!(one.table, other.table, "{input}");
    let whole = |found: &SearchResult| {
        format!(
            "{:?}",
            (
                &found.warnings,
                &found.empty_reason,
                &found.prospects,
                &found.resolved,
                &found.position,
                found.num_duplicates
            )
        )
    };
    assert_eq!(whole(one), whole(other), "{input}");
}

/// Asks for many and for each, and compares everything.
async fn check(search: Search) {
    let (sandbox, many) = archive();
    let found = results(&many, &search, &INPUTS).await;
    assert_eq!(found.len(), INPUTS.len());
    for (row, (result, input)) in found.iter().zip(INPUTS).enumerate() {
        assert_eq!((result.input_row, result.input.as_str()), (row, input));
        match (&result.outcome, input.parse::<Target>()) {
            (Ok(found), Ok(target)) => {
                let alone = client(&sandbox).search(&search.about(target)).await.unwrap();
                same(input, found, &alone);
            }
            (Err(Error::InvalidTarget { .. }), _) => assert!(result.reason().is_some()),
            (outcome, target) => panic!("{input}: {outcome:?} {target:?}"),
        }
    }
}

#[tokio::test]
async fn tess_finds_what_single_searches_find() {
    check(template(Mission::Tess)).await;
}

#[tokio::test]
async fn kepler_k2_and_all_find_the_same_too() {
    for mission in [Mission::Kepler, Mission::K2, Mission::Mast] {
        check(template(mission)).await;
    }
}

#[tokio::test]
async fn filters_hold_for_each_target() {
    for search in [
        template(Mission::Tess).with_sector(14),
        template(Mission::Tess)
            .with_exptime(Exptime::Shortest)
            .with_kind(Kind::Timeseries)
            .with_limit(2),
        template(Mission::Tess).with_kind(KindFilter::Only(Kind::TessCut)),
        template(Mission::Tess)
            .with_provenance(Provenance::MissionProducts)
            .with_sector(1),
        template(Mission::Kepler).with_quarter(7).with_pipeline("Kepler"),
    ] {
        check(search).await;
    }
}

#[tokio::test]
async fn neighbours_are_those_of_each_target() {
    check(
        template(Mission::Tess)
            .with_radius(ArcSeconds(20.0))
            .with_sector([1, 14]),
    )
    .await;
}

#[tokio::test]
async fn rows_say_of_which_input_they_are() {
    let (_sandbox, client) = archive();
    let inputs = ["TIC 9000000003", "nobody", "TIC 9000000001", "TIC 9000000003"];
    let parts = all(&client, &template(Mission::Tess).with_kind(Kind::Timeseries), &inputs).await;
    let tables: Vec<Table> = parts.iter().map(|part| part.table().unwrap()).collect();
    let rows = lks_table::concat(&tables).unwrap();
    let names: Vec<&str> = rows.column_names().take(2).collect();
    assert_eq!(names, ["input_row", "input"]);
    let of: Vec<_> = rows
        .rows()
        .map(|row| (row.integer("input_row").unwrap(), row.text("input").unwrap().to_owned()))
        .collect();
    let expected = [(0, "TIC 9000000003"), (2, "TIC 9000000001"), (3, "TIC 9000000003")];
    assert_eq!(of, expected.map(|(row, input)| (row, input.to_owned())));
    let without: Vec<&InputResult> = parts
        .iter()
        .flat_map(|part| &part.results)
        .filter(|result| result.reason().is_some())
        .collect();
    assert_eq!(without.len(), 1);
    assert!(without[0].reason().unwrap().contains("no service knows 'nobody'"));
}

fn numbered(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("TIC {}", 9_000_000_000_u64 + number as u64))
        .collect()
}

#[tokio::test]
async fn a_thousand_stars_cost_a_few_requests() {
    let sandbox = Sandbox::start(SandboxOptions {
        bulk: 1000,
        ..SandboxOptions::default()
    })
    .unwrap();
    let mut many = client(&sandbox)
        .search_many(&template(Mission::Tess).with_kind(Kind::Timeseries), numbered(1000))
        .unwrap();
    let mut num_rows = 0;
    while let Some(part) = many.next().await {
        num_rows += part.table().unwrap().num_rows();
    }
    assert_eq!(num_rows, 1000);
    let asked = sandbox.log().len();
    assert!(asked <= 20, "{asked} requests");
}

#[tokio::test]
async fn what_was_answered_is_not_asked_for_again() {
    let (sandbox, client) = archive();
    let place = tempfile::tempdir().unwrap();
    let answers = Answers::in_directory(Directory::at(place.path()), Duration::from_secs(86_400));
    let client = client.with_answers(answers);
    let search = template(Mission::Tess);
    let some = results(&client, &search, &INPUTS[..12]).await;
    let first = sandbox.log().len();
    // The part that came is continued: what it asked for is not asked for again, alone or among others.
    let all = results(&client, &search, &INPUTS).await;
    for (one, again) in some.iter().zip(&all) {
        if let (Ok(alone), Ok(among)) = (&one.outcome, &again.outcome) {
            assert_eq!(alone.table, among.table, "{}", one.input);
        }
    }
    let star = Matcher::contains("158324245");
    let asked_by_number = sandbox.count(&star);
    sandbox.clear_log();
    let again = results(&client, &search, &INPUTS).await;
    assert!(
        again
            .iter()
            .zip(&all)
            .all(|(one, other)| one.reason() == other.reason())
    );
    // Names that nobody knows are asked for each time.
    let asked = sandbox.log();
    assert!(
        asked.iter().all(|request| request.path.contains("Santa-war")),
        "{asked:#?}"
    );
    let alone = client
        .search(&search.about("TIC 158324245".parse().unwrap()))
        .await
        .unwrap();
    assert_eq!(
        sandbox.log().len(),
        asked.len(),
        "a search for one finds what was kept for many"
    );
    assert!(!alone.is_empty() && first > 0 && asked_by_number < 12);
}

#[tokio::test]
async fn a_service_that_fails_is_not_asked_for_each() {
    let (sandbox, client) = archive();
    sandbox.script(Matcher::contains("Mast.Caom.Filtered"), [Fault::status(500).always()]);
    let found = results(&client, &template(Mission::Tess), &INPUTS).await;
    let failed = |result: &&InputResult| matches!(result.outcome, Err(Error::Repeated(_)));
    assert!(found.iter().filter(failed).count() > 20);
    let reason = found[1].reason().unwrap();
    assert!(
        reason.contains("observation search") && reason.contains("500"),
        "{reason}"
    );
    // Once by number, and of the places as many as are asked for at once: the first failure ends that, whichever it is.
    let (by_number, at_once) = (1, 4);
    let asked = sandbox.count(&Matcher::path("/api/v0/invoke"));
    assert!(asked <= by_number + at_once, "{asked} requests");
}
