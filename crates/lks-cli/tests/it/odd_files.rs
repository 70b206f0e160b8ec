//! Files that are odd as they are published: told once, kept, and never taken for damaged.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use lksearch::fits::write::Hdu;

use crate::cache::leave;
use crate::home::{Home, Outcome, column};

const LIGHT_CURVE: [&str; 10] = [
    "download",
    "tess",
    "TIC 158324245",
    "--sector",
    "14",
    "--kind",
    "timeseries",
    "--mission-products",
    "--format",
    "json",
];
const WRONG: &str =
    "the checksum in the file is wrong for HDU 1: right sums prove bytes 0 to 5759 and 1955520 to 1964159, not ";

/// One bit of every light curve is wrong, and no checksum of the transport tells.
fn flipped() -> [Fault; 1] {
    let fault = Fault {
        etag: Some("\"0123456789-2\"".to_owned()),
        ..Fault::flip_bit(30_000)
    };
    [fault.always()]
}

/// An archive with one mirror, at which the light curve is damaged; so it is at the archive, if that is said.
fn archive(everywhere: bool) -> Sandbox {
    let archive = Sandbox::start(SandboxOptions {
        redirect_to_cloud: false,
        ..SandboxOptions::default()
    });
    let archive = archive.unwrap();
    archive.script(Matcher::path("/stpubdata/"), flipped());
    if everywhere {
        archive.script(Matcher::path("/api/v0.1/Download"), flipped());
    }
    archive
}

fn num_fetched(archive: &Sandbox) -> usize {
    let log = archive.log();
    log.iter()
        .filter(|it| it.path.contains("stpubdata") || it.path.contains("Download"))
        .count()
}

#[track_caller]
fn went_well(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn the_good_copy_is_taken_and_the_damaged_one_told_of() {
    let (home, archive) = (Home::new(), archive(false));
    let outcome = home.run_against(&archive, &LIGHT_CURVE);
    let rows = outcome.rows();
    assert_eq!(
        (column(&rows, "Status"), column(&rows, "source")),
        (vec!["COMPLETE".to_owned()], vec!["mast".to_owned()])
    );
    let told = format!("the copy from cloud was not used: {WRONG}");
    assert!(column(&rows, "Message")[0].starts_with(&told), "{rows:?}");
    assert!(outcome.stderr.contains(&told), "{}", outcome.stderr);
    let verified = home.run_against(&archive, &["cache", "verify", "--level", "fits"]);
    went_well(&verified);
    assert!(
        verified.stdout.is_empty() && !verified.stderr.contains("warning"),
        "{}",
        verified.stderr
    );
}

#[test]
fn a_flawed_file_as_served_is_noted_and_not_damage() {
    let (home, archive) = (Home::new(), archive(true));
    let first = home.run_against(&archive, &LIGHT_CURVE);
    let message = column(&first.rows(), "Message").remove(0);
    assert!(
        message.starts_with(WRONG) && message.ends_with("; the archive serves it so"),
        "{message}"
    );
    assert!(first.stderr.contains(&message), "{}", first.stderr);
    assert_eq!(num_fetched(&archive), 2, "both places");
    for level in ["exists", "stat", "sha256", "fits"] {
        let setting = format!("cache.verify={level}");
        let again = home.run_against(&archive, &[&["--set", &setting][..], &LIGHT_CURVE].concat());
        let rows = again.rows();
        assert_eq!(
            (&rows[0]["source"], &rows[0]["Message"]),
            (&"cache".into(), &serde_json::Value::Null)
        );
        assert!(!again.stderr.contains("warning"), "{}", again.stderr);
        for words in [["cache", "verify"], ["cache", "repair"]] {
            let outcome = home.run_against(&archive, &[&words[..], &["--level", level]].concat());
            went_well(&outcome);
            assert!(outcome.stderr.contains("1 file checked"), "{}", outcome.stderr);
            assert!(
                !outcome.stderr.contains("warning") && outcome.stdout.is_empty(),
                "{}",
                outcome.stderr
            );
        }
    }
    assert_eq!(num_fetched(&archive), 2, "nothing again");
    assert!(!home.path(".lksearch/cache/.lks/v1/quarantine").exists());
    let listed = home.run(&["cache", "ls", "--format", "json"]).rows();
    assert_eq!(column(&listed, "note")[..], [message.as_str()]);
    // Another cache takes it over from this one, with what is known of it; not from a tree without records.
    let other = home.path("other").display().to_string();
    let ours = home.path(".lksearch/cache").display().to_string();
    let path = column(&listed, "path").remove(0);
    let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = std::fs::File::options()
        .write(true)
        .open(home.path(".lksearch/cache").join(&path))
        .unwrap();
    file.set_modified(an_hour_ago).unwrap();
    let bytes = std::fs::read(home.path(".lksearch/cache").join(&path)).unwrap();
    leave(&home.path("plain").join(&path), &bytes);
    let plain = home.run(&[
        "--cache-dir",
        &other,
        "cache",
        "adopt",
        &home.path("plain").display().to_string(),
    ]);
    assert!(
        plain.stdout.contains(&format!("left alone: {WRONG}")),
        "{}",
        plain.stdout
    );
    let adopted = home.run(&["--cache-dir", &other, "cache", "adopt", &ours]);
    assert!(
        adopted.stdout.contains(&format!(": adopted; {message}")),
        "{}{}",
        adopted.stdout,
        adopted.stderr
    );
    went_well(&home.run(&["--cache-dir", &other, "cache", "verify", "--level", "fits"]));
}

#[test]
fn a_foreign_file_with_a_wrong_nextend_is_taken_over() {
    let home = Home::new();
    let path = "mastDownload/TESS/tess2018206045859-s0001-0000000000000001-0120-s/tess2018206045859-s0001-0000000000000001-0120-s_lc.fits";
    let bytes = Hdu::primary().card("NEXTEND", 2, "").bytes().unwrap();
    leave(&home.path(".lksearch/cache").join(path), &bytes);
    let adopted = home.run(&["cache", "adopt"]);
    let expected = "adopted; the primary header announces 2 extensions (NEXTEND), the file has 0\n";
    assert!(
        adopted.stdout.ends_with(expected),
        "{}{}",
        adopted.stdout,
        adopted.stderr
    );
    let verified = home.run(&["cache", "verify", "--level", "fits"]);
    went_well(&verified);
    assert!(!verified.stderr.contains("NEXTEND"), "{}", verified.stderr);
}

#[test]
fn a_packed_table_is_no_damaged_fits_file() {
    let home = Home::new();
    let packed = crate::fits::packed(b"a table");
    let path = |name: &str| home.path(".lksearch/cache/mastDownload/HLSP/x").join(name);
    leave(&path("table.txt.gz"), &packed);
    went_well(&home.run(&["cache", "verify", "--level", "fits"]));
    leave(&path("cut.txt.gz"), &packed[..packed.len() - 4]);
    leave(&path("page_lc.fits"), b"<html>moved</html>");
    let found = home.run(&["cache", "verify", "--level", "fits"]);
    assert_eq!(found.code, Some(6), "{}", found.stderr);
    let names: Vec<&str> = found
        .stdout
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        names,
        ["cut.txt.gz", "page_lc.fits"].map(|name| format!("mastDownload/HLSP/x/{name}")),
        "{}",
        found.stdout
    );
}
