use super::*;

fn check(from: StarCatalog, to: StarCatalog, num_steps: usize, via: &str) {
    let (steps, way) = route(from, to);
    assert_eq!((steps.len(), way), (num_steps, via), "{from} to {to}");
}

/// B45 of the Python package: it took the TIC's numbers of Gaia DR2 for those of DR3.
#[test]
fn b45_the_tic_reaches_gaia_dr3_through_dr2() {
    let (steps, _) = route(StarCatalog::Tic, StarCatalog::GaiaDr3);
    assert_eq!(steps[0], Step::FromTic(TIC_GAIA_DR2));
    assert!(matches!(
        steps[1],
        Step::Neighbours {
            table: DR2_TO_DR3,
            from: "dr2_source_id",
            ..
        }
    ));
    assert_eq!(steps.len(), 2);
}

#[test]
fn every_catalogue_is_reached_from_every_other() {
    use StarCatalog::{Epic, GaiaDr2, GaiaDr3, GaiaDr4, Kic, Tic};
    check(Kic, Tic, 1, "tic");
    check(Tic, Kic, 1, "tic");
    check(Kic, GaiaDr3, 3, "tic, neighbourhood");
    check(GaiaDr3, Kic, 3, "tic, neighbourhood");
    check(GaiaDr2, GaiaDr3, 1, "neighbourhood");
    check(GaiaDr3, GaiaDr4, 1, "neighbourhood");
    check(GaiaDr2, Tic, 1, "tic");
    check(Epic, GaiaDr3, 1, "name");
    check(Tic, Epic, 1, "name");
}
