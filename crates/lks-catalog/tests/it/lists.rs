use lks_catalog::{Epoch, StarCatalog, StarId, Tic};
use lks_sandbox::{Fault, Matcher, SandboxOptions};

use crate::Services;

fn ids(texts: &[&str]) -> Vec<StarId> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn column<'t>(table: &'t lks_table::Table, name: &'t str) -> Vec<Option<&'t str>> {
    table.texts(name).collect()
}

/// B5 and B49 of the Python package: lists were looked up in the TIC whatever they were, and lost their order and what was missing.
#[tokio::test]
async fn b5_ids_of_several_catalogues_come_in_their_order() {
    let services = Services::start();
    let asked = ids(&[
        "KIC 11904151",
        "TIC 1",
        "Gaia DR3 2132155017099178624",
        "EPIC 201912552",
        "KIC 11904151",
    ]);
    let found = services.client.look_up(&asked, Epoch::J2000).await.unwrap();
    let expected = [
        "KIC 11904151",
        "",
        "Gaia DR3 2132155017099178624",
        "EPIC 201912552",
        "KIC 11904151",
    ];
    let expected = expected.map(|id| Some(id).filter(|id| !id.is_empty()));
    assert_eq!(column(&found.table, "id"), expected);
    let rows: Vec<Option<i64>> = found.table.rows().map(|row| row.integer("input_row")).collect();
    assert_eq!(rows, [0, 1, 2, 3, 4].map(Some));
    assert_eq!(found.missing, ids(&["TIC 1"]));
    assert_eq!(found.table.row(1).text("match"), Some("none"));
}

#[tokio::test]
async fn ten_thousand_ids_take_a_few_requests() {
    let services = Services::start();
    let asked: Vec<StarId> = (0..10_000)
        .rev()
        .map(|number| Tic(2_000_000_000 + number).into())
        .collect();
    let found = services.client.look_up(&asked, Epoch::J2000).await.unwrap();
    assert_eq!((found.table.num_rows(), found.missing.len()), (10_000, 0));
    let expected: Vec<String> = asked.iter().map(StarId::to_string).collect();
    assert!(
        column(&found.table, "id")
            .into_iter()
            .eq(expected.iter().map(|id| Some(id.as_str())))
    );
    // One of them for the columns.
    assert_eq!(services.num_queries(), 3);
}

