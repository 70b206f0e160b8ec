//! The Rust column of `docs/guide/coming-from-python.md`, compiled. Nothing here is run.

use std::time::Duration;

use lksearch::cache::Removal;
use lksearch::catalog::{Cone, Epoch, StarCatalog, StarId};
use lksearch::config::{self, Sources};
use lksearch::{
    ArcSeconds, Campaigns, Client, CutoutSize, Description, DownloadOptions, Expression, Exptime, Filters, Kind,
    KindFilter, Mission, Numbers, Position, Provenance, Quiet, Search, SearchResult, Target, TextFilter, all, k2,
    kepler, load_settings, mast, tess,
};

/// This file, in which the page's spellings are looked for.
pub(super) const SOURCE: &str = include_str!("spellings.rs");

#[expect(dead_code, reason = "it is compiled to show that the page is right")]
async fn spellings(client: &Client, bytes: Vec<u8>) -> Result<(), lksearch::Error> {
    let search = Search::new(Mission::Tess, "TOI 1161".parse::<Target>()?)
        .with_radius(ArcSeconds(60.0))
        .with_provenance(Provenance::WithoutHlsps)
        .with_provenance(Provenance::MissionProducts)
        .with_kind(KindFilter::Only(Kind::Timeseries))
        .with_limit(10);
    let brief = tess("TOI 1161")?
        .with_sector(14)
        .with_sector([14, 15])
        .with_exptime(120)
        .with_exptime(20..=200)
        .with_exptime(Exptime::Short);
    let brief = brief
        .with_pipeline(["SPOC", "QLP"])
        .with_kind([Kind::Cubedata, Kind::TessCut])
        .with_kind(Kind::Cubedata)
        .with_kind(Kind::Timeseries)
        .with_provenance(Provenance::MissionProducts)
        .with_provenance(Provenance::Hlsps)
        .with_year(2018..=2020);
    drop(all("Kepler-10")?);
    let kepler = kepler("Kepler-137")?.with_quarter(3).with_month(1);
    drop((
        brief,
        kepler,
        k2("K2-18")?,
        k2("K2-18")?.with_campaign(9),
        k2("K2-18")?.with_campaign("9a".parse::<Campaigns>()?),
        mast("Kepler-10")?,
    ));
    drop(
        Client::builder()
            .with_max_age(Duration::from_secs(3600))
            .with_offline(true),
    );
    let others = [Mission::Kepler, Mission::K2, Mission::Mast];
    let target = Target::Position(Position::icrs(285.6794, 50.2413)?);
    let galactic = Position::galactic(80.5, 18.4)?;
    let filters = Filters {
        sector: Some(Numbers::from(14)),
        quarter: Some(Numbers::from(3)),
        month: Some(Numbers::from(1)),
        campaign: Some("9a".parse::<Campaigns>()?),
        sequence: Some(Numbers::from(14)),
        exptime: Some(Exptime::Short),
        pipeline: Some(TextFilter::new(["SPOC", "QLP"])),
        mission: Some(TextFilter::new(["TESS"])),
        year: Some(Numbers::range(2018.0, 2020.0)),
        distance: Some(Numbers::at_most(5.0)),
        description: Some(Description::Any(["light", "target"].into())),
        target_name: Some(TextFilter::new(["158324245"])),
    };
    let any_time = Filters {
        exptime: None,
        ..Filters::default()
    };
    let more = (
        Numbers::one_of([14.0, 15.0]),
        Provenance::Hlsps,
        "lightcurve".parse::<KindFilter>()?,
    );
    let all = Description::All(["light", "fast"].into());
    drop((others, target, galactic, filters, any_time, more, all));

    let read = SearchResult::read(Mission::Tess, &bytes)?;
    let found = client.search(&search).await?;
    assert_eq!(format!("{found}").is_empty(), found.len() == read.len());
    found.table.texts("target_name").for_each(drop);
    drop((found.table.column("s_ra"), found.slice(0, 4), &found.warnings));
    drop((found.table.column("year"), found.table.take(&[2, 0])?));
    found.filter(&"sector == 14".parse::<Expression>()?)?;

    let mut options = DownloadOptions::default();
    options = options.with_force(true);
    options = options.with_cutout_size(CutoutSize { ny: 11, nx: 21 });
    let manifest = client.download(&found.table, &options, &Quiet).await;
    drop((manifest.to_table()?, manifest.rows));

    let mut loaded = load_settings()?;
    loaded.settings.cloud_only = true;
    loaded.settings.prefer_cloud = false;
    loaded.settings.download_cloud = false;
    loaded.settings.check_cached_file_sizes = false;
    loaded.settings.cache_dir = Some("x".into());
    drop(loaded.settings.search_result_display_extra_columns.clone());
    let sources = Sources::from_process();
    let path = config::directories(&sources).config_file()?.to_path_buf();
    config::init_file(&path, false)?;
    loaded.cache_dir()?;
    client.store()?.clear(Removal::DryRun)?;
    client.store()?.clear(Removal::Apply)?;
    client.resolve(&["K2-18"]).await?;
    let around = Cone::new(StarCatalog::Tic, Position::icrs(285.6794, 50.2413)?, ArcSeconds(100.0));
    client.catalog().cone(&around).await?;
    let names = client.catalog().names(&["K2-18"]).await?;
    let ids: Vec<StarId> = names[0].ids();
    client
        .catalog()
        .look_up_in(&ids, StarCatalog::GaiaDr3, Epoch::J2000)
        .await?;
    let answers = client.resolve(&["K2-18"]).await?;
    let first: Option<&lksearch::Located> = answers.first().and_then(|answer| answer.answers.first());
    let failed = |row: &lksearch::ManifestRow| row.failure;
    let of_product = |step: &lksearch::Step| -> Option<lksearch::Product> { step.product.clone().ok() };
    let of_archive = |error: lksearch::archive::Error| -> lksearch::Error { error.into() };
    let of_connection = |error: lksearch::http::Error| -> lksearch::Error { error.into() };
    assert!(first.is_none());
    let _named = (failed, of_product, of_archive, of_connection);
    let kind = |error: lksearch::Error| error.kind();
    drop((kind, lksearch::blocking::Client::new(&loaded)?));
    println!("{found}");
    Ok(())
}
