//! The README's walk-through, run against the embedded archive.

use crate::run::passthrough;

const SCENE: &[&[&str]] = &[
    &["download", "k2", "K2-18", "--hlsps", "--kind", "timeseries"],
    &["search", "tess", "TOI 1161", "--sector", "14", "--kind", "timeseries"],
    &[
        "download",
        "tess",
        "TOI 1161",
        "--sector",
        "14",
        "--kind",
        "timeseries",
        "--mission-products",
        "--link",
    ],
    &[
        "fits",
        "info",
        "s3://stpubdata/tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
    ],
    &["cache", "clear"],
];

/// Runs each command of the README in turn.
pub(crate) fn run() -> Result<(), String> {
    for words in SCENE {
        let mut arguments = vec!["run", "--quiet", "--package", "lks-cli", "--", "--sandbox"];
        arguments.extend_from_slice(words);
        passthrough("cargo", &arguments, &[])?;
    }
    Ok(())
}
