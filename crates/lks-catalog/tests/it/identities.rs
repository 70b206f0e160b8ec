use lks_catalog::{Error, StarCatalog, StarId};
use lks_mast::{ArcSeconds, Endpoints, Kind, MastClient, Mission, Search, http_options};
use lks_sandbox::Matcher;

use crate::Services;

fn ids(texts: &[&str]) -> Vec<StarId> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_star_is_known_by_all_its_numbers() {
    let services = Services::start();
    let targets = [
        "Kepler-10",
        "TIC 1400000000",
        "no such star",
        "TIC 5",
        "Gaia DR3 3910747531814692736",
    ];
    let stars = services.client.identify(&targets).await.unwrap();
    let of = |row: usize, catalogue| stars[row].ids_in(catalogue).collect::<Vec<_>>();
    assert_eq!(
        of(0, StarCatalog::Tic),
        ids(&["TIC 377780790", "TIC 1399000001"]),
        "and its duplicate"
    );
    assert_eq!(of(0, StarCatalog::Kic), ids(&["KIC 11904151"]));
    assert_eq!(of(0, StarCatalog::GaiaDr2), ids(&["Gaia DR2 2132155017099178624"]));
    // SIMBAD knows no number of it in Gaia DR3.
    let (dr2, dr3) = (of(1, StarCatalog::GaiaDr2), of(1, StarCatalog::GaiaDr3));
    assert_eq!((dr2.len(), dr3.len()), (1, 1));
    assert_eq!(dr3[0].number(), dr2[0].number() + 17);
    assert!(stars[1].astrometry.is_some() && stars[1].names.main_id.is_none());
    assert!(stars[2].ids.is_empty() && stars[3].ids.is_empty());
    assert_eq!(of(4, StarCatalog::Epic), ids(&["EPIC 201912552"]));
}

#[tokio::test]
async fn a_star_that_was_split_has_the_numbers_of_its_parts() {
    let services = Services::start();
    let stars = services
        .client
        .identify(&["Kepler-13", "TIC 1717079071"])
        .await
        .unwrap();
    let tics = |row: usize| stars[row].ids_in(StarCatalog::Tic).collect::<Vec<_>>();
    assert_eq!(tics(0), ids(&["TIC 158324245", "TIC 1717079066", "TIC 1717079071"]));
    // The other part is another star.
    assert_eq!(tics(1), ids(&["TIC 1717079071", "TIC 158324245"]));
    assert_eq!(
        stars[1].ids_in(StarCatalog::Kic).collect::<Vec<_>>(),
        ids(&["KIC 9941662"])
    );
}

#[tokio::test]
async fn a_number_of_nothing_is_refused_unasked() {
    let services = Services::start();
    for target in ["Gaia 123", "123"] {
        let error = services.client.identify(&["Kepler-10", target]).await.unwrap_err();
        assert!(matches!(error, Error::InvalidId { .. }), "{error}");
    }
    assert_eq!(services.num_queries(), 0);
}

#[tokio::test]
async fn within_a_radius_no_catalogue_is_asked() {
    let services = Services::start();
    let http = lks_http::HttpClient::new(&http_options()).unwrap();
    let url = services.sandbox.url();
    let archive = MastClient::new(http, Endpoints::parse(&url, &url).unwrap());
    let search = Search::new(Mission::All, "Kepler-10".parse().unwrap()).with_radius(ArcSeconds(30.0));
    let found = services.client.search_all(&archive, &search).await.unwrap();
    assert!(!found.is_empty());
    assert_eq!(services.num_queries(), 0);
}

/// TESS observed the star under the number that it had before it was split, and under those of its parts.
#[tokio::test]
async fn a_star_is_searched_for_under_all_its_numbers() {
    let services = Services::start();
    let http = lks_http::HttpClient::new(&http_options()).unwrap();
    let url = services.sandbox.url();
    let archive = MastClient::new(http, Endpoints::parse(&url, &url).unwrap());
    let search = Search::new(Mission::All, "Kepler-13".parse().unwrap());
    let found = services.client.search_all(&archive, &search).await.unwrap();
    assert_eq!(found.mission, Mission::All);
    let num_of = |name: &str| {
        found
            .table
            .texts("target_name")
            .filter(|other| *other == Some(name))
            .count()
    };
    for name in ["158324245", "1717079071", "1717079066", "kplr009941662"] {
        assert!(num_of(name) > 0, "{name}");
    }
    // Each of the numbers has the same products and images around it.
    let mut uris: Vec<&str> = found.table.texts("dataURI").flatten().collect();
    let num_uris = uris.len();
    uris.sort_unstable();
    uris.dedup();
    assert_eq!(uris.len(), num_uris);
    let cutouts = found
        .table
        .rows()
        .filter(|row| row.text("kind") == Some(Kind::TessCut.name()));
    let mut sectors: Vec<Option<i64>> = cutouts.map(|row| row.integer("sector")).collect();
    let num_cutouts = sectors.len();
    sectors.sort_unstable();
    sectors.dedup();
    assert!(num_cutouts > 0 && sectors.len() == num_cutouts, "{num_cutouts}");
    // Where there is nothing, the reason is that of the first number.
    let nothing = search.with_sector(3);
    let found = services.client.search_all(&archive, &nothing).await.unwrap();
    let reason = found.empty_reason.unwrap().to_string();
    assert!(!reason.contains("1717079066"), "{reason}");
    assert!(services.sandbox.count(&Matcher::contains("1717079066")) > 0);
}
