//! Memory that must not grow with the work, counted in unoptimised programs for CI. `cargo xtask bench search scale` has the figures
//! of optimised ones.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use std::{fs, thread};

use clap::Subcommand;

use crate::run::{self, build, built, command, passthrough, target};
use crate::sandbox::Sandbox;

/// Synthetic targets of the sandbox in one sector, of seven products each, and the field that holds them all.
const BULK: &str = "21000";
const FIELD: [&str; 4] = ["search", "tess", "81.0 -71.5", "--radius"];
const WHOLE: &str = "5.01deg";
/// Holds 2,000 files of reports, and more.
const INNER: &str = "1.5deg";

/// Rows that the field has at least, and the most memory in MB that finding them may take: what optimised programs are held to, 300 MB, and a
/// third more.
const ROWS: usize = 100_000;
const MOST: u64 = 400;
/// And saying what a download of them would do.
const MOST_TRIED: u64 = 320;
/// And planning them for other machines.
const MOST_PLANNED: u64 = 200;
/// And listing them part by part, which holds none of them.
const MOST_LISTED: u64 = 160;

/// Files of about 30 kB, and how much more memory five times as many may take: 1.2 times is what optimised programs are held to.
/// If their bytes were kept, it would be twice as much.
const FEW: usize = 400;
const MANY: usize = 2_000;
const GROWTH: f64 = 1.4;

/// What is counted besides.
#[derive(Subcommand)]
pub(crate) enum Part {
    /// How seconds, requests and memory grow from 10 products to 1,000,000 and from 1 worker to 64: prints tables, puts them into docs/guide/many-stars.md and draws
    /// docs/guide/growth.svg; needs python3, takes some minutes
    Growth {
        /// Most products
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        most: u32,
        /// The program that is measured, such as target/dist/lksearch; without it an unoptimised one is built, and docs/ stays as it is
        #[arg(long)]
        program: Option<PathBuf>,
    },
}

/// Counts that.
pub(crate) fn run_part(part: Part) -> Result<(), String> {
    let Part::Growth { most, program } = part;
    let folder = target().join("growth").display().to_string();
    let most = most.to_string();
    let more: &[&str] = match program {
        Some(_) => &[],
        None => &["--no-docs"],
    };
    let program = run::program(program.as_deref())?;
    let words = [&["xtask/cluster/growth.py", &*program, &*folder, &*most], more].concat();
    passthrough("python3", &words, &[])
}

/// Searches a sector, plans its download, and downloads few and many small files; an error if one of them takes too much memory.
pub(crate) fn run() -> Result<(), String> {
    if !Path::new("/proc/self/status").exists() {
        println!("SKIPPED scale: a process's memory is read from /proc, which this system does not have");
        return Ok(());
    }
    build(&["serve"])?;
    let work = Work {
        sandbox: Sandbox::start(&["--bulk", BULK])?,
        folder: target().join("scale"),
    };
    work.clear()?;
    let outcome = work.sector().and_then(|()| work.files());
    outcome.and(work.clear())
}

struct Work {
    sandbox: Sandbox,
    folder: PathBuf,
}

impl Work {
    /// Removes what an earlier run may have left, and what this one made.
    fn clear(&self) -> Result<(), String> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("cannot remove {}: {error}", self.folder.display()))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn sector(&self) -> Result<(), String> {
        let (found, plan) = (self.path("found.parquet"), self.path("plan.csv"));
        let search = self.peak(&[&FIELD[..], &[WHOLE, "--format", "parquet", "-o", &found]].concat())?;
        let tried = self.peak(&[
            "download",
            "--from",
            &found,
            "--dry-run",
            "--format",
            "csv",
            "-o",
            &plan,
        ])?;
        let rows = fs::read_to_string(&plan)
            .map_err(|error| format!("cannot read {plan}: {error}"))?
            .lines()
            .count()
            - 1;
        let planned = self.peak(&["plan", "--from", &found, "-o", &self.path("plan.parquet")])?;
        println!(
            "scale: {rows} rows found with {search} MB at most, a download of them tried with {tried} MB, and planned with {planned} MB"
        );
        let listed = self.path("listed.parquet");
        let listing = self.peak(&["search", "tess", "--sector", "1", "--format", "parquet", "-o", &listed])?;
        println!("scale: the same rows and more listed without a target with {listing} MB at most");
        let is_little = search <= MOST && tried <= MOST_TRIED && planned <= MOST_PLANNED && listing <= MOST_LISTED;
        match rows >= ROWS && is_little {
            true => Ok(()),
            false => Err(format!(
                "scale: not {ROWS} rows with {MOST} MB, tried with {MOST_TRIED} MB, planned with {MOST_PLANNED} MB, and listed with {MOST_LISTED} MB"
            )),
        }
    }

    fn files(&self) -> Result<(), String> {
        let [few, many] = [FEW, MANY].map(|n| self.download(n));
        let (few, many) = (few?, many?);
        println!("scale: {FEW} files downloaded with {few} MB at most, {MANY} files with {many} MB");
        match many as f64 <= GROWTH * few as f64 {
            true => Ok(()),
            false => Err(format!(
                "scale: memory grows with the number of files, to more than {GROWTH} times"
            )),
        }
    }

    fn download(&self, n: usize) -> Result<u64, String> {
        let (table, folder, manifest) = (
            self.path("reports.parquet"),
            self.path("reports"),
            self.path("manifest.csv"),
        );
        let n = n.to_string();
        let reports = [
            INNER,
            "--kind",
            "dvreports",
            "--limit",
            &n,
            "--format",
            "parquet",
            "-o",
            &table,
        ];
        self.peak(&[&FIELD[..], &reports].concat())?;
        self.peak(&[
            "download", "--from", &table, "--dir", &folder, "--force", "--format", "csv", "-o", &manifest,
        ])
    }

    /// The most memory of a run of our program, in MB.
    fn peak(&self, words: &[&str]) -> Result<u64, String> {
        fs::create_dir_all(&self.folder).map_err(|error| format!("cannot make {}: {error}", self.folder.display()))?;
        println!("$ lksearch {}", words.join(" "));
        let url = &*self.sandbox.url;
        let mut child = command(&built("lksearch"), &[&["--quiet"], words].concat(), &[])
            .env_clear()
            .env("HOME", &self.folder)
            .envs(["MAST", "RESOLVER", "S3"].map(|name| (format!("LKSEARCH_ENDPOINTS__{name}"), url)))
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start lksearch: {error}"))?;
        let status = format!("/proc/{}/status", child.id());
        let mut most = 0;
        loop {
            // The mark of the highest only grows, so what is read last before the end counts.
            most = fs::read_to_string(&status)
                .ok()
                .and_then(|text| high_water(&text))
                .unwrap_or(most);
            match child
                .try_wait()
                .map_err(|error| format!("cannot wait for lksearch: {error}"))?
            {
                None => thread::sleep(Duration::from_millis(5)),
                Some(ended) if ended.success() => return Ok(most),
                Some(ended) => return Err(format!("lksearch ended with {ended}")),
            }
        }
    }
}

/// `VmHWM` of <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>, in MB.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024 / 1_000_000)
}
