//! An empty result says why it is empty, and what there is instead.

use http::StatusCode;
use lks_mast::{
    EmptyReason, Error, Expression, Filters, Kind, KindFilter, Mission, Numbers, Provenance, Service, TextFilter,
};

use crate::archive::{Archive, BY_ID, BY_POSITION, SECTORS, status};
use crate::search::{found, search};

#[tokio::test]
async fn not_observed_names_the_sectors_of_cutouts() {
    for target in ["nowhere star", "TIC 12345", "10.0 10.0"] {
        let found = found(&search(Mission::Tess, target).with_kind(KindFilter::Only(Kind::Timeseries))).await;
        let Some(EmptyReason::NotObserved {
            cutout_sectors,
            mission: Mission::Tess,
            ..
        }) = &found.empty_reason
        else {
            panic!("{target}: {:?}", found.empty_reason)
        };
        assert_eq!(cutout_sectors[..], [14, 15, 26, 54, 74, 100]);
        let message = found.empty_reason.unwrap().to_string();
        assert!(
            message.ends_with("FFI cutouts exist for sectors 14, 15, 26, 54, 74, 100"),
            "{message}"
        );
    }
    let found = found(&search(Mission::Kepler, "nowhere star")).await;
    assert_eq!(
        found.empty_reason.unwrap().to_string(),
        "the archive holds no kepler observation of nowhere star"
    );
}

#[tokio::test]
async fn observed_but_none_of_this_kind_tells_what_there_is() {
    let mut archive = Archive::default();
    archive
        .products
        .retain(|row| !row["productFilename"].as_str().unwrap().ends_with("lc.fits"));
    let found = archive
        .client()
        .0
        .search(&search(Mission::K2, "EPIC 228162462").with_kind(KindFilter::Only(Kind::Timeseries)))
        .await
        .unwrap();
    let Some(EmptyReason::NoneOfKind { available, .. }) = &found.empty_reason else {
        panic!("{:?}", found.empty_reason)
    };
    assert_eq!(available[..], [(Kind::Cubedata, 2)]);
    assert_eq!(
        found.empty_reason.unwrap().to_string(),
        "there are no products of kind timeseries; the archive has 2 cubedata"
    );
}

#[tokio::test]
async fn made_by_others_only_tells_what_they_made() {
    let only_hlsps = || {
        let mut archive = Archive::default();
        archive.observations.retain(|row| row["obs_collection"] == "HLSP");
        archive.client().0
    };
    let own = search(Mission::Tess, "TIC 158324245").with_provenance(Provenance::MissionProducts);
    for question in [own, search(Mission::Mast, "TOI 1161")] {
        let found = only_hlsps().search(&question).await.unwrap();
        let message = found.empty_reason.unwrap().to_string();
        assert!(
            message.starts_with("there are no mission products; the archive has "),
            "{message}"
        );
    }
}

#[tokio::test]
async fn filtered_out_names_the_filters_that_left_nothing() {
    let filters = Filters {
        year: Some(Numbers::from(1999)),
        quarter: Some(Numbers::from(7)),
        pipeline: Some(TextFilter::new(["Kepler"])),
        ..Filters::default()
    };
    let found = found(&search(Mission::Kepler, "Kepler-137").with_filters(filters)).await;
    let Some(EmptyReason::FilteredOut { by, num_before }) = &found.empty_reason else {
        panic!("{:?}", found.empty_reason)
    };
    assert_eq!((by[0].filter.as_str(), by[0].num_left, *num_before), ("year", 0, 11));
    let told = found.empty_reason.unwrap().to_string();
    assert!(told.contains("year alone leaves 0 (there are 20"), "{told}");
    assert!(told.contains("), quarter alone leaves 6"), "{told}");
}

#[tokio::test]
async fn filtered_out_by_the_server_is_told_from_not_observed() {
    let (client, log) = Archive::default().client();
    let filters = Filters {
        sector: Some(Numbers::from(77)),
        ..Filters::default()
    };
    let products = KindFilter::Only(Kind::Timeseries);
    let found = client
        .search(
            &search(Mission::Tess, "TIC 158324245")
                .with_kind(products)
                .with_filters(filters),
        )
        .await
        .unwrap();
    let Some(EmptyReason::FilteredOut { by, .. }) = &found.empty_reason else {
        panic!("{:?}", found.empty_reason)
    };
    assert_eq!((by[0].filter.as_str(), by[0].num_left), ("sector", 0));
    assert_eq!(log.count(BY_ID), 2);
}

#[tokio::test]
async fn an_expression_that_lets_nothing_pass_is_named() {
    let found =
        found(&search(Mission::Tess, "TOI 1161").with_query("sector == 1".parse::<Expression>().unwrap())).await;
    let Some(EmptyReason::FilteredOut { by, .. }) = &found.empty_reason else {
        panic!("{:?}", found.empty_reason)
    };
    assert_eq!(by[0].filter, "query");
}

#[tokio::test]
async fn an_expression_over_an_unknown_column_is_an_error() {
    let (client, _) = Archive::default().client();
    let question = search(Mission::Tess, "TOI 1161").with_query("sektor == 1".parse::<Expression>().unwrap());
    let error = client.search(&question).await.unwrap_err();
    assert!(error.to_string().contains("sector"), "{error}");
}

#[tokio::test]
async fn tesscut_being_down_is_the_reason_for_no_cutouts() {
    let down = Archive::instead(|asked| (asked.service() == SECTORS).then(|| status(StatusCode::BAD_GATEWAY, "")));
    let found = down
        .client()
        .0
        .search(&search(Mission::Tess, "TOI 1161").with_kind(KindFilter::Only(Kind::TessCut)))
        .await
        .unwrap();
    assert!(
        matches!(
            &found.empty_reason,
            Some(EmptyReason::ServiceDown {
                service: Service::TessCut,
                ..
            })
        ),
        "{:?}",
        found.empty_reason
    );
}

#[tokio::test]
async fn mast_being_down_is_an_error_that_names_it() {
    let down = Archive::instead(|asked| (asked.service() == BY_POSITION).then(|| status(StatusCode::BAD_GATEWAY, "")));
    let error = down
        .client()
        .0
        .search(&search(Mission::Tess, "TOI 1161"))
        .await
        .unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Http {
                service: Service::Observations,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("MAST's observation search"));
}
