use std::io::{Read, Write};
use std::net::TcpStream;

use lks_sandbox::{Fault, Matcher, Sandbox};

use crate::client::{connect, exchange_until_silence, get, head_length, request, send};
use crate::start;

const CUBE: &str = "/stpubdata/tess/public/mast/tess-s0001-4-2-cube.fits";

fn range(sandbox: &Sandbox, first: u64, last: u64) -> Vec<u8> {
    get(sandbox, CUBE, &[&format!("Range: bytes={first}-{last}")]).body
}

/// Asks for more of the cube than is read.
fn begin_of_body(stream: &mut TcpStream, headers: &[&str]) -> Vec<u8> {
    let ask = request("GET", CUBE, headers, "");
    stream.write_all(ask.as_bytes()).expect("the request can be sent");
    let mut received = vec![0; 400_000];
    stream.read_exact(&mut received).expect("the bytes come");
    received.split_off(head_length(&received).expect("the head ends"))
}

#[test]
fn a_cube_has_the_size_and_the_headers_of_an_object() {
    let sandbox = start();
    let head = send(&sandbox, "HEAD", CUBE, "");
    let size: u64 = head
        .header("content-length")
        .and_then(|text| text.parse().ok())
        .expect("a length");
    // 1282 frames; what is more are headers and the table of frames.
    assert!((45_522_000_000..45_526_000_000).contains(&size), "{size}");
    assert!(head.body.is_empty() && head.header("last-modified").is_some());
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    let etag = head.header("etag").expect("objects have an ETag");
    assert!(etag.contains('-'), "{etag} is of an upload in parts");
    let part = get(&sandbox, CUBE, &["Range: bytes=0-2879", &format!("If-Match: {etag}")]);
    assert_eq!((part.status, part.body.len()), (206, 2880));
    assert!(part.body.starts_with(b"SIMPLE  =") && part.text().contains("SYNTHETC"));
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 0-2879/{size}").as_str())
    );
    assert_eq!(get(&sandbox, CUBE, &["Range: bytes=-4"]).body, [0; 4]);
    let none = get(&sandbox, "/stpubdata/tess/public/mast/tess-s0001-4-3-cube.fits", &[]);
    assert_eq!(none.status, 404);
    let beyond = get(&sandbox, CUBE, &[&format!("Range: bytes={size}-")]);
    assert_eq!(beyond.status, 416);
}

#[test]
fn a_whole_cube_comes_as_it_is_read() {
    let sandbox = start();
    let mut stream = connect(&sandbox);
    let answer = exchange_until_silence(&mut stream, &request("HEAD", CUBE, &[], ""), Some(0));
    assert_eq!(answer.status, 200);
    let body = begin_of_body(&mut stream, &[]);
    assert!(body == range(&sandbox, 0, body.len() as u64 - 1));
    // Larger than what is made at once.
    let body = begin_of_body(&mut connect(&sandbox), &["Range: bytes=100000-40000000000"]);
    assert!(body == range(&sandbox, 100_000, 100_000 + body.len() as u64 - 1));
}

#[test]
fn cubes_go_wrong_as_scripted() {
    let sandbox = start();
    let etag = send(&sandbox, "HEAD", CUBE, "")
        .header("etag")
        .map(str::to_owned)
        .expect("an ETag");
    let pixels = 20_000_000_000_u64;
    let asked = format!("Range: bytes={pixels}-{}", pixels + 999);
    let quiet = get(&sandbox, CUBE, &[&asked]).body;
    let match_first = format!("If-Match: {etag}");
    let script = |faults: Vec<Fault>| sandbox.script(Matcher::path(CUBE), faults);

    script(vec![Fault::edition(1).times(2)]);
    assert_eq!(get(&sandbox, CUBE, &[&asked, &match_first]).status, 412);
    let changed = get(&sandbox, CUBE, &[&asked]);
    assert!(changed.header("etag") != Some(&*etag) && changed.body != quiet);

    script(vec![Fault::cut_at(300)]);
    assert_eq!(get(&sandbox, CUBE, &[&asked]).body, quiet[..300]);
    script(vec![Fault::status(404)]);
    assert_eq!(get(&sandbox, CUBE, &[&asked]).status, 404);
    script(vec![Fault::flip_bit(pixels + 4)]);
    let flipped = get(&sandbox, CUBE, &[&asked]).body;
    let differing = flipped.iter().zip(&quiet).filter(|(one, other)| one != other).count();
    assert_eq!((differing, flipped[4] ^ quiet[4]), (1, 1));
    let shorter = Fault {
        resize: Some(6000),
        ..Fault::default()
    };
    script(vec![shorter.times(2)]);
    assert_eq!(send(&sandbox, "HEAD", CUBE, "").header("content-length"), Some("6000"));
    assert_eq!(get(&sandbox, CUBE, &[&asked]).status, 416);
    assert_eq!(get(&sandbox, CUBE, &[&asked, &match_first]).body, quiet);
}

#[test]
fn cubes_are_listed_and_tesscut_names_them() {
    let sandbox = start();
    let target = "/stpubdata?list-type=2&prefix=tess/public/mast/tess-s0036-";
    let listed = get(&sandbox, target, &[]).text();
    assert!(listed.contains("<KeyCount>1</KeyCount>"), "{listed}");
    assert!(
        listed.contains("<Key>tess/public/mast/tess-s0036-2-1-cube.fits</Key>"),
        "{listed}"
    );
    let crowd = get(&sandbox, "/tesscut/api/v0.1/sector?ra=150.0&dec=-40.0&radius=0m", &[]).json();
    let names = crowd["results"].as_array().expect("rows").iter();
    let names: Vec<_> = names.filter_map(|row| row["sectorName"].as_str()).collect();
    assert_eq!(names, ["tess-s0036-2-1", "tess-s0063-2-1", "tess-s0099-2-1"]);
}
