//! What the archive sees of the program's manners: the pause it asked for, and how much comes at once.

use std::time::Duration;

use lks_sandbox::{Fault, Logged, Matcher, Sandbox, SandboxOptions};

use crate::program::{Bench, light_curves};

const DOWNLOADS: &str = "/api/v0.1/Download";
/// What was sent before the answer that asks for a pause could be read.
const UNDER_WAY: Duration = Duration::from_millis(50);
const ASKED: u64 = 2;

pub(crate) fn run(program: &str) -> Result<(), String> {
    pause(program)?;
    for (what, path, limit, more) in [
        ("MAST files", DOWNLOADS, 6, "--no-cloud"),
        ("S3 objects", "/stpubdata/", 16, "--cloud-only"),
    ] {
        for num_processes in [1, 4] {
            let (requests, connections) = at_once(program, path, more, num_processes)?;
            let s = if num_processes == 1 { "" } else { "es" };
            println!(
                "{what}: at most {requests} requests at once on {connections} connections, {num_processes} process{s} of --jobs 32 (limit {limit})"
            );
            if requests > limit {
                return Err(format!("more than {limit} requests for {what} at once"));
            }
        }
    }
    Ok(())
}

fn archive(n: usize) -> Result<Sandbox, String> {
    let options = SandboxOptions {
        bulk: n,
        redirect_to_cloud: false,
        ..SandboxOptions::default()
    };
    Sandbox::start(options).map_err(|error| error.to_string())
}

fn slowly() -> Fault {
    Fault {
        delay_ms: 200,
        ..Fault::default()
    }
}

fn pause(program: &str) -> Result<(), String> {
    let archive = archive(12)?;
    let bench = Bench::new(program, archive.url(), &std::env::temp_dir())?;
    let table = bench.table("table.csv", &light_curves(12, |_| 0))?;
    archive.script(Matcher::path(DOWNLOADS), [Fault::status(429).retry_after(ASKED)]);
    let ended = bench
        .download(&table, "cache", "manifest.csv", &["--no-cloud", "--jobs", "8"])?
        .wait();
    let ended = ended.map_err(|error| error.to_string())?;
    let log = archive.log();
    let downloads: Vec<&Logged> = log.iter().filter(|it| it.path.starts_with(DOWNLOADS)).collect();
    let refused = downloads
        .iter()
        .find(|it| it.status == Some(429))
        .ok_or("nothing was refused")?;
    let later = downloads
        .iter()
        .map(|it| it.at)
        .filter(|at| *at > refused.at + UNDER_WAY)
        .min();
    let gap = later.ok_or("nothing was asked again")?.saturating_sub(refused.at);
    println!(
        "after 429 with Retry-After: {ASKED}, the next request came {:.3} s later; {ended}",
        gap.as_secs_f64()
    );
    if gap < Duration::from_secs(ASKED) {
        return Err("too early".to_owned());
    }
    Ok(())
}

fn at_once(program: &str, path: &str, more: &str, num_processes: usize) -> Result<(usize, usize), String> {
    let archive = archive(40)?;
    let bench = Bench::new(program, archive.url(), &std::env::temp_dir())?;
    let table = bench.table("table.csv", &light_curves(40, |_| 0))?;
    archive.script(Matcher::path(path), [slowly().always()]);
    let names: Vec<String> = (0..num_processes).map(|n| format!("cache{n}")).collect();
    let start = |name: &String| bench.download(&table, name, &format!("{name}.csv"), &[more, "--jobs", "32"]);
    let children = names.iter().map(start).collect::<Result<Vec<_>, _>>()?;
    for mut child in children {
        let ended = child.wait().map_err(|error| error.to_string())?;
        if !ended.success() {
            return Err(format!("a process ended with {ended}"));
        }
    }
    Ok((
        archive.peak_requests_of(&Matcher::path(path)),
        archive.peak_connections(),
    ))
}
