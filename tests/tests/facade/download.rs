use lks_sandbox::{Fault, Matcher};
use lksearch::fetch::Authorship;
use lksearch::{
    CutoutSource, DownloadOptions, Kind, KindFilter, Mission, Provenance, Quiet, Search, Source, Status, Table, Target,
};

use crate::Observatory;

async fn light_curves(observatory: &Observatory) -> Table {
    let target = "K2-18".parse::<Target>().expect("because this is a name");
    let asked = Search::new(Mission::K2, target)
        .with_kind(KindFilter::Only(Kind::Timeseries))
        .with_provenance(Provenance::Any);
    observatory
        .client(&[])
        .search(&asked)
        .await
        .expect("because the archive is there")
        .table
}

#[tokio::test]
async fn a_batch_arrives_once_and_costs_nothing_afterwards() {
    let observatory = Observatory::new();
    let table = light_curves(&observatory).await;
    let client = observatory.client(&[]);
    let first = client.download(&table, &DownloadOptions::default(), &Quiet).await;
    assert_eq!(first.rows.len(), table.num_rows());
    for (row, manifest) in table.rows().zip(&first.rows) {
        assert_eq!(manifest.status, Status::Complete, "{manifest:?}");
        assert_eq!(
            manifest.data_uri.as_deref(),
            row.text("dataURI"),
            "the order of the table is kept"
        );
        let size = std::fs::metadata(manifest.local_path.as_ref().unwrap()).unwrap().len();
        assert_eq!(Some(size), manifest.bytes);
    }
    observatory.archive.clear_log();
    let second = client.download(&table, &DownloadOptions::default(), &Quiet).await;
    assert!(
        second.rows.iter().all(|row| row.source == Some(Source::Cache)),
        "{second:?}"
    );
    assert_eq!(observatory.archive.log().len(), 0);
}

#[tokio::test]
async fn the_three_cloud_settings_decide_the_source() {
    for (changes, expected) in [
        (&["prefer_cloud=true"][..], [Some(Source::Cloud), Some(Source::Mast)]),
        (&["prefer_cloud=false"], [Some(Source::Mast), Some(Source::Mast)]),
        (&["cloud_only=true"], [Some(Source::Cloud), None]),
        (&["download_cloud=false"], [Some(Source::Link), Some(Source::Mast)]),
    ] {
        let observatory = Observatory::new();
        let table = light_curves(&observatory).await;
        let manifest = observatory
            .client(changes)
            .download(&table, &DownloadOptions::default(), &Quiet)
            .await;
        let source_of = |collection: &str| {
            let row = table
                .rows()
                .position(|row| row.text("obs_collection") == Some(collection))
                .unwrap();
            let row = &manifest.rows[row];
            if row.status == Status::Skipped {
                None
            } else {
                row.source
            }
        };
        // The mission's light curve is on the cloud, the community's are not.
        assert_eq!(
            [source_of("K2"), source_of("HLSP")],
            expected,
            "{changes:?} {manifest:?}"
        );
    }
}

#[tokio::test]
async fn a_truncated_file_is_fetched_again_and_only_that_one() {
    let observatory = Observatory::new();
    let table = light_curves(&observatory).await;
    let client = observatory.client(&[]);
    let first = client.download(&table, &DownloadOptions::default(), &Quiet).await;
    let path = first.rows[0].local_path.clone().unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..1000]).unwrap();
    observatory.archive.clear_log();
    let second = client.download(&table, &DownloadOptions::default(), &Quiet).await;
    assert_eq!(
        second
            .rows
            .iter()
            .filter(|row| row.source == Some(Source::Cache))
            .count(),
        table.num_rows() - 1
    );
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    assert!(observatory.num_transfers() <= 3, "{:?}", observatory.archive.log());
}

#[tokio::test]
async fn a_dropped_download_leaves_no_partial_product() {
    let observatory = Observatory::new();
    let table = light_curves(&observatory).await;
    let client = observatory.client(&[]);
    let options = DownloadOptions::default();
    {
        let download = client.download(&table, &options, &Quiet);
        tokio::pin!(download);
        // Polled until the first transfer has begun, then dropped.
        while observatory.num_transfers() == 0 {
            tokio::select! {
                _ = &mut download => break,
                () = tokio::task::yield_now() => {}
            }
        }
    }
    let manifest = client.download(&table, &options, &Quiet).await;
    assert!(
        manifest.rows.iter().all(|row| row.status == Status::Complete),
        "{manifest:?}"
    );
}