/// A service that names a column in another way is asked again, by the names that it has.
#[tokio::test]
async fn columns_that_were_renamed_are_asked_for_by_their_names() {
    let services = Services::start();
    let columns = ["TIC", "RAJ2000", "DEJ2000", "Tmag", "KIC"];
    let rows: String = columns.iter().map(|name| format!("<TR><TD>{name}</TD></TR>")).collect();
    let schema = format!(
        "<VOTABLE><RESOURCE><TABLE><FIELD name=\"column_name\" datatype=\"char\" arraysize=\"*\"/><DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    );
    let fault = Fault {
        body: Some(schema),
        ..Fault::default()
    };
    services
        .sandbox
        .script(Matcher::contains("TAP_SCHEMA"), [fault.always()]);
    let found = services
        .client
        .look_up(&ids(&["TIC 377780790"]), Epoch::J2000)
        .await
        .unwrap();
    let row = found.table.row(0);
    assert_eq!(
        (row.text("kic"), row.float("magnitude")),
        (Some("KIC 11904151"), Some(10.392))
    );
    assert_eq!(
        (row.text("gaia_dr2"), row.float("pm_ra")),
        (None, None),
        "it has no such columns"
    );
    assert_eq!(services.num_queries(), 3);
}

#[tokio::test]
async fn a_list_whose_answer_is_cut_off_is_asked_for_in_halves() {
    let services = Services::with(SandboxOptions {
        most_rows: Some(60),
        ..SandboxOptions::default()
    });
    let asked: Vec<StarId> = (0..500).map(|number| Tic(2_000_000_000 + number).into()).collect();
    let found = services.client.look_up(&asked, Epoch::J2000).await.unwrap();
    assert_eq!((found.table.num_rows(), found.missing.len()), (500, 0));
}

#[tokio::test]
async fn the_tic_and_the_kic_match_by_the_column_of_the_tic() {
    let services = Services::start();
    // The TIC has Kepler-10 twice; the duplicate stands for the other one.
    let found = services
        .client
        .cross_match(&ids(&["KIC 11904151"]), StarCatalog::Tic)
        .await
        .unwrap();
    assert_eq!(found[0].stars, ids(&["TIC 377780790"]));
    let asked = ids(&["TIC 377780790", "TIC 1399000001", "TIC 1399000002"]);
    let found = services.client.cross_match(&asked, StarCatalog::Kic).await.unwrap();
    assert_eq!(found[0].stars, ids(&["KIC 11904151"]));
    assert_eq!(found[1].stars, ids(&["KIC 11904151"]), "a DUPLICATE");
    assert_eq!(found[2].stars, [], "an ARTIFACT");
}

#[tokio::test]
async fn a_split_star_is_the_stars_it_was_split_into() {
    let services = Services::start();
    let found = services
        .client
        .look_up_in(&ids(&["KIC 9941662"]), StarCatalog::Tic, Epoch::J2000)
        .await
        .unwrap();
    assert_eq!(
        column(&found.table, "id"),
        [Some("TIC 1717079071"), Some("TIC 1717079066")]
    );
    assert_eq!(column(&found.table, "match"), [Some("ambiguous"); 2]);
    assert_eq!(column(&found.table, "duplicate_of"), [Some("TIC 158324245"); 2]);
    assert_eq!(found.num_ambiguous, 1);
}

#[tokio::test]
async fn the_kic_has_one_number_for_what_the_tic_split() {
    let services = Services::start();
    let asked = ids(&["TIC 158324245", "TIC 1717079071", "TIC 1717079066"]);
    let found = services.client.cross_match(&asked, StarCatalog::Kic).await.unwrap();
    for one in found {
        assert_eq!(
            (one.stars, one.via),
            (ids(&["KIC 9941662"]), Some("tic")),
            "{}",
            one.from
        );
    }
}

#[tokio::test]
async fn the_epic_matches_by_name_or_by_place() {
    let services = Services::start();
    let found = services
        .client
        .cross_match(&ids(&["EPIC 201912552", "EPIC 212779596"]), StarCatalog::GaiaDr3)
        .await
        .unwrap();
    assert_eq!(found[0].stars, ids(&["Gaia DR3 3910747531814692736"]));
    assert_eq!(found[0].via, Some("simbad"));
    assert_eq!(found[1].stars, ids(&["Gaia DR3 3604000000000000017"]));
    assert_eq!(found[1].via, Some("position"));
    let found = services
        .client
        .cross_match(&ids(&["TIC 388804061"]), StarCatalog::Epic)
        .await
        .unwrap();
    assert_eq!(found[0].stars, ids(&["EPIC 201912552"]));
}

/// B51 of the Python package: a request for each name.
#[tokio::test]
async fn b51_many_names_take_one_request() {
    let services = Services::start();
    let names = [
        "Kepler-10",
        "toi 1161.01",
        "no such star",
        "Barnard's star",
        "KOI 72.01",
        "2mass j11301450+0735180",
        "it's",
    ];
    let found = services.client.names(&names).await.unwrap();
    assert_eq!(services.num_queries(), 1);
    let main: Vec<Option<&str>> = found.iter().map(|star| star.main_id.as_deref()).collect();
    let expected = [
        "Kepler-10",
        "Kepler-13",
        "",
        "NAME Barnard's star",
        "Kepler-10",
        "K2-18",
        "",
    ];
    assert_eq!(main, expected.map(|name| Some(name).filter(|name| !name.is_empty())));
    assert!(
        found[0]
            .ids()
            .contains(&"Gaia DR3 2132155017099178624".parse().unwrap())
    );
    assert!(found[1].names.contains(&"BD+46 2629".to_owned()));
    let table = lks_catalog::names_table(&found).unwrap();
    assert!(
        table
            .rows()
            .any(|row| row.text("name") == Some("KOI-72") && row.text("catalog") == Some("koi"))
    );
}

#[tokio::test]
async fn gaia_dr4_is_found_as_soon_as_it_is_there() {
    let before = Services::start();
    let asked = ids(&["Gaia DR4 2132155017099178628"]);
    let error = before
        .client
        .look_up(&asked, Epoch::J2000)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("Gaia DR4 is not there yet"), "{error}");

    let after = Services::with(SandboxOptions {
        has_gaia_dr4: true,
        ..SandboxOptions::default()
    });
    let found = after.client.look_up(&asked, Epoch::J2000).await.unwrap();
    let row = found.table.row(0);
    assert_eq!(row.float("catalog_epoch"), Some(2017.5));
    assert!((row.float("dec").unwrap() - 50.241_305_7).abs() < 1e-8);
    let found = after
        .client
        .cross_match(&ids(&["TIC 377780790"]), StarCatalog::GaiaDr4)
        .await
        .unwrap();
    assert_eq!(found[0].stars, asked);
}
