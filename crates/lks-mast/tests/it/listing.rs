//! What the archive lists of a sector, a quarter or a campaign, whatever the target.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use lks_mast::{Kind, Listing, MastClient, Mission, Provenance, Search, SearchResult, Target, Warning};
use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::sandbox::archive_with;

fn archive(bulk: usize) -> (Sandbox, MastClient) {
    archive_with(SandboxOptions {
        bulk,
        ..SandboxOptions::default()
    })
}

fn everything(mission: Mission) -> Search {
    Search::new(mission, Target::Any)
}

async fn parts(mut listing: Listing) -> Vec<SearchResult> {
    let mut parts = Vec::new();
    while let Some(part) = listing.next().await.unwrap() {
        parts.push(part);
    }
    parts
}

fn uris(parts: &[SearchResult]) -> Vec<String> {
    let all = parts.iter().flat_map(|part| part.table.texts("dataURI"));
    all.flatten().map(str::to_owned).collect()
}

/// All products of these targets that a search with a target finds are listed, each once.
async fn check(search: Search, targets: &[&str]) {
    let (_sandbox, client) = archive(30);
    let small = client.clone().with_rows_per_page(NonZeroUsize::new(7).unwrap());
    let listed = uris(&parts(client.list(&search).unwrap()).await);
    let unique: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(unique.len(), listed.len(), "each once");
    let in_parts: BTreeSet<String> = uris(&parts(small.list(&search).unwrap()).await).into_iter().collect();
    assert_eq!(in_parts.iter().collect::<BTreeSet<_>>(), unique);
    for target in targets {
        let found = client.search(&search.about(target.parse().unwrap())).await.unwrap();
        let found: Vec<&str> = found.table.texts("dataURI").flatten().collect();
        assert!(!found.is_empty(), "{target}");
        let missing: Vec<_> = found.iter().filter(|uri| !in_parts.contains(**uri)).collect();
        assert!(missing.is_empty(), "{target}: {missing:?}");
    }
}

#[tokio::test]
async fn a_sector_has_the_products_of_its_stars() {
    check(
        everything(Mission::Tess).with_sector(14),
        &["TOI 1161", "TIC 377780790"],
    )
    .await;
    let own = everything(Mission::Tess)
        .with_sector(1)
        .with_kind(Kind::Timeseries)
        .with_provenance(Provenance::MissionProducts);
    check(own, &["TIC 9000000000", "TIC 9000000029"]).await;
}

#[tokio::test]
async fn a_quarter_and_a_campaign_have_theirs() {
    check(
        everything(Mission::Kepler).with_quarter(7),
        &["Kepler-137", "KIC 11904151"],
    )
    .await;
    check(everything(Mission::K2).with_campaign(1), &["K2-18"]).await;
}

#[tokio::test]
async fn counts_are_those_of_the_observations() {
    let (sandbox, client) = archive(30);
    let search = everything(Mission::Tess).with_sector(1);
    let counts = client.count(&search).await.unwrap();
    let spoc = counts
        .iter()
        .find(|count| count.pipeline.as_deref() == Some("SPOC"))
        .unwrap();
    assert!(spoc.num_observations >= 30, "{counts:?}");
    assert_eq!(sandbox.count(&Matcher::contains("Mast.Caom.Products")), 0, "no rows");
    let total: usize = counts.iter().map(|count| count.num_observations).sum();
    let mut listing = client.list(&search).unwrap();
    while listing.next().await.unwrap().is_some() {}
    assert_eq!(listing.progress().1, total);
}

#[tokio::test]
async fn rows_end_at_the_limit() {
    let (_sandbox, client) = archive(30);
    let few = parts(
        client
            .list(&everything(Mission::Tess).with_sector(1).with_limit(10))
            .unwrap(),
    )
    .await;
    assert_eq!(few.iter().map(SearchResult::len).sum::<usize>(), 10);
    let row = few[0].table.row(0);
    assert_eq!((row.integer("sector"), row.text("match")), (Some(1), None));
    assert_eq!((row.float("separation_arcsec"), row.float("distance")), (None, None));
}

