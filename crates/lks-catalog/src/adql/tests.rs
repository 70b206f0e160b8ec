use super::*;
use crate::star_catalog::StarCatalog;

fn schema(catalogue: StarCatalog) -> Schema {
    Schema::declared(catalogue.source()).unwrap()
}

fn circle(radius: f64) -> Circle {
    Circle {
        center: Position::icrs(286.971_254, -0.000_000_1).unwrap(),
        radius: ArcSeconds(radius),
    }
}

#[test]
fn a_cone_has_numbers_without_exponents() {
    let mut question = ConeQuestion {
        circle: circle(36.0),
        fast: None,
        magnitude_limit: None,
        strip: None,
    };
    let expected = "SELECT * FROM \"IV/39/tic82\" WHERE 1=CONTAINS(POINT('ICRS',RAJ2000,DEJ2000),CIRCLE('ICRS',286.971254,-0.0000001,0.01))";
    assert_eq!(cone(&schema(StarCatalog::Tic), &question), expected);

    question.fast = Some(FastStars {
        mas_per_year: 500.0,
        circle: circle(180.0),
    });
    question.magnitude_limit = Some(15.5);
    question.strip = Some((-0.05, 0.0));
    let expected = "SELECT * FROM \"I/355/gaiadr3\" WHERE \
        1=CONTAINS(POINT('ICRS',RA_ICRS,DE_ICRS),CIRCLE('ICRS',286.971254,-0.0000001,0.05)) AND \
        (1=CONTAINS(POINT('ICRS',RA_ICRS,DE_ICRS),CIRCLE('ICRS',286.971254,-0.0000001,0.01)) OR pmRA*pmRA+pmDE*pmDE>=250000) AND \
        (Gmag<15.5 OR Gmag IS NULL) AND DE_ICRS>=-0.05 AND DE_ICRS<0";
    assert_eq!(cone(&schema(StarCatalog::GaiaDr3), &question), expected);
}

#[test]
fn numbers_are_asked_for_as_numbers() {
    let expected = "SELECT * FROM \"V/133/kic\" WHERE KIC IN (1,18446744073709551615)";
    assert_eq!(numbered(&schema(StarCatalog::Kic), "KIC", &[1, u64::MAX]), expected);
}

/// B46 of the Python package: what a user typed became part of the query.
#[test]
fn b46_names_that_would_change_a_query_are_refused() {
    for plain in ["TIC", "gaiadr3.dr2_neighbourhood", "pm_ra"] {
        assert_eq!(name(CatalogService::Vizier, plain).unwrap(), plain);
    }
    for quoted in ["IV/39/tic82", "S/G", "2MASS", "[M/H]", "E(B-V)"] {
        assert_eq!(name(CatalogService::Vizier, quoted).unwrap(), format!("\"{quoted}\""));
    }
    for hostile in ["", "a\"b", "a' OR '1'='1", "a;DROP", "a b", "a\nb", "é"] {
        assert!(name(CatalogService::Vizier, hostile).is_err(), "{hostile}");
    }
}
