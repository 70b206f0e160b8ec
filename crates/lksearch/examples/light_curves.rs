//! A small app: lists and fetches all 20 s light curves of a list of targets, with progress on stderr.
//!
//! `cargo run -p lksearch --example light_curves -- "TOI 1161" "TIC 25155310"`
//!
//! It tests itself at the end of this file, against an archive that misbehaves on demand.

#![allow(clippy::print_stderr, reason = "a program")]

use std::error::Error;
use std::io::{self, Write};

use lksearch::{Client, DownloadOptions, Event, Kind, Progress, Provenance, Status, load_settings, tess};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let targets: Vec<String> = std::env::args().skip(1).collect();
    let client = Client::new(&load_settings()?)?;
    let num_failed = run(&client, &targets, &bar, &mut io::stdout()).await?;
    match num_failed {
        0 => Ok(()),
        n => Err(format!("{n} files could not be had; the same command asks for them again").into()),
    }
}

/// Writes a line per light curve and gives back how many could not be had. A target without any is a line, not an error.
async fn run(
    client: &Client,
    targets: &[String],
    progress: &dyn Progress,
    out: &mut impl Write,
) -> Result<usize, Box<dyn Error>> {
    let mut found = Vec::new();
    for target in targets {
        let search = tess(target)?
            .with_exptime(20)
            .with_kind(Kind::Timeseries)
            .with_provenance(Provenance::MissionProducts);
        let result = client.search(&search).await?;
        match &result.empty_reason {
            Some(reason) => writeln!(out, "{target}: {reason}")?,
            None => writeln!(out, "{target}: {} light curves", result.len())?,
        }
        found.push(result);
    }
    let Some((first, others)) = found.split_first() else {
        return Err("name the targets".into());
    };
    // One table, so that all files share one queue and one progress.
    let all = first.concat(others)?;
    let manifest = client.download(&all.table, &DownloadOptions::default(), progress).await;
    for row in &manifest.rows {
        let name = row.filename.as_deref().unwrap_or("-");
        match row.status {
            Status::Error => writeln!(out, "{name}: {}", row.message.as_deref().unwrap_or("no reason given"))?,
            status => writeln!(out, "{name}: {}, {} bytes", status.word(), row.bytes.unwrap_or(0))?,
        }
    }
    Ok(manifest.num_failed())
}

/// What is told while files come. It is called from several threads and must not block.
fn bar(event: Event) {
    match event {
        Event::Begun { num_files, num_bytes } => eprintln!("{num_files} files to fetch, {num_bytes} bytes"),
        Event::FileBegun { name, source, .. } => eprintln!("{name} from {}", source.word()),
        Event::Waiting {
            host, pause, reason, ..
        } => eprintln!(
            "waiting {pause:?} for {}: {reason}",
            host.as_deref().unwrap_or("another program")
        ),
        Event::Warning(text) => eprintln!("warning: {text}"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
    use lksearch::Quiet;
    use lksearch::config::{Sources, load};

    use super::*;

    /// Starts an archive and points a client at it, with a cache that goes with the directory.
    fn archive() -> (Sandbox, tempfile::TempDir, Client) {
        let archive = Sandbox::start(SandboxOptions::default()).unwrap();
        let cache = tempfile::tempdir().unwrap();
        let mut sources = Sources::isolated().with_override("cache_dir", cache.path(), "the test");
        for (key, value) in archive.settings() {
            sources = sources.with_override(key, value, "the test");
        }
        let client = Client::new(&load(&sources).unwrap()).unwrap();
        (archive, cache, client)
    }

    #[tokio::test]
    async fn a_broken_connection_and_a_busy_mirror_are_survived() {
        let (archive, _cache, client) = archive();
        let light_curve = Matcher::contains("a_fast-lc.fits").method("GET");
        let troubles = [Fault::cut_at(2880).with_reset(), Fault::status(503)];
        archive.script(light_curve.clone(), troubles);
        let mut out = Vec::new();
        let num_failed = run(&client, &["TIC 158324245".to_owned()], &Quiet, &mut out)
            .await
            .unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(num_failed, 0, "{out}");
        let num_files = out.matches("COMPLETE").count();
        assert!(num_files > 0, "{out}");
        assert_eq!(
            archive.count(&light_curve),
            num_files + 2,
            "each fault costs one request more"
        );
    }

    #[tokio::test]
    async fn a_file_that_the_archive_has_lost_is_a_line_and_not_the_end() {
        let (archive, _cache, client) = archive();
        // The archive itself sends askers to the mirror, so the file is lost on both ways.
        let lost = Matcher::path("/stpubdata/").with_part("-s0074-");
        archive.script(lost, [Fault::status(404).always()]);
        let mut out = Vec::new();
        let num_failed = run(&client, &["TIC 158324245".to_owned()], &Quiet, &mut out)
            .await
            .unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!((out.matches("COMPLETE").count(), num_failed), (1, 1), "{out}");
    }
}
