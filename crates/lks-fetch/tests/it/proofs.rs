//! What proves that a file is what its source has, and what that costs.

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lks_cache::{Assurance, Level, Lookup};
use lks_fetch::{FailureKind, ManifestRow, Options, Policy, Status, store_at};
use lks_sandbox::{Fault, Matcher};

use crate::bench::{Bench, EVEREST, LIGHT_CURVE, PIXELS, in_parts, product, sized_product, small_parts};

const CLOUD: &str = "/stpubdata/";
/// QLP's light curves carry no sums.
const QLP: &str = "mast:HLSP/qlp/s0014/0000/0001/5832/4245/hlsp_qlp_tess_ffi_s0014-0000000158324245_tess_v01_llc.fits";

async fn fetch(options: Options, uri: &str, policy: &Policy, fault: Fault) -> (Bench, ManifestRow) {
    let bench = Bench::with(lks_sandbox::SandboxOptions::default(), options);
    bench.sandbox.script(Matcher::path(CLOUD), [fault.always()]);
    let size = bench.truth(uri).len() as u64;
    let row = bench
        .fetch(vec![sized_product(uri, Some(size))], policy)
        .await
        .rows
        .remove(0);
    (bench, row)
}

fn crc64(bytes: &[u8]) -> String {
    let mut crc = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme);
    crc.update(bytes);
    BASE64_STANDARD.encode(crc.finalize().to_be_bytes())
}

#[tokio::test]
async fn what_was_proven_is_in_the_manifest_and_the_record() {
    let truth = Bench::new().truth(LIGHT_CURVE);
    let all = || small_parts().with_all_checks(true);
    let announced = || Fault::default().header("x-amz-checksum-crc64nvme", crc64(&truth));
    let untold = || Fault {
        etag: Some("\"0123456789-2\"".to_owned()),
        ..Fault::default()
    };
    for (name, options, uri, fault, expected) in [
        (
            "its own sums",
            small_parts(),
            LIGHT_CURVE,
            Fault::default(),
            Assurance::EmbeddedChecksum,
        ),
        (
            "its own sums, in parts",
            in_parts(),
            LIGHT_CURVE,
            Fault::default(),
            Assurance::EmbeddedChecksum,
        ),
        ("all checks", all(), LIGHT_CURVE, Fault::default(), Assurance::Checksum),
        (
            "a CRC costs nothing",
            small_parts(),
            LIGHT_CURVE,
            announced(),
            Assurance::Checksum,
        ),
        (
            "nothing better than MD5",
            small_parts(),
            PIXELS,
            Fault::default(),
            Assurance::Checksum,
        ),
        (
            "an MD5 in parts",
            in_parts(),
            PIXELS,
            Fault::default(),
            Assurance::Checksum,
        ),
        (
            "no sums, MD5",
            small_parts(),
            QLP,
            Fault::default(),
            Assurance::Checksum,
        ),
        (
            "no sums, no MD5",
            small_parts(),
            QLP,
            untold(),
            Assurance::LengthAndStructure,
        ),
        (
            "in the archive only",
            small_parts(),
            EVEREST,
            Fault::default(),
            Assurance::EmbeddedChecksum,
        ),
    ] {
        let (bench, row) = fetch(options, uri, &Policy::default(), fault).await;
        assert_eq!(row.status, Status::Complete, "{name}: {row:?}");
        assert_eq!(row.assurance, Some(expected), "{name}");
        let store = store_at(bench.directory.path());
        match store
            .lookup_uri(uri, Level::Sha256, std::time::SystemTime::now())
            .expect("looked up")
        {
            Lookup::Hit(entry) => assert_eq!(entry.record.expect("a record").assurance, expected, "{name}"),
            Lookup::Miss(reason) => panic!("{name}: {reason:?}"),
        }
        // The next run says of the file that is here what was proven of it.
        let again = bench.fetch(vec![product(uri)], &Policy::default()).await.rows.remove(0);
        assert_eq!((again.assurance, again.attempts), (Some(expected), 0), "{name}");
    }
}

#[tokio::test]
async fn damage_is_found_by_whichever_check_is_left() {
    // The last bytes of the files' last HDUs are padding, which a sum covers too.
    let flipped = |uri: &str| Fault::flip_bit(Bench::new().truth(uri).len() as u64 - 100);
    let wrong = || Fault::default().header("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=");
    for (name, options, uri, fault, word) in [
        (
            "its own sums",
            small_parts(),
            LIGHT_CURVE,
            flipped(LIGHT_CURVE),
            "its MD5",
        ),
        (
            "its own sums, in parts",
            in_parts(),
            LIGHT_CURVE,
            flipped(LIGHT_CURVE),
            "its MD5",
        ),
        ("MD5", small_parts(), QLP, flipped(QLP), "its MD5"),
        ("MD5 of parts", in_parts(), QLP, flipped(QLP), "its MD5"),
        (
            "a CRC is compared beside sums that are right",
            small_parts(),
            LIGHT_CURVE,
            wrong(),
            "its CRC-64",
        ),
    ] {
        // The tag is that of the good bytes.
        let tag = md5_of(&Bench::new().truth(uri));
        let fault = Fault {
            etag: Some(format!("\"{tag}\"")),
            ..fault
        };
        let (bench, row) = fetch(options, uri, &Policy::default().with_cloud_only(true), fault).await;
        assert_eq!(row.failure, Some(FailureKind::Corrupt), "{name}: {row:?}");
        let message = row.message.unwrap_or_default();
        assert!(message.contains(word), "{name}: {message}");
        assert!(!bench.path(&product(uri)).exists(), "{name}");
    }
}

fn md5_of(bytes: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What this process read from files; what comes over the network is not counted.
fn bytes_read() -> u64 {
    let counts = fs::read_to_string("/proc/self/io").expect("the counts of this process");
    let line = counts.lines().find_map(|line| line.strip_prefix("rchar: "));
    line.and_then(|number| number.parse().ok()).expect("a number")
}

const CHILD: &str = "LKS_TEST_COUNTS_ALONE";

/// Counts in a process of its own, in which no other test reads.
#[cfg(target_os = "linux")]
#[test]
fn a_file_is_not_read_again_to_be_checked() {
    if std::env::var_os(CHILD).is_none() {
        let itself = std::env::current_exe().expect("this program");
        let name = "proofs::a_file_is_not_read_again_to_be_checked";
        let output = Command::new(itself)
            .args(["--exact", name])
            .env(CHILD, "1")
            .output()
            .expect("started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        for (name, uri, policy) in [
            ("its own sums", LIGHT_CURVE, Policy::default()),
            ("MD5", QLP, Policy::default()),
            ("from the archive", EVEREST, Policy::default().with_prefer_cloud(false)),
        ] {
            let bench = Bench::without_redirect();
            let size = bench.truth(uri).len() as u64;
            let before = bytes_read();
            let row = bench
                .fetch(vec![sized_product(uri, Some(size))], &policy)
                .await
                .rows
                .remove(0);
            let num_read = bytes_read() - before;
            assert_eq!(row.status, Status::Complete, "{name}: {row:?}");
            assert!(
                num_read < size / 2,
                "{name}: {num_read} bytes were read for a file of {size}"
            );
        }
    });
}
