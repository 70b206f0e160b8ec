//! Runs that stop in the middle, and the next run, which continues them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::{Either, select};
use lks_fetch::{FailureKind, ManifestRow, Policy, Status};
use lks_mast::{Product, lanes};
use lks_sandbox::{Fault, Logged, Matcher, Sandbox};

use crate::bench::{Bench, LIGHT_CURVE, Patience, files, in_parts, sized_product, small_parts, with_filename};

/// Bytes after which a run is stopped; less than 1 MiB is not kept.
const STOP: u64 = 1_500_000;

/// K2-18's light curve by K2SFF: in the archive only, and of some size.
const K2SFF: &str = "mast:HLSP/k2sff/c01/201900000/12000/hlsp_k2sff_k2_lightcurve_201912552-c01_kepler_v1_llc.fits";

/// Where the file comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
enum From {
    Cloud,
    Parts,
    /// Parts of which the first is nearly the whole file.
    LargeParts,
    Archive,
}

const EVERYWHERE: [From; 4] = [From::Cloud, From::Parts, From::LargeParts, From::Archive];

struct Stopped {
    bench: Bench,
    uri: &'static str,
    product: Product,
    policy: Policy,
}

impl From {
    fn path(self) -> &'static str {
        match self {
            Self::Cloud | Self::Parts | Self::LargeParts => "/stpubdata/",
            Self::Archive => "/api/v0.1/Download",
        }
    }

    fn bench(self) -> Stopped {
        let options = match self {
            Self::Parts => in_parts(),
            Self::LargeParts => in_parts().with_part_size(STOP + 200_000),
            Self::Cloud | Self::Archive => small_parts(),
        };
        let sandbox = lks_sandbox::SandboxOptions {
            redirect_to_cloud: false,
            ..Default::default()
        };
        let sandbox = Arc::new(Sandbox::start(sandbox).expect("a sandbox"));
        let bench = Bench::of(sandbox, options, Patience::Usual);
        let size = bench.truth(self.uri()).len() as u64;
        Stopped {
            bench,
            uri: self.uri(),
            product: sized_product(self.uri(), Some(size)),
            policy: Policy::default().with_cloud_only(self != Self::Archive),
        }
    }

    fn uri(self) -> &'static str {
        match self {
            Self::Cloud | Self::Parts | Self::LargeParts => LIGHT_CURVE,
            Self::Archive => K2SFF,
        }
    }

    /// Drops a run when most of the file is on the disk.
    async fn dropped(self) -> Stopped {
        let stopped = self.bench();
        let Stopped {
            bench, product, policy, ..
        } = &stopped;
        let (matcher, stall) = match self {
            // Six parts come, the others do not.
            Self::Parts => (Matcher::path(self.path()).nth(7), Fault::stall_at(0)),
            Self::Cloud | Self::LargeParts | Self::Archive => (Matcher::path(self.path()), Fault::stall_at(STOP)),
        };
        bench.sandbox.script(matcher, [stall.always()]);
        let waiting = async {
            while !bench.has_journal(|text| text.lines().count() > 1) {
                tokio::task::yield_now().await;
            }
        };
        let run = Box::pin(bench.fetch(vec![product.clone()], policy));
        match select(run, Box::pin(waiting)).await {
            Either::Left((manifest, _)) => panic!("the run was over too early: {manifest:?}"),
            Either::Right(((), run)) => drop(run),
        }
        let begun = Instant::now();
        while !bench.has_journal(|text| text.ends_with("released\n")) {
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", bench.leftovers());
            tokio::task::yield_now().await;
        }
        assert!(files(&bench.directory.path().join("mastDownload")).is_empty());
        stopped.calm();
        stopped
    }
}

impl Stopped {
    /// From now on all is well.
    fn calm(&self) {
        self.bench.sandbox.clear_scripts();
        self.bench.sandbox.clear_log();
    }

    async fn next(&self) -> ManifestRow {
        let manifest = self.bench.fetch(vec![self.product.clone()], &self.policy).await;
        manifest.rows.into_iter().next().expect("a row")
    }

    fn log(&self) -> Vec<Logged> {
        let log = self.bench.sandbox.log().into_iter();
        log.filter(|it| !it.path.contains("path_lookup")).collect()
    }

    #[track_caller]
    fn is_there(&self, row: &ManifestRow, edition: u32) {
        assert_eq!(row.status, Status::Complete, "{row:?}");
        let truth = self.bench.sandbox.body(self.uri, edition).expect("a file");
        let got = std::fs::read(self.bench.path(&self.product)).expect("the file");
        assert!(got == truth, "other bytes");
        assert!(self.bench.leftovers().is_empty(), "{:?}", self.bench.leftovers());
    }
}

impl Bench {
    /// Whether what is written beside a partial file is like this.
    fn has_journal(&self, is_so: impl Fn(&str) -> bool) -> bool {
        let is_so = |path| std::fs::read_to_string(path).is_ok_and(|text| is_so(&text));
        let mut leftovers = self.leftovers().into_iter();
        leftovers.any(|path| path.extension().is_some_and(|it| it == "json") && is_so(path))
    }
}

