use std::path::Path;

use super::{Manifest, ManifestRow, Source};
use lks_mast::Product;

#[test]
fn paths_are_those_of_files_and_not_of_links() {
    let row = |path: &str, source| ManifestRow {
        local_path: Some(path.to_owned()),
        source: Some(source),
        ..ManifestRow::of(&Ok(Product::new("mast:TESS/a_lc.fits", "TESS", "a", "a_lc.fits")))
    };
    let manifest = Manifest {
        rows: vec![
            row("/data/a_lc.fits", Source::Cache),
            row("s3://stpubdata/b_lc.fits", Source::Link),
        ],
        ..Manifest::default()
    };
    assert_eq!(manifest.paths().collect::<Vec<_>>(), [Path::new("/data/a_lc.fits")]);
}
