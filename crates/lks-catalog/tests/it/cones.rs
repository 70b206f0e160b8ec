use lks_catalog::{Cone, Epoch, StarCatalog};
use lks_mast::{ArcSeconds, Position};
use lks_sandbox::SandboxOptions;

use crate::Services;

fn kepler_10() -> Position {
    Position::icrs(285.679_388_3, 50.241_305_7).unwrap()
}

fn cone(catalogue: StarCatalog, radius: f64) -> Cone {
    Cone::new(catalogue, kepler_10(), ArcSeconds(radius))
}

#[tokio::test]
async fn every_catalogue_has_stars_around_a_place() {
    let services = Services::start();
    for (catalogue, id) in [
        (StarCatalog::Tic, "TIC 377780790"),
        (StarCatalog::Kic, "KIC 11904151"),
        (StarCatalog::GaiaDr3, "Gaia DR3 2132155017099178624"),
        (StarCatalog::GaiaDr2, "Gaia DR2 2132155017099178624"),
    ] {
        let stars = services.client.cone(&cone(catalogue, 100.0)).await.unwrap();
        let row = stars.table.row(0);
        assert_eq!(row.text("id"), Some(id));
        assert!(row.float("separation_arcsec").unwrap() < 0.001, "{id}");
        assert!((row.float("dec").unwrap() - 50.241_305_7).abs() < 1e-8, "{id}");
        assert_eq!(row.float("relative_flux"), Some(1.0), "{id}");
    }
}

#[tokio::test]
async fn what_stars_lack_is_null() {
    let services = Services::start();
    let table = services
        .client
        .cone(&cone(StarCatalog::Tic, 120.0))
        .await
        .unwrap()
        .table;
    let num_null = |column: &str| table.rows().filter(|row| row.cell(column).is_none()).count();
    for column in ["magnitude", "pm_ra", "parallax", "temperature", "gaia_dr2"] {
        let missing = num_null(column);
        assert!(missing > 0 && missing < table.num_rows(), "{column}: {missing}");
    }
    assert!(
        table
            .rows()
            .any(|row| row.float("parallax").is_some_and(|parallax| parallax < 0.0))
    );
    assert_eq!(
        (num_null("ra"), num_null("dec"), num_null("separation_arcsec")),
        (0, 0, 0)
    );
    assert!(table.rows().any(|row| row.text("disposition") == Some("ARTIFACT")));
    let units = |column: &str| table.schema().field_with_name(column).unwrap().metadata()["unit"].clone();
    assert_eq!(
        (units("ra"), units("pm_ra")),
        ("deg".to_owned(), "mas.yr**-1".to_owned())
    );
}

/// B50 of the Python package: by default it left out what is fainter than 18, and what has no magnitude.
#[tokio::test]
async fn b50_a_magnitude_limit_says_what_it_leaves_out() {
    let services = Services::start();
    let all = services.client.cone(&cone(StarCatalog::Tic, 120.0)).await.unwrap();
    assert_eq!(all.num_without_magnitude, 0);
    let limited = cone(StarCatalog::Tic, 120.0).with_magnitude_limit(15.0);
    let limited = services.client.cone(&limited).await.unwrap();
    let without = all.table.rows().filter(|row| row.float("magnitude").is_none()).count();
    assert_eq!(limited.num_without_magnitude, without);
    let bright = all
        .table
        .rows()
        .filter(|row| row.float("magnitude").is_some_and(|magnitude| magnitude < 15.0));
    assert_eq!(limited.table.num_rows(), bright.count());
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_asked_for_in_strips() {
    let crowd = Position::icrs(150.0, -40.0).unwrap();
    let whole = Services::start();
    let cone = Cone::new(StarCatalog::Tic, crowd, ArcSeconds(600.0));
    let expected = whole.client.cone(&cone).await.unwrap().table;
    assert!(expected.num_rows() > 500, "{}", expected.num_rows());

    let most_rows = Some(100);
    let cut = Services::with(SandboxOptions {
        most_rows,
        ..SandboxOptions::default()
    });
    assert_eq!(cut.client.cone(&cone).await.unwrap().table, expected);
    assert!(cut.num_queries() > 10);
}

/// Barnard's star moves by 166 arcseconds between 2000 and 2016, when Gaia has it.
#[tokio::test]
async fn a_fast_star_is_found_where_it_is_at_the_epoch() {
    let services = Services::start();
    let there = Position::icrs(269.452_076_958_618_7, 4.693_364_966_576_7).unwrap();
    let cone = Cone::new(StarCatalog::GaiaDr3, there, ArcSeconds(2.0));
    let at_2000 = services.client.cone(&cone).await.unwrap().table;
    assert_eq!(at_2000.row(0).text("id"), Some("Gaia DR3 4472832130942575872"));
    assert!(at_2000.row(0).float("separation_arcsec").unwrap() < 0.001);
    let at_2016 = services
        .client
        .cone(&cone.with_epoch(Epoch::year(2016.0).unwrap()))
        .await
        .unwrap()
        .table;
    assert!(
        at_2016
            .rows()
            .all(|row| row.text("id") != Some("Gaia DR3 4472832130942575872"))
    );
}

#[tokio::test]
async fn radii_that_make_no_sense_are_refused_unasked() {
    let services = Services::start();
    for radius in [0.0, -1.0, f64::NAN, 6.0 * 3600.0] {
        let error = services.client.cone(&cone(StarCatalog::Tic, radius)).await.unwrap_err();
        assert!(error.to_string().contains("radius"), "{error}");
    }
    assert_eq!(services.num_queries(), 0);
}

#[tokio::test]
async fn many_places_are_asked_for_in_few_queries() {
    let services = Services::start();
    let nowhere = Position::icrs(12.0, -27.0).unwrap();
    let beside = Position::icrs(285.679_388_3, 50.241_305_7 + 2.0 / 3600.0).unwrap();
    let too_far = Position::icrs(285.679_388_3, 50.241_305_7 - 4.0 / 3600.0).unwrap();
    let mut places = vec![nowhere, kepler_10(), beside, too_far];
    places.resize(60, nowhere);
    let stars = services.client.stars_at(StarCatalog::Tic, &places).await.unwrap();
    let ids: Vec<_> = stars.texts("id").take(4).collect();
    let star = Some("TIC 377780790");
    assert_eq!((ids, stars.num_rows()), (vec![None, star, star, None], 60));
    assert!(stars.row(1).float("magnitude").is_some() && stars.row(0).float("magnitude").is_none());
    // The columns that the service has, and fifty places a query.
    assert_eq!(services.sandbox.log().len(), 3);
}
