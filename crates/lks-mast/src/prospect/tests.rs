use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::error::Service;
use crate::filter::Numbers;

/// 30 November 2026, in sector 111.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_796_025_600)
}

fn search(sectors: &[i64]) -> Search {
    let search = Search::new(Mission::Tess, "TIC 1".parse().expect("because it is a target"));
    match sectors {
        [] => search,
        some => {
            let list: Vec<String> = some.iter().map(ToString::to_string).collect();
            search.with_sector(list.join(",").parse::<Numbers>().expect("because these are numbers"))
        }
    }
}

fn not_observed() -> EmptyReason {
    EmptyReason::NotObserved {
        target: "TIC 1".to_owned(),
        mission: Mission::Tess,
        cutout_sectors: Vec::new(),
    }
}

fn seen(sectors: &[i64]) -> Vec<SectorSeen> {
    let seen = |sector: &i64| SectorSeen {
        sector: *sector,
        camera: None,
        ccd: None,
    };
    sectors.iter().map(seen).collect()
}

fn told(search: &Search, on_images: Option<&[i64]>) -> Vec<String> {
    let on_images = on_images.map(seen);
    let known = prospects(search, &not_observed(), on_images.as_deref(), now());
    known.iter().map(ToString::to_string).collect()
}

#[test]
fn a_sector_to_come_is_planned_and_the_present_one_underway() {
    assert_eq!(
        told(&search(&[134]), None),
        ["sector 134 is planned for 2028-08-16 to 2028-09-13"]
    );
    let [underway] = &told(&search(&[111]), Some(&[]))[..] else {
        panic!()
    };
    assert!(
        underway.starts_with("sector 111 is being observed until 2026-12-"),
        "{underway}"
    );
}

#[test]
fn a_sector_that_has_just_ended_is_not_ingested_yet() {
    let [recent] = &told(&search(&[110]), Some(&[110]))[..] else {
        panic!()
    };
    assert!(recent.starts_with("sector 110 ended on 2026-11-"), "{recent}");
    assert!(recent.contains("typically come 28 to 35 days after"), "{recent}");
    assert_eq!(told(&search(&[108]), Some(&[108])), [""; 0]);
}

#[test]
fn a_pipeline_that_has_not_come_so_far_is_told() {
    let tglc = |sectors: &[i64]| search(sectors).with_pipeline("tglc");
    assert_eq!(
        told(&tglc(&[]), Some(&[14, 54, 74, 81])),
        ["TGLC had come to sector 55 on 2026-09-26; the target is also on the images of sectors 74, 81"]
    );
    assert_eq!(told(&tglc(&[14]), Some(&[14, 74])), [""; 0]);
    assert_eq!(
        told(&tglc(&[74]), Some(&[14, 74])),
        ["TGLC had come to sector 55 on 2026-09-26; the target is also on the images of sector 74"]
    );
    assert_eq!(
        told(&search(&[74]), Some(&[14, 74])),
        [""; 0],
        "no pipeline was asked for"
    );
}

#[test]
fn what_is_on_no_image_was_never_observed() {
    assert_eq!(
        told(&search(&[]), Some(&[])),
        ["TESS has not observed this place so far (sectors 1 to 111)"]
    );
    assert_eq!(
        told(&search(&[14, 15]), Some(&[15])),
        ["the target is not on the images of sector 14"]
    );
    let many: Vec<i64> = (1..=20).collect();
    assert_eq!(
        told(&search(&many), Some(&[])),
        ["the target is not on the images of sectors 1, 2, 3, 4, 5, 6, 7, 8 and 12 more"]
    );
}

#[test]
fn nothing_is_said_of_what_is_not_known() {
    assert_eq!(told(&search(&[14]), None), [""; 0]);
    assert_eq!(told(&search(&[]), None), [""; 0]);
    let kepler = Search::new(Mission::Kepler, "KIC 1".parse().expect("because it is a target"));
    assert_eq!(told(&kepler, Some(&[])), [""; 0]);
    let down = EmptyReason::ServiceDown {
        service: Service::TessCut,
        reason: "503".to_owned(),
    };
    assert!(prospects(&search(&[134]), &down, None, now()).is_empty());
}