#[tokio::test]
async fn what_has_no_meaning_without_a_target_is_refused() {
    let (sandbox, client) = archive(0);
    for (search, why) in [
        (everything(Mission::Tess), "needs a sector"),
        (
            everything(Mission::Tess).with_sector(1).with_kind(Kind::TessCut),
            "cutouts",
        ),
        (
            everything(Mission::Tess)
                .with_sector(1)
                .with_exptime(lks_mast::Exptime::Longest),
            "longest",
        ),
        (everything(Mission::Kepler).with_sector(1), "belongs to a tess search"),
        (
            everything(Mission::Tess).with_sector(1).about("TIC 1".parse().unwrap()),
            "no target",
        ),
    ] {
        let error = client.list(&search).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let alone = client
        .search(&everything(Mission::Tess).with_sector(1))
        .await
        .unwrap_err();
    assert!(alone.to_string().contains("comes in parts"), "{alone}");
    assert_eq!(sandbox.log().len(), 0);
}

/// An answer that counts so many rows.
fn counted(num_rows: usize) -> Fault {
    let rows =
        format!(r#"{{"status":"COMPLETE","msg":"","data":[{{"Column1":{num_rows}}}],"fields":[],"paging":null}}"#);
    Fault {
        body: Some(rows),
        ..Fault::default()
    }
}

#[tokio::test]
async fn what_the_archive_does_not_list_is_told() {
    let (sandbox, client) = archive(3);
    let counted = counted(9999);
    // The count of the whole, which is the first.
    sandbox.script(Matcher::contains("COUNT_BIG").nth(1), [counted]);
    let found = parts(client.list(&everything(Mission::Tess).with_sector(1)).unwrap()).await;
    let last = &found.last().unwrap().warnings;
    assert!(
        matches!(last[..], [Warning::ListedShort { expected: 9999, .. }]),
        "{last:?}"
    );
}

#[tokio::test]
async fn a_part_of_the_sky_is_counted_or_what_the_other_leaves() {
    let (sandbox, client) = archive(30);
    let small = client.with_rows_per_page(NonZeroUsize::new(7).unwrap());
    parts(small.list(&everything(Mission::Tess).with_sector(1)).unwrap()).await;
    let num_counts = sandbox.count(&Matcher::contains("COUNT_BIG"));
    let num_pages = sandbox.count(&Matcher::contains("Mast.Caom.Filtered")) - num_counts;
    // The whole, and each division once.
    assert!(
        num_counts <= 20 && num_pages >= 5,
        "{num_counts} counts, {num_pages} pages"
    );
}

#[tokio::test]
async fn products_are_asked_for_across_parts_of_the_sky() {
    let (sandbox, client) = archive(30);
    let small = client.with_rows_per_page(NonZeroUsize::new(7).unwrap());
    let sector = everything(Mission::Tess).with_sector(1);
    let num_rows = |parts: Vec<SearchResult>| parts.iter().map(SearchResult::len).sum::<usize>();
    let num_pages =
        || sandbox.count(&Matcher::contains("Mast.Caom.Filtered")) - sandbox.count(&Matcher::contains("COUNT_BIG"));
    assert!(num_rows(parts(small.list(&sector).unwrap()).await) >= 150);
    // Pages of one answer name the same observations.
    let named = |body: &str| Some(body.split_once(r#""obsid":""#)?.1.split_once('"')?.0.to_owned());
    let log = sandbox.log();
    let asked = log.iter().filter(|asked| asked.body.contains("Mast.Caom.Products"));
    let asked: BTreeSet<String> = asked.filter_map(|asked| named(&asked.body)).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    // Of few rows not all parts are asked for.
    let num_all = num_pages();
    sandbox.clear_log();
    assert_eq!(num_rows(parts(small.list(&sector.with_limit(1)).unwrap()).await), 1);
    assert!(num_pages() < num_all, "{} of {num_all}", num_pages());
}

#[tokio::test]
async fn a_count_that_never_gets_smaller_ends_the_questions() {
    let (sandbox, client) = archive(3);
    let counted = counted(60000);
    sandbox.script(Matcher::contains("COUNT_BIG"), [counted.always()]);
    let mut listing = client.list(&everything(Mission::Tess).with_sector(1)).unwrap();
    let error = listing.next().await.unwrap_err();
    assert!(error.to_string().contains("60000 observations within"), "{error}");
    assert!(sandbox.log().len() < 40, "{}", sandbox.log().len());
}
