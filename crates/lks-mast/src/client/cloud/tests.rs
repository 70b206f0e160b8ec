use super::*;

#[test]
fn paths_become_keys_by_astroquerys_rules() {
    let cases = [
        (
            "/tess/public/tid/s0014/0000/0001/5832/4245/x_lc.fits",
            Some("tess/public/tid/s0014/0000/0001/5832/4245/x_lc.fits"),
        ),
        ("tess/public/x.fits", Some("tess/public/x.fits")),
        (
            "/hlsp_local/public/hlsp/tess-spoc/s0001/x.fits",
            Some("mast/hlsp/tess-spoc/s0001/x.fits"),
        ),
        ("/mast/galex/GR6/x.fits", Some("galex/GR6/x.fits")),
        ("/ps1/x.fits", Some("panstarrs/ps1/public/x.fits")),
        ("", None),
        ("/", None),
        ("/tess/../../secret", None),
        ("https://elsewhere/x", None),
    ];
    for (path, key) in cases {
        assert_eq!(cloud_key(path).as_deref(), key, "{path}");
    }
}