#[tokio::test]
async fn cutouts_are_made_once() {
    let observatory = Observatory::new();
    let asked = Search::new(Mission::Tess, "TOI 270".parse::<Target>().unwrap())
        .with_kind(KindFilter::Only(Kind::TessCut))
        .with_limit(2);
    let client = observatory.client(&[]);
    let table = client.search(&asked).await.unwrap().table;
    assert_eq!(table.num_rows(), 2);
    let first = client.download(&table, &DownloadOptions::default(), &Quiet).await;
    assert!(
        first
            .rows
            .iter()
            .all(|row| row.source == Some(Source::Cloud) && row.status == Status::Complete),
        "{first:?}"
    );
    assert!(
        first.rows[0]
            .local_path
            .as_ref()
            .unwrap()
            .contains("/mastDownload/TESSCut/")
    );
    observatory.archive.clear_log();
    let second = client.download(&table, &DownloadOptions::default(), &Quiet).await;
    assert!(
        second.rows.iter().all(|row| row.source == Some(Source::Cache)),
        "{second:?}"
    );
    assert!(observatory.archive.log().is_empty());
    let third = client
        .cutout(&asked, &DownloadOptions::default(), &Quiet)
        .await
        .unwrap();
    assert_eq!(third.paths().collect::<Vec<_>>(), first.paths().collect::<Vec<_>>());
    assert_eq!(third.rows[1].source, Some(Source::Cache));
}

/// The manifest as a table that was saved and read again.
fn saved(manifest: &lksearch::Manifest) -> Table {
    let mut bytes = Vec::new();
    let table = manifest.to_table().expect("because a manifest is a table");
    lksearch::table::write::json(&table, &mut bytes).expect("because memory can be written");
    lksearch::read_table(&bytes).expect("because it was just written")
}

#[tokio::test]
async fn a_manifest_is_continued_for_the_price_of_its_errors() {
    let observatory = Observatory::new();
    let table = light_curves(&observatory).await;
    let client = observatory.client(&["network.retries=0"]);
    let everest = Matcher::path("/api/v0.1/Download").with_part("everest");
    observatory.archive.script(everest, [Fault::status(404).always()]);
    let options = DownloadOptions::default();
    let first = client.download(&table, &options, &Quiet).await;
    assert_eq!(first.num_failed(), 1, "{first:?}");

    observatory.archive.clear_scripts();
    observatory.archive.clear_log();
    let second = client.download(&saved(&first), &options, &Quiet).await;
    assert_eq!(second.num_failed(), 0, "{second:?}");
    let names = |manifest: &lksearch::Manifest| -> Vec<_> {
        let rows = manifest.rows.iter();
        rows.map(|row| (row.data_uri.clone(), row.filename.clone(), row.obs_id.clone()))
            .collect()
    };
    assert_eq!(names(&second), names(&first), "the order of the manifest is kept");
    let log = observatory.archive.log();
    let is_of_that_row = |request: &lks_sandbox::Logged| request.query.contains("everest");
    assert!(log.len() <= 3 && log.iter().all(is_of_that_row), "{log:?}");

    observatory.archive.clear_log();
    client.download(&saved(&second), &options, &Quiet).await;
    assert!(observatory.archive.log().is_empty());
}

#[tokio::test]
async fn a_failed_cutout_is_made_again_from_its_manifest_row() {
    let observatory = Observatory::new();
    let asked = Search::new(Mission::Tess, "TOI 270".parse::<Target>().unwrap())
        .with_kind(KindFilter::Only(Kind::TessCut))
        .with_limit(2);
    let client = observatory.client(&["network.retries=0"]);
    let table = client.search(&asked).await.unwrap().table;
    observatory
        .archive
        .script(Matcher::contains("astrocut"), [Fault::status(500)]);
    let by_service = DownloadOptions::default().with_cutout_source(CutoutSource::Service);
    let options = by_service
        .clone()
        .with_cutout_size(lksearch::CutoutSize { ny: 5, nx: 7 });
    let first = client.download(&table, &options, &Quiet).await;
    assert_eq!(first.num_failed(), 1, "{first:?}");
    observatory.archive.clear_log();
    let second = client.download(&saved(&first), &by_service, &Quiet).await;
    assert_eq!(second.num_failed(), 0, "{second:?}");
    let (failed, there) = if first.rows[0].status == Status::Error {
        (0, 1)
    } else {
        (1, 0)
    };
    assert_eq!(second.rows[there].local_path, first.rows[there].local_path);
    assert_eq!(second.rows[failed].filename, first.rows[failed].filename);
    assert!(second.rows[failed].filename.as_ref().unwrap().contains("_7x5_"));
    assert_eq!(observatory.archive.log().len(), 1, "{:?}", observatory.archive.log());
}

#[tokio::test]
async fn a_plan_keeps_where_cutouts_come_from() {
    let observatory = Observatory::new();
    let asked = Search::new(Mission::Tess, "TOI 270".parse::<Target>().unwrap())
        .with_kind(KindFilter::Only(Kind::TessCut))
        .with_limit(1);
    let client = observatory.client(&[]);
    let table = client.search(&asked).await.unwrap().table;
    let by_service = DownloadOptions::default().with_cutout_source(CutoutSource::Service);
    let plan = client
        .portable_plan(&table, &by_service, Authorship::default())
        .await
        .unwrap();
    assert_eq!(plan.table().texts("routes").collect::<Vec<_>>(), [Some("tesscut")]);
    let brought = client.download(plan.table(), &DownloadOptions::default(), &Quiet).await;
    assert_eq!(brought.rows[0].source, Some(Source::Tesscut), "{brought:?}");
}
