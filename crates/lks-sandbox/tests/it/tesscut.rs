use std::io::Read;

use lks_sandbox::{Fault, Matcher};

use crate::client::{connect, exchange_until_silence, get, request, send};
use crate::start;

/// TOI 1161.
const POSITION: &str = "ra=286.971254&dec=46.868263";

#[test]
fn sectors_are_text() {
    let sandbox = start();
    let answer = send(
        &sandbox,
        "POST",
        "/tesscut/api/v0.1/sector",
        &format!("{POSITION}&radius=0.0"),
    )
    .json();
    let first = &answer["results"][0];
    assert_eq!(first["sector"], "0014");
    assert!(
        first["sectorName"]
            .as_str()
            .unwrap_or_default()
            .starts_with("tess-s0014-")
    );
    assert_eq!(
        get(&sandbox, &format!("/tesscut/api/v0.1/sector?{POSITION}&radius=0m"), &[]).json(),
        answer
    );
}

#[test]
fn a_cutout_is_one_deflated_member_named_after_what_was_asked() {
    let sandbox = start();
    let answer = get(
        &sandbox,
        &format!("/tesscut/api/v0.1/astrocut?y=3&x=5&units=px&sector=14&{POSITION}"),
        &[],
    );
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.body)).expect("it is a zip file");
    assert_eq!(archive.len(), 1);
    let mut member = archive.by_index(0).expect("there is a member");
    let name = member.name().expect("the name is text").into_owned();
    assert!(
        name.starts_with("tess-s0014-") && name.ends_with("_286.971254_46.868263_5x3_astrocut.fits"),
        "{name}"
    );
    assert_eq!(member.compression(), zip::CompressionMethod::Deflated);
    let mut bytes = Vec::new();
    member.read_to_end(&mut bytes).expect("it unpacks");
    assert!(bytes.starts_with(b"S"));
}

#[test]
fn what_cannot_be_cut_is_said() {
    let sandbox = start();
    let status = |query: &str| get(&sandbox, &format!("/tesscut/api/v0.1/astrocut?{query}"), &[]).status;
    assert_eq!(status(&format!("{POSITION}&x=5&y=5&units=furlongs&sector=14")), 400);
    assert_eq!(status(&format!("{POSITION}&x=0&y=5&units=px&sector=14")), 400);
    assert_eq!(status(&format!("{POSITION}&x=5&y=101&units=px&sector=14")), 400);
    assert_eq!(status("ra=286&x=5&y=5&units=px&sector=14"), 400);
    assert_eq!(status(&format!("{POSITION}&x=0.02&y=0.02&units=d&sector=14")), 200);
}

#[test]
fn more_than_ten_cutouts_at_once_are_too_many() {
    let sandbox = start();
    sandbox.script(Matcher::path("/tesscut"), [Fault::stall_at(1).times(10)]);
    let target = format!("/tesscut/api/v0.1/astrocut?{POSITION}&x=3&y=3&units=px&sector=14");
    let ask = || {
        let mut stream = connect(&sandbox);
        let status = exchange_until_silence(&mut stream, &request("GET", &target, &[], ""), Some(1)).status;
        (stream, status)
    };
    // Each of the ten holds its connection, on which the answer stalls.
    let held: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..10).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert!(held.iter().all(|(_, status)| *status == 200));
    assert_eq!(ask().1, 503);
}
