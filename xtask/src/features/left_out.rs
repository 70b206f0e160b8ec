//! What a user is told by a program that was built without what was asked of it. Each build takes minutes, so `cargo xtask ci` leaves them out.

use crate::run::{command, passthrough, root};

/// The features of a build, and what is asked of it: the words, separated by single spaces, and what the answer must say.
type Build = (&'static str, &'static [(&'static str, &'static [&'static str])]);

const COMMANDS: &[&str] = &[
    "without its commands download, lock, sync, cite, cache, fits and plot",
    "feature `download`",
];
const PARQUET: &[&str] = &["without Parquet", "feature `parquet`", "CSV"];
const ARCHIVE: &[&str] = &["without its archive", "feature `sandbox`"];
const PICTURES: &[&str] = &["without pictures", "feature `plot`"];
const TLS: &[&str] = &["without TLS", "feature `ring`"];

const BUILDS: [Build; 3] = [
    (
        "",
        &[
            ("--sandbox search tess TIC1 --sector 14", ARCHIVE),
            ("sandbox list", ARCHIVE),
            ("search tess TIC1", TLS),
            ("search tess TIC1 -o left_out.parquet", PARQUET),
        ],
    ),
    (
        "sandbox",
        &[
            ("--sandbox search tess TIC1 -o left_out.parquet", PARQUET),
            (
                "--sandbox search tess TIC1 --format arrow",
                &["without Arrow IPC", "feature `parquet`", "CSV"],
            ),
            (
                "--sandbox search tess TIC1 -o left_out.fits",
                &["without FITS", "feature `download`", "CSV"],
            ),
            ("--sandbox download tess TIC1", COMMANDS),
            ("sync --check", COMMANDS),
            ("cache info", COMMANDS),
            ("fits info left_out.fits --hdu 1", COMMANDS),
            ("plot --help", COMMANDS),
            ("resolve TIC1", TLS),
        ],
    ),
    (
        "sandbox,download",
        &[
            ("--sandbox download tess TIC1 -o left_out.parquet", PARQUET),
            ("--sandbox download --from saved.parquet", PARQUET),
            ("fits table left_out.fits -o left_out.parquet", PARQUET),
            ("plot left_out.fits -o left_out.svg", PICTURES),
            ("fits info https://example.org/left_out.fits", TLS),
        ],
    ),
];

/// Builds the program without each of its parts and compares what it says; gives back how many answers were looked at, and those that
/// are not as they should be.
pub(super) fn run() -> Result<(usize, Vec<String>), String> {
    let mut num_answers = 0;
    let mut failed = Vec::new();
    for (features, asked) in BUILDS {
        // In a directory of its own: the program in `target/debug` stays the one with everything.
        let words = [
            "build",
            "--quiet",
            "--package",
            "lks-cli",
            "--no-default-features",
            "--features",
            features,
        ];
        passthrough(
            "cargo",
            &[&words[..], &["--target-dir", "target/left-out"]].concat(),
            &[],
        )?;
        let home = root().join("target/left-out");
        let program = home.join("debug/lksearch");
        let saved = home.join("saved.parquet");
        std::fs::write(&saved, "PAR1").map_err(|error| format!("cannot write {}: {error}", saved.display()))?;
        for (words, expected) in asked {
            num_answers += 1;
            let words: Vec<&str> = words.split(' ').collect();
            // Nothing of the machine's own settings.
            let output = command(&program.display().to_string(), &words, &[])
                .env_clear()
                .env("HOME", &home)
                .current_dir(&home)
                .output()
                .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
            let said = String::from_utf8_lossy(&output.stderr);
            // An answer of one sentence, maybe with a hint.
            let is_told = expected.iter().all(|part| said.contains(part)) && said.lines().count() <= 3;
            if output.status.success() || !is_told {
                failed.push(format!(
                    "lksearch {} with the features '{features}' said: {said}",
                    words.join(" ")
                ));
            }
        }
    }
    Ok((num_answers, failed))
}