#[tokio::test]
async fn a_dropped_run_is_continued_by_the_next() {
    for from in EVERYWHERE {
        let stopped = from.dropped().await;
        let row = stopped.next().await;
        stopped.is_there(&row, 0);
        let log = stopped.log();
        assert!(log.iter().all(|it| it.range.is_some()), "{from:?}: {log:?}");
        let num_bytes: u64 = log.iter().map(|it| it.bytes).sum();
        let size = stopped.product.size().expect("a size");
        assert!(
            num_bytes < size - STOP / 2,
            "{from:?}: {num_bytes} of {size} came again"
        );
    }
}

#[tokio::test]
async fn a_part_that_is_there_takes_no_place_at_the_host() {
    let Stopped {
        bench, product, policy, ..
    } = From::Parts.dropped().await;
    let http = Patience::Usual
        .options()
        .with_lanes(vec![lanes::CLOUD.with_limit(1, 1)]);
    let bench = bench.with_client(&http, None, in_parts());
    let next = tokio::time::timeout(Duration::from_secs(20), bench.fetch(vec![product], &policy)).await;
    let manifest = next.expect("the other parts wait for a place that nobody gives back");
    assert_eq!(manifest.num_failed(), 0, "{manifest:?}");
}

#[tokio::test]
async fn what_changed_meanwhile_is_fetched_from_its_beginning() {
    for from in EVERYWHERE {
        for ignores in [false, true] {
            let stopped = from.dropped().await;
            let changed = Fault {
                ignore_conditions: ignores,
                ..Fault::edition(1)
            };
            stopped
                .bench
                .sandbox
                .script(Matcher::path(from.path()), [changed.always()]);
            let row = stopped.next().await;
            assert_eq!(row.status, Status::Complete, "{from:?} {ignores}: {row:?}");
            let truth = stopped.bench.sandbox.body(stopped.uri, 1).expect("a file");
            let got = std::fs::read(stopped.bench.path(&stopped.product)).expect("the file");
            assert!(got == truth, "{from:?} {ignores}: other bytes");
        }
    }
}

#[tokio::test]
async fn a_refused_rest_of_another_version_is_a_change() {
    let bench = Bench::without_redirect();
    // Nothing in it says where it ends.
    let product = with_filename(&sized_product(K2SFF, None), "notes.txt");
    let version = |text: &str, etag: &str| Fault {
        body: Some(text.to_owned()),
        headers: [("Content-Type", "text/plain"), ("ETag", etag)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        ..Fault::status(200)
    };
    let cut = Fault {
        cut_at: Some(8),
        ..version("old text and more", "\"1\"")
    };
    // Replaced by one that is as long as what came: there is no rest, and what came is not it.
    let refused = Fault {
        headers: vec![
            ("Content-Range".to_owned(), "bytes */8".to_owned()),
            ("ETag".to_owned(), "\"2\"".to_owned()),
        ],
        ..Fault::status(416)
    };
    let faults = [cut, refused, version("new text", "\"2\"").always()];
    bench.sandbox.script(Matcher::path(From::Archive.path()), faults);
    let row = bench
        .fetch(vec![product.clone()], &Policy::default())
        .await
        .rows
        .remove(0);
    assert_eq!(row.status, Status::Complete, "{row:?}");
    assert_eq!(
        std::fs::read(bench.path(&product)).expect("the file"),
        b"new text",
        "{row:?}"
    );
    let is_rest = |(name, value): &(String, String)| name.eq_ignore_ascii_case("range") && value == "bytes=8-";
    let log = bench.sandbox.log();
    assert!(log.iter().any(|it| it.headers.iter().any(is_rest)), "{log:?}");
}

#[tokio::test]
async fn a_partial_file_that_was_damaged_meanwhile_is_found_out() {
    // A file without any checksum, such as K2SFF's, could not tell.
    for from in [From::Cloud, From::Parts] {
        let stopped = from.dropped().await;
        let leftovers = stopped.bench.leftovers();
        let part = leftovers
            .iter()
            .find(|path| path.extension().is_some_and(|it| it == "part"))
            .expect("a part");
        let mut bytes = std::fs::read(part).expect("read");
        bytes[200_000] ^= 1;
        std::fs::write(part, bytes).expect("written");
        let row = stopped.next().await;
        stopped.is_there(&row, 0);
    }
}

#[tokio::test]
async fn only_before_a_passing_failure_is_what_came_kept() {
    for from in [From::Cloud, From::Archive] {
        for (then, kind, is_kept) in [
            (Fault::status(500), FailureKind::Unavailable, true),
            (Fault::status(503).retry_after(86_400), FailureKind::RateLimited, true),
            (Fault::status(404), FailureKind::NotFound, false),
        ] {
            let stopped = from.bench();
            let script = [Fault::cut_at(STOP), then.always()];
            stopped.bench.sandbox.script(Matcher::path(from.path()), script);
            let row = stopped.next().await;
            assert_eq!(row.failure, Some(kind), "{from:?}: {row:?}");
            assert_eq!(!stopped.bench.leftovers().is_empty(), is_kept, "{from:?}: {row:?}");
            if kind == FailureKind::RateLimited {
                // This process is to leave the host alone for a day.
                continue;
            }
            stopped.calm();
            let row = stopped.next().await;
            stopped.is_there(&row, 0);
            let begins_later = stopped.log()[0]
                .range
                .as_ref()
                .is_some_and(|range| !range.starts_with("bytes=0-"));
            assert_eq!(begins_later, is_kept, "{from:?}: {:?}", stopped.log());
        }
    }
}
