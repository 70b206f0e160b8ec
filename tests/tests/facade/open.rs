use lksearch::{DownloadOptions, ErrorKind, Kind, Quiet, tess};

use crate::Observatory;

const KEY: &str = "tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const URI: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";

#[tokio::test]
async fn a_file_is_read_where_it_lies_by_every_kind_of_location() {
    let observatory = Observatory::new();
    let client = observatory.client(&[]);
    for location in [
        format!("s3://stpubdata/{KEY}"),
        URI.to_owned(),
        format!("{}/stpubdata/{KEY}", observatory.archive.url()),
    ] {
        observatory.archive.clear_log();
        let file = client
            .open(&location)
            .await
            .unwrap_or_else(|error| panic!("{location}: {error}"));
        let offsets: Vec<[u64; 3]> = file
            .hdus()
            .iter()
            .map(|hdu| [hdu.header_offset, hdu.data_offset, hdu.data_span])
            .collect();
        assert_eq!(
            offsets,
            [[0, 5760, 0], [5760, 20160, 1_935_360], [1_955_520, 1_961_280, 2880]],
            "{location}"
        );
        let sent: u64 = observatory.archive.log().iter().map(|request| request.bytes).sum();
        assert!(sent < 400_000, "{location}: {sent} bytes for three headers");
    }
}

#[tokio::test]
async fn a_cached_file_is_opened_there_and_a_damaged_one_is_not() {
    for level in ["exists", "stat", "sha256", "fits"] {
        let observatory = Observatory::new();
        let client = observatory.client(&[&format!("cache.verify={level}")]);
        let search = tess("TIC 158324245")
            .unwrap()
            .with_sector(14)
            .with_kind(Kind::Timeseries);
        let found = client.search(&search).await.unwrap();
        let manifest = client.download(&found.table, &DownloadOptions::default(), &Quiet).await;
        let row = manifest.rows.iter().find(|row| row.data_uri.as_deref() == Some(URI));
        let path = row.and_then(|row| row.local_path.as_ref()).unwrap();

        observatory.archive.clear_log();
        let num_rows = client.open(URI).await.unwrap().hdus()[1].shape[0];
        assert_eq!((num_rows, observatory.archive.log().len()), (19_331, 0), "{level}");

        std::fs::write(path, b"SIMPLE  = and nothing more").unwrap();
        let opened = client.open(URI).await;
        // Who takes what is there as it is gets what is there.
        assert_eq!(opened.is_err(), level == "exists", "{level}: {opened:?}");
        assert_eq!(observatory.archive.log().is_empty(), level == "exists", "{level}");
    }
}

#[tokio::test]
async fn a_file_served_with_wrong_sums_opens_at_every_level() {
    let observatory = Observatory::new();
    let flipped = lks_sandbox::Fault {
        etag: Some("\"0123456789-2\"".to_owned()),
        ..lks_sandbox::Fault::flip_bit(30_000)
    };
    let everywhere = lks_sandbox::Matcher::contains("s_lc.fits");
    observatory.archive.script(everywhere, [flipped.always()]);
    let search = tess("TIC 158324245")
        .unwrap()
        .with_sector(14)
        .with_kind(Kind::Timeseries);
    for level in ["exists", "stat", "sha256", "fits"] {
        let client = observatory.client(&[&format!("cache.verify={level}")]);
        let found = client.search(&search).await.unwrap();
        let manifest = client.download(&found.table, &DownloadOptions::default(), &Quiet).await;
        assert_eq!(manifest.num_failed(), 0, "{manifest:?}");
        observatory.archive.clear_log();
        let num_rows = client.open(URI).await.unwrap().hdus()[1].shape[0];
        assert_eq!((num_rows, observatory.archive.log().len()), (19_331, 0), "{level}");
    }
}

#[tokio::test]
async fn a_wrong_location_is_refused_and_a_missing_one_named() {
    let observatory = Observatory::new();
    let client = observatory.client(&[]);
    let unreadable = client.open("gopher://hole/file.fits").await.unwrap_err();
    assert_eq!(unreadable.kind(), ErrorKind::InvalidQuery);
    let missing = client.open("s3://stpubdata/no/such/file.fits").await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound, "{missing}");
    assert!(missing.to_string().contains("no/such/file.fits"), "{missing}");
    assert_eq!(
        client.open("/no/such/file.fits").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}
