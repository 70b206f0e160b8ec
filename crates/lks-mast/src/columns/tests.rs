use std::collections::HashSet;

use lks_table::{Table, concat};

use super::*;

const ASKED: Asked = Asked {
    id: None,
    position: None,
};

#[test]
fn a_name_is_one_column_in_each_part_of_the_table() {
    for columns in [ADDED, OBSERVATION, PRODUCT] {
        let names: HashSet<&str> = columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), columns.len());
    }
}

#[test]
fn computed_columns_have_the_type_that_is_promised() {
    let row = Table::empty()
        .with_text("productFilename", [Some("kplr011904151-2010009091648_slc.fits")])
        .unwrap()
        .with_text("project_obs", [Some("Kepler")])
        .unwrap();
    for mission in Mission::ALL {
        let result = with_added(&row, mission, &ASKED).unwrap();
        for column in [OBSERVATION, ADDED].into_iter().flatten() {
            let is_there = matches!(column.values, Values::Computed(_)) && column.missions.contains(&mission);
            let data_type = result.column(column.name).map(|values| values.data_type().clone());
            let promised = is_there.then(|| column.column_type.data_type());
            assert_eq!(data_type, promised, "{mission:?} {}", column.name);
        }
    }
}

#[test]
fn what_is_shown_is_in_the_order_of_its_places() {
    for (mission, expected) in [
        (
            Mission::Tess,
            "target_name pipeline mission sector exptime distance year description",
        ),
        (
            Mission::Kepler,
            "target_name pipeline mission quarter exptime distance year description",
        ),
        (
            Mission::K2,
            "target_name pipeline mission campaign campaign_half exptime distance year description",
        ),
        (
            Mission::Mast,
            "target_name pipeline mission exptime distance year description",
        ),
    ] {
        assert_eq!(mission.display_columns().join(" "), expected);
        let mut places: Vec<u8> = Column::all()
            .filter(|column| column.shown.missions.contains(&mission))
            .map(|column| column.shown.place)
            .collect();
        places.sort_unstable();
        assert!(
            places.windows(2).all(|pair| pair[0] < pair[1]),
            "{mission:?}: {places:?}"
        );
    }
}

#[test]
fn columns_are_found_by_every_name_that_results_give_them() {
    let unit = |name: &str| Column::named(name).and_then(|column| column.unit);
    for (name, expected) in [
        ("exptime", Some("s")),
        ("t_exptime", Some("s")),
        ("s_ra", Some("deg")),
        ("size", Some("byte")),
        ("separation_arcsec", Some("arcsec")),
        ("target_name", None),
        ("of_nobody", None),
    ] {
        assert_eq!(unit(name), expected, "{name}");
    }
    for name in ["obs_id_obs", "obs_id", "filters_prod", "filters_obs", "dataRights_obs"] {
        assert!(Column::named(name).is_some(), "{name}");
    }
    assert!(Column::named("t_min_prod").is_none() && Column::named("sector_obs").is_none());
}

#[test]
fn units_stay_with_their_columns_through_other_operations() {
    let table = Table::empty()
        .with_float("exptime", [Some(20.0), Some(120.0)])
        .unwrap()
        .with_text("target_name", [Some("1"), Some("2")])
        .unwrap();
    let measured = with_units(&table).unwrap();
    let unit = |table: &Table| {
        table
            .schema()
            .field_with_name("exptime")
            .unwrap()
            .metadata()
            .get("unit")
            .cloned()
    };
    let longer = concat(&[measured.slice(1, 1), table.slice(0, 1)]).unwrap();
    for table in [
        &measured.take(&[1]).unwrap(),
        &measured.select(&["exptime"]).unwrap(),
        &longer,
    ] {
        assert_eq!(unit(table).as_deref(), Some("s"));
    }
    assert_eq!(unit(&table), None);
}

#[test]
fn text_that_looks_like_numbers_is_read_as_text() {
    let saved = b"obs_id_obs,proposal_id_obs,target_name,sector,exptime\n0158324245,1024,25155310,14,120\n";
    let table = crate::read_table(saved).unwrap();
    let row = table.row(0);
    assert_eq!(
        (row.text("proposal_id_obs"), row.text("target_name")),
        (Some("1024"), Some("25155310"))
    );
    assert_eq!((row.integer("sector"), row.integer("exptime")), (Some(14), Some(120)));
    assert_eq!(
        table.schema().field_with_name("exptime").unwrap().metadata()["unit"],
        "s"
    );
}

#[test]
fn columns_of_a_manifest_get_their_units_back() {
    let table = crate::read_table(b"Status,bytes,sha256,seconds\nCOMPLETE,1964160,123,0.5\n").unwrap();
    let unit = |name: &str| {
        let field = table.schema().field_with_name(name).unwrap();
        field.metadata().get("unit").cloned()
    };
    assert_eq!(
        (unit("bytes").as_deref(), unit("seconds").as_deref()),
        (Some("byte"), Some("s"))
    );
    assert_eq!(table.row(0).text("sha256"), Some("123"));
}

#[test]
fn columns_that_came_with_other_types_are_as_in_results() {
    let table = Table::empty()
        .with_text("sector", [Some("14"), None])
        .and_then(|table| table.with_text("exptime", [Some("120.5"), Some("20")]))
        .and_then(|table| table.with_float("obsid", [Some(60_829_534.0), None]))
        .and_then(|table| table.with_text("quarter", [Some("3"), Some("three")]))
        .and_then(|table| table.with_text("mine", [Some("1"), None]));
    let table = crate::as_in_results(&table.unwrap()).unwrap();
    let row = table.row(0);
    assert_eq!((row.integer("sector"), row.float("exptime")), (Some(14), Some(120.5)));
    assert_eq!(row.text("obsid"), Some("60829534"));
    assert_eq!(row.text("quarter"), Some("3"), "the other one is not a number");
    assert_eq!(row.text("mine"), Some("1"));
    assert_eq!(table.row(1).integer("sector"), None);
}
