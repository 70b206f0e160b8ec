use super::*;

#[test]
fn product_urls_keep_colon_and_slash_and_encode_the_rest() {
    let check = |uri: &str, expected: &str| assert_eq!(Endpoints::stsci().product_url(uri).as_str(), expected);
    check(
        "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
    );
    check(
        "mast:HLA/url/cgi-bin/getdata.cgi?download=1&filename=a b+c.fits",
        "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:HLA/url/cgi-bin/getdata.cgi%3Fdownload%3D1%26filename%3Da%20b%2Bc.fits",
    );
}

#[test]
fn cutout_urls_ask_in_pixels() {
    let name = "tess-s0001-4-3_84.291188_-80.469120_45x35_astrocut.fits";
    let cutout = Cutout::of_name(name).unwrap();
    assert_eq!(
        Endpoints::stsci().cutout_url(&cutout).unwrap().as_str(),
        "https://mast.stsci.edu/tesscut/api/v0.1/astrocut?ra=84.291188&dec=-80.46912&y=35&x=45&units=px&sector=1"
    );
}

#[test]
fn services_may_lie_below_a_path() {
    let endpoints = Endpoints::parse("http://127.0.0.1:8765/mast/", "http://127.0.0.1:8765").unwrap();
    assert_eq!(endpoints.invoke().as_str(), "http://127.0.0.1:8765/mast/api/v0/invoke");
    assert_eq!(
        endpoints.resolve(&["TOI 1161", "M&M"]).as_str(),
        "http://127.0.0.1:8765/Santa-war/query?name=TOI%201161&name=M%26M&outputFormat=json&resolveAll=true"
    );
}

#[test]
fn other_schemes_are_refused() {
    for text in ["mast.stsci.edu", "file:///etc/passwd", "ftp://mast.stsci.edu", ""] {
        assert!(Endpoints::parse(text, "https://a").is_err(), "{text}");
    }
}
