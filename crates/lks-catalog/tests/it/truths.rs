//! What the Python package has wrong, with the numbers that are right.

use lks_catalog::{Cone, Epoch, MatchState, StarCatalog, StarId};
use lks_mast::{ArcSeconds, Position};

use crate::Services;

fn kepler_10() -> Position {
    Position::icrs(285.679_388_3, 50.241_305_7).unwrap()
}

/// VizieR's `RAJ2000` of Gaia DR3 holds at 2000; the Python package takes it for 2016 and is off by 16 years of motion, which are 0.66
/// arcseconds for Kepler-10 in its own tutorial.
#[tokio::test]
async fn b3_gaia_and_the_tic_agree_where_a_star_is() {
    let services = Services::start();
    let epoch = Epoch::year(2019.5).unwrap();
    let mut places = Vec::new();
    for catalogue in [StarCatalog::Tic, StarCatalog::GaiaDr3, StarCatalog::GaiaDr2] {
        let cone = Cone::new(catalogue, kepler_10(), ArcSeconds(5.0)).with_epoch(epoch);
        let table = services.client.cone(&cone).await.unwrap().table;
        // The TIC has a duplicate beside it.
        let row = table.rows().find(|row| row.text("disposition").is_none()).unwrap();
        places.push(Position::icrs(row.float("ra").unwrap(), row.float("dec").unwrap()).unwrap());
    }
    for place in &places {
        let apart = place.separation(&places[0]).0;
        assert!(apart < 0.0001, "{apart}");
    }
    // 19.5 years of 41.432 mas.
    let moved = (places[1].dec() - 50.241_305_7) * 3600.0;
    assert!((moved - 0.8079).abs() < 0.0001, "{moved}");
}

/// A negative parallax made the star's place NaN, and all separations with it; here it is one star among others.
#[tokio::test]
async fn b41_a_negative_parallax_spoils_nothing() {
    let services = Services::start();
    let tres_2 = Position::icrs(286.808_5, 49.316_4).unwrap();
    let cone = Cone::new(StarCatalog::Tic, tres_2, ArcSeconds(120.0)).with_epoch(Epoch::year(2016.0).unwrap());
    let table = services.client.cone(&cone).await.unwrap().table;
    let row = table.row(0);
    assert_eq!(
        (row.text("id"), row.float("parallax")),
        (Some("TIC 399860444"), Some(-0.35))
    );
    // 16 years of 5.2 and 1.6 mas per year.
    let separation = row.float("separation_arcsec").unwrap();
    assert!((separation - 0.087_05).abs() < 0.0001, "{separation}");
    assert_eq!(row.float("relative_flux"), Some(1.0));
    for row in table.rows() {
        assert!(row.float("separation_arcsec").is_some_and(f64::is_finite));
        assert!(row.float("ra").is_some_and(f64::is_finite));
    }
}

/// Separations were from the nearest star, not from the position that was asked for.
#[tokio::test]
async fn b42_separations_are_from_the_asked_position() {
    let services = Services::start();
    let asked = Position::icrs(285.679_388_3, 50.241_305_7 + 6.8 / 3600.0).unwrap();
    let table = services
        .client
        .cone(&Cone::new(StarCatalog::Tic, asked, ArcSeconds(60.0)))
        .await
        .unwrap()
        .table;
    let of = |id: &str| {
        let row = table.rows().find(|row| row.text("id") == Some(id)).unwrap();
        row.float("separation_arcsec").unwrap()
    };
    assert!((of("TIC 377780790") - 6.8).abs() < 1e-6, "{}", of("TIC 377780790"));
    for row in table.rows() {
        let place = Position::icrs(row.float("ra").unwrap(), row.float("dec").unwrap()).unwrap();
        let separation = row.float("separation_arcsec").unwrap();
        assert!((separation - place.separation(&asked).0).abs() < 1e-9);
    }
}

/// The TIC's Gaia numbers are of DR2; taken for those of DR3 they are other stars, or none.
#[tokio::test]
async fn b45_the_numbers_of_the_tic_are_of_gaia_dr2() {
    let services = Services::start();
    let ids: Vec<StarId> = ["TIC 377780790", "TIC 1717079066", "TIC 399860444", "TIC 1400000000"]
        .map(|id| id.parse().unwrap())
        .to_vec();
    let found = services.client.cross_match(&ids, StarCatalog::GaiaDr3).await.unwrap();
    let states: Vec<MatchState> = found.iter().map(|found| found.state()).collect();
    use MatchState::{None, Unique};
    assert_eq!(states, [Unique, Unique, None, Unique]);
    // It has another number in DR3.
    let dr2 = services
        .client
        .cross_match(&ids[3..], StarCatalog::GaiaDr2)
        .await
        .unwrap();
    assert_eq!(found[3].stars[0].number(), dr2[0].stars[0].number() + 17);
    // One source of DR2 that DR3 has two candidates for; the nearest is first.
    let ambiguous = "Gaia DR2 2130632159134827392".parse().unwrap();
    let found = services
        .client
        .cross_match(&[ambiguous], StarCatalog::GaiaDr3)
        .await
        .unwrap();
    assert_eq!(found[0].state(), MatchState::Ambiguous);
    assert_eq!(found[0].stars[0], "Gaia DR3 2130632159136095104".parse().unwrap());
}
