//! A manifest that the program wrote, given back to it.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home, column};

#[test]
fn a_manifest_is_continued_at_the_cost_of_its_errors() {
    for format in ["json", "csv", "parquet"] {
        let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
        let gone = Fault::status(404).always();
        archive.script(Matcher::path("/api/v0.1/Download").with_part("everest"), [gone]);
        let manifest = home.path("manifest");
        let manifest = manifest.to_str().unwrap();
        let words = [&HLSPS_OF_K2_18[..], &["--format", format, "-o", manifest]].concat();
        assert_eq!(home.run_against(&archive, &words).code, Some(1));

        archive.clear_scripts();
        archive.clear_log();
        let words = ["download", "--from", manifest, "--format", "json"];
        let rows = home.run_against(&archive, &words).rows();
        assert_eq!(column(&rows, "Status"), ["COMPLETE"; 3]);
        let sources = column(&rows, "source");
        assert_eq!(
            sources.iter().filter(|source| *source == "cache").count(),
            2,
            "{sources:?}"
        );
        let log = archive.log();
        assert!(
            log.len() <= 3 && log.iter().all(|request| request.query.contains("everest")),
            "{log:?}"
        );
    }
}
