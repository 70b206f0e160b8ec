use serde_json::json;

use super::*;
use crate::filter::{Exptime, Filters, Numbers};
use crate::kind::KindFilter;
use crate::target::Target;

fn search(mission: Mission) -> Search {
    Search::new(mission, "TOI 1161".parse::<Target>().unwrap())
}

fn filter(search: &Search, name: &str) -> Option<Value> {
    ServerFilters::of(search)
        .to_json()
        .into_iter()
        .find(|filter| filter["paramName"] == name)
        .map(|filter| filter["values"].clone())
}

#[test]
fn a_question_is_written_as_the_service_reads_it() {
    let position = Position::icrs(286.5, 46.25).unwrap();
    let question = Question::observations_at(
        &position,
        Some(ArcSeconds(3600.0)),
        &ServerFilters::of(&search(Mission::Kepler)),
    );
    let sent: Value = serde_json::from_str(&question.page(2, 100)).unwrap();
    let expected = json!({
        "service": "Mast.Caom.Filtered.Position",
        "params": {
            "columns": "*",
            "filters": [
                { "paramName": "project", "values": ["Kepler", "HLSP"] },
                { "paramName": "dataproduct_type", "values": ["timeseries", "cube"] },
            ],
            "position": "286.5, 46.25, 1",
        },
        "format": "json", "pagesize": 100, "page": 2,
    });
    assert_eq!(sent, expected);
}

#[test]
fn without_a_radius_only_the_very_place_is_asked_for() {
    let position = Position::icrs(1.0, 2.0).unwrap();
    let question = Question::observations_at(&position, None, &ServerFilters::of(&search(Mission::Tess)));
    let sent: Value = serde_json::from_str(&question.page(1, 1)).unwrap();
    let radius: f64 = sent["params"]["position"]
        .as_str()
        .unwrap()
        .rsplit(", ")
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((radius * 3600.0 - 0.0001).abs() < 1e-12);
}

#[test]
fn full_frame_images_are_never_asked_for() {
    for mission in [Mission::Tess, Mission::Kepler, Mission::K2, Mission::Mast] {
        for kind in [KindFilter::All, KindFilter::Standard] {
            assert_eq!(
                filter(&search(mission).with_kind(kind), "dataproduct_type"),
                Some(json!(["timeseries", "cube"]))
            );
        }
    }
}

#[test]
fn b26_exposure_times_are_sent_as_one_span() {
    let sent = |text: &str| {
        let filters = Filters {
            exptime: Some(text.parse::<Exptime>().unwrap()),
            ..Filters::default()
        };
        filter(&search(Mission::Tess).with_filters(filters), "t_exptime")
    };
    assert_eq!(sent("120"), Some(json!([{ "min": 119.0, "max": 121.0 }])));
    assert_eq!(sent("1800,20,120"), Some(json!([{ "min": 19.0, "max": 1801.0 }])));
    assert_eq!(sent("120:1800"), Some(json!([{ "min": 119.0, "max": 1801.0 }])));
    assert_eq!(sent("shortest"), None);
    assert_eq!(sent("!120"), None);
}

#[test]
fn b24_a_sequence_is_asked_for_only_where_the_archive_knows_it() {
    let with = |mission| {
        search(mission).with_filters(Filters {
            sequence: Some(Numbers::from(1)),
            ..Filters::default()
        })
    };
    assert_eq!(filter(&with(Mission::Tess), "sequence_number"), Some(json!(["1"])));
    for mission in [Mission::Kepler, Mission::K2, Mission::Mast] {
        assert_eq!(filter(&with(mission), "sequence_number"), None);
    }
}

#[test]
fn b25_tess_is_sent_as_spoc_and_unknown_pipelines_not() {
    let with = |words: &[&str]| {
        let filters = Filters {
            pipeline: Some(TextFilter::new(words)),
            ..Filters::default()
        };
        filter(&search(Mission::Tess).with_filters(filters), "provenance_name")
    };
    assert_eq!(with(&["tess"]), Some(json!(["SPOC"])));
    assert_eq!(with(&["spoc", "TessCut"]), Some(json!(["SPOC"])));
    assert_eq!(with(&["spoc", "My own"]), None);
    assert_eq!(with(&["!SPOC"]), None);
}

#[test]
fn b38_no_hlsp_does_not_override_the_pipeline() {
    let without = search(Mission::Tess).with_provenance(Provenance::WithoutHlsps);
    assert_eq!(filter(&without, "project"), Some(json!(["TESS"])));
    assert_eq!(filter(&without, "provenance_name"), Some(json!(["SPOC"])));
    let named = without.with_filters(Filters {
        pipeline: Some(TextFilter::new(["QLP"])),
        ..Filters::default()
    });
    assert_eq!(filter(&named, "provenance_name"), Some(json!(["QLP"])));
    assert!(!wants_cutouts(&named));
}

#[test]
fn cutouts_are_looked_for_only_where_they_can_be_wanted() {
    assert!(wants_cutouts(&search(Mission::Tess)));
    assert!(!wants_cutouts(&search(Mission::Mast)));
    assert!(!wants_cutouts(
        &search(Mission::Tess).with_kind(KindFilter::Only(Kind::Timeseries))
    ));
    assert!(!wants_cutouts(
        &search(Mission::Tess).with_provenance(Provenance::MissionProducts)
    ));
    for kind in [
        KindFilter::from(Kind::TessCut),
        [Kind::TessCut].into(),
        "tesscut,tesscut".parse().unwrap(),
    ] {
        let only = search(Mission::Tess).with_kind(kind);
        assert!(wants_cutouts(&only) && !wants_observations(&only), "{kind:?}");
    }
    let named = search(Mission::Tess).with_filters(Filters {
        pipeline: Some(TextFilter::new(["tesscut"])),
        ..Filters::default()
    });
    assert!(wants_cutouts(&named) && !wants_observations(&named));
}
