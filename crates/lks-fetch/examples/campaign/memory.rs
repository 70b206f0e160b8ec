//! How much memory eight files of 2 GB at once take: from a server that makes their bytes while it sends them.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::program::{Bench, Product};

const N_FILES: usize = 8;
const BLOCK: u64 = 2880;
const LARGE: u64 = 2_000_000_000 / BLOCK * BLOCK;
const SMALL: u64 = 100 * BLOCK;
const MOST: u64 = 64 << 20;
const DOWNLOAD: &str = "/api/v0.1/Download/file?uri=";

pub(crate) fn run(program: &str) -> Result<(), String> {
    let failure = |error: io::Error| error.to_string();
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failure)?;
    let address = listener.local_addr().map_err(failure)?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client may leave in the middle.
            thread::spawn(move || drop(serve(stream)));
        }
    });
    let mut is_too_much = false;
    for (what, more) in [
        ("one stream each, MAST", "--no-cloud"),
        ("in parts, S3", "--cloud-only"),
    ] {
        let (idle, _) = peak(program, address, SMALL, more)?;
        let (busy, seconds) = peak(program, address, LARGE, more)?;
        let grown = busy.saturating_sub(idle);
        println!(
            "memory, {what}: {N_FILES} files of {:.1} GB at once peak at {:.1} MiB, {N_FILES} of {} kB at {:.1} MiB: {:.1} MiB more ({seconds:.0} s)",
            LARGE as f64 / 1e9,
            mib(busy),
            SMALL / 1000,
            mib(idle),
            mib(grown),
        );
        is_too_much |= grown >= MOST;
    }
    if is_too_much {
        Err("64 MiB or more".to_owned())
    } else {
        Ok(())
    }
}

fn mib(num_bytes: u64) -> f64 {
    num_bytes as f64 / f64::from(1 << 20)
}

/// The most memory of a run, in bytes, and how long it took.
fn peak(program: &str, address: SocketAddr, size: u64, more: &str) -> Result<(u64, f64), String> {
    let bench = Bench::new(program, format!("http://{address}"), &std::env::temp_dir())?;
    let products: Vec<Product> = (0..N_FILES)
        .map(|n| Product {
            uri: format!("mast:TESS/product/{size}-{n}_lc.fits"),
            collection: "TESS",
            obs_id: n.to_string(),
            filename: format!("{size}-{n}_lc.fits"),
            size,
        })
        .collect();
    let table = bench.table("table.csv", &products)?;
    let begun = Instant::now();
    let mut child = bench.download(&table, "cache", "manifest.csv", &[more, "--jobs", "8"])?;
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let ended = loop {
        // The mark of the highest only grows, so what is read last before the end counts.
        most = most.max(
            fs::read_to_string(&status)
                .ok()
                .and_then(|text| high_water(&text))
                .unwrap_or(0),
        );
        if let Some(ended) = child.try_wait().map_err(|error| error.to_string())? {
            break ended;
        }
        thread::sleep(Duration::from_millis(10));
    };
    if ended.success() {
        Ok((most, begun.elapsed().as_secs_f64()))
    } else {
        let manifest = fs::read_to_string(bench.path("manifest.csv")).unwrap_or_default();
        Err(format!("the program ended with {ended}: {manifest}"))
    }
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

/// The bytes of a file with one image, all zeros.
fn header(size: u64) -> Vec<u8> {
    let cards = [
        "SIMPLE  =                    T".to_owned(),
        "BITPIX  =                    8".to_owned(),
        "NAXIS   =                    1".to_owned(),
        format!("NAXIS1  = {:20}", size - BLOCK),
        "END".to_owned(),
    ];
    let mut bytes: Vec<u8> = cards
        .iter()
        .flat_map(|card| format!("{card:80}").into_bytes())
        .collect();
    bytes.resize(BLOCK as usize, b' ');
    bytes
}

fn serve(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut reader, mut stream) = (BufReader::new(stream.try_clone()?), stream);
    loop {
        let (mut request, mut range) = (String::new(), None);
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let line = line.trim().to_ascii_lowercase();
            if let Some(asked) = line.strip_prefix("range: bytes=") {
                range = asked
                    .split_once('-')
                    .map(|(first, last)| (first.parse().ok(), last.parse().ok()));
            }
            if line.is_empty() {
                break;
            }
        }
        let target = request.split(' ').nth(1).unwrap_or_default();
        let target = target.replace("%3A", ":").replace("%2F", "/");
        if let Some((_, query)) = target.split_once("path_lookup/?") {
            let uris = query.split('&').filter_map(|pair| pair.strip_prefix("uri="));
            let entries: Vec<String> = uris
                .map(|uri| format!("{uri:?}: {{\"path\": {:?}}}", key(uri)))
                .collect();
            let body = format!("{{{}}}", entries.join(", "));
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes())?;
            continue;
        }
        let name = target.rsplit('/').next().unwrap_or_default();
        let size: u64 = name
            .split('-')
            .next()
            .and_then(|size| size.parse().ok())
            .unwrap_or(BLOCK);
        let (first, end) = match range {
            Some((Some(first), last)) => (first, last.map_or(size, |last: u64| size.min(last + 1))),
            _ => (0, size),
        };
        let mut head = format!(
            "HTTP/1.1 {}\r\nETag: \"{size}\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: {}\r\n",
            if range.is_some() {
                "206 Partial Content"
            } else {
                "200 OK"
            },
            end - first
        );
        if range.is_some() {
            head += &format!("Content-Range: bytes {first}-{}/{size}\r\n", end - 1);
        }
        head += if target.starts_with(DOWNLOAD) {
            "\r\n"
        } else {
            "Accept-Ranges: bytes\r\n\r\n"
        };
        stream.write_all(head.as_bytes())?;
        send(&mut stream, size, first, end)?;
    }
}

/// The key of a product in the bucket.
fn key(uri: &str) -> String {
    format!("tess/public/{}", uri.rsplit('/').next().unwrap_or_default())
}

fn send(stream: &mut TcpStream, size: u64, first: u64, end: u64) -> io::Result<()> {
    let (header, zeros) = (header(size), [0; 256 << 10]);
    let mut at = first;
    while at < end {
        let piece = if at < BLOCK { &header[at as usize..] } else { &zeros[..] };
        let n = piece.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
        stream.write_all(&piece[..n])?;
        at += n as u64;
    }
    Ok(())
}
