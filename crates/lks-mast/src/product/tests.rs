use super::*;
use crate::result::read_table;

const NAME: &str = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const CUTOUT: &str = "tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits";

fn products(csv: &str) -> Vec<Result<Product, NoFile>> {
    Product::of_table(&read_table(csv.as_bytes()).unwrap(), CutoutSize { ny: 5, nx: 7 })
}

#[test]
fn a_row_gives_the_product_with_what_names_its_file() {
    let rows = products(&format!(
        "dataURI,obs_collection,obs_id,productFilename,size\nmast:TESS/product/{NAME},TESS,o,{NAME},20.0\n"
    ));
    let expected = Product::new(format!("mast:TESS/product/{NAME}"), "TESS", "o", NAME).with_size(20);
    assert_eq!(rows, [Ok(expected.clone())]);
    assert_eq!(expected.path(), ["TESS", "o", NAME]);
    assert_eq!(expected.data_uri(), Some(expected.uri()));
}

#[test]
fn a_row_of_a_cutout_gives_one_of_the_size_that_is_asked_for() {
    let rows = products(
        "productFilename,obs_id,s_ra,s_dec,sequence_number\n\
         TESScut,tess-s0014-4-1,84.291188,-80.46912,14\nTESScut,,84.291188,-80.46912,14\nTESScut,tess-s0014-4-1,84.3,-80.5,\n",
    );
    let product = rows[0].as_ref().unwrap();
    assert_eq!(
        product.filename(),
        "tess-s0014-4-1_84.291188_-80.469120_7x5_astrocut.fits"
    );
    assert_eq!(product.path(), ["TESSCut", product.filename()]);
    assert_eq!(
        (product.collection(), product.obs_id(), product.data_uri()),
        ("TESSCut", "", None)
    );
    assert_eq!(rows[1].as_ref().unwrap().cutout().unwrap().detector, None);
    assert_eq!(rows[2].as_ref().unwrap_err().reason, NoFileReason::IncompleteCutout);
}

#[test]
fn a_cutout_of_a_manifest_keeps_its_size() {
    let rows = products(&format!("dataURI,obs_collection,productFilename\n,TESSCut,{CUTOUT}\n"));
    assert_eq!(rows[0].as_ref().unwrap().filename(), CUTOUT);
}

#[test]
fn a_row_without_a_data_uri_names_no_file() {
    let rows = products("dataURI,obs_collection,obs_id,productFilename\n,HLSP,o,a.fits\n");
    let none = rows[0].as_ref().unwrap_err();
    assert_eq!(none.reason, NoFileReason::NoDataUri);
    assert_eq!(
        (&*none.collection, &*none.obs_id, &*none.filename),
        ("HLSP", "o", "a.fits")
    );
}

#[test]
fn a_path_gives_the_product_and_a_product_its_path() {
    for path in [vec!["TESS", "o", NAME], vec!["TESSCut", CUTOUT]] {
        let product = Product::from_path(&path).unwrap();
        assert_eq!(product.path(), path);
        assert_eq!(Product::of_record(product.uri(), &path), Some(product));
    }
    for path in [
        vec!["TESS", "o", "notes.txt"],
        vec!["TESSCut", NAME],
        vec!["TESS", "o", CUTOUT],
        vec![NAME],
        vec!["mastDownload", "TESS", "o", NAME],
    ] {
        assert_eq!(Product::from_path(&path), None, "{path:?}");
    }
    assert_eq!(Product::of_record("https://example.org/a.fits", &["a", "b", "c"]), None);
}

#[test]
fn the_name_of_another_product_is_noticed() {
    let name = |part: &str| format!("tess2019198215352-s0014-0000000158324245-0150-s_{part}.fits");
    let named = |uri: &str, filename: &str| {
        Product::new(uri, "TESS", "tess-1", filename)
            .name_in_uri()
            .map(str::to_owned)
    };
    let uri = format!("mast:TESS/product/{}", name("lc"));
    assert_eq!(named(&uri, &name("lc")), None);
    assert_eq!(named(&uri, &name("tp")), Some(name("lc")));
    assert_eq!(named(&uri, "a.fits"), None, "the archive may call a file as it likes");
    assert_eq!(named("https://example.org/get?file=7", &name("lc")), None);
}
