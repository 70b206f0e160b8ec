//! The program `lksearch`: words in; tables, messages and exit codes out. What the words mean is decided in the crates below it.
//!
//! A library is what other languages run the program by; everything else uses the crate `lksearch`.

// What the commands share that need it.
#![cfg_attr(not(feature = "download"), allow(dead_code, unused_imports))]

mod advice;
mod arguments;
#[cfg(feature = "download")]
mod cache;
mod catalog;
#[cfg(feature = "download")]
mod cite;
mod completions;
mod config;
#[cfg(feature = "download")]
mod cutout;
#[cfg(feature = "download")]
mod download;
mod exit;
mod filters;
#[cfg(feature = "download")]
mod fits;
mod grid;
mod listing;
#[cfg(feature = "download")]
mod lock;
mod many;
#[cfg(feature = "download")]
mod merge;
mod output;
#[cfg(feature = "download")]
mod plan;
#[cfg(feature = "download")]
mod plot;
#[cfg(feature = "download")]
mod progress;
#[cfg(feature = "download")]
mod question;
mod resolve;
mod reused;
mod sandbox;
mod search;
mod session;
#[cfg(feature = "download")]
mod shard;
mod share;
mod sink;
mod stop;
#[cfg(feature = "download")]
mod sync;
mod targets;
mod ui;
mod usage;
mod visible;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::ffi::OsString;
use std::path::Path;

use clap::{CommandFactory, Parser};
use lksearch::Error;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::arguments::{Arguments, Command, Global};
use crate::exit::ExitStatus;
use crate::stop::Stop;
use crate::visible::Visible;
pub use output::{save, write_bytes};

/// After an interrupt, for what is being written to be kept or removed.
const TO_TIDY_UP: std::time::Duration = std::time::Duration::from_millis(500);
/// After an interrupt, for what waits inside the system, as for the other end of a pipe that the user named.
const TO_COME_BACK: std::time::Duration = std::time::Duration::from_secs(3);

/// `SIGXFSZ`: taken, so that a limit on the size of files (`ulimit -f`) is an error of the file that meets it, not the end of the program.
#[cfg(target_os = "linux")]
const TOO_LARGE_A_FILE: i32 = 25;

/// Runs the program with these words, of which the first is its name, and gives its exit code.
pub fn run(words: impl IntoIterator<Item = impl Into<OsString>>) -> u8 {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    tell_of_panics();
    let arguments = match usage::arguments(words) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    ui::color(arguments.global.color);
    log_to_stderr(arguments.global.verbose);
    let global = &arguments.global;
    let ending = match command(global, arguments.command) {
        Ok(ending) => ending,
        Err(error) => {
            ui::error(&error, global.verbose > 0);
            let advice = advice::after(&error, &global.words);
            advice.iter().for_each(|advice| ui::hint(advice));
            ExitStatus::of_error(&error)
        }
    };
    sink::flush();
    ending.code()
}

/// What to do next about an error that does not say so itself; nothing that only a command line could do.
pub fn hint(error: &Error) -> Option<String> {
    advice::of_any(error).map(str::to_owned)
}

/// The picture that these words of `lksearch plot` ask for, in the format of its option `--output`; nothing is written.
///
/// # Errors
/// What the program would end with.
#[cfg(feature = "download")]
pub async fn picture(client: &lksearch::Client, words: &[String]) -> Result<Vec<u8>, Error> {
    let words = ["lksearch", "--quiet", "plot"]
        .into_iter()
        .chain(words.iter().map(String::as_str));
    let arguments = Arguments::try_parse_from(words).map_err(|error| Error::Input(error.to_string()))?;
    let ui = ui::Ui::new(&arguments.global);
    match arguments.command {
        Command::Plot(words) => plot::rendered(client, &words, &ui).await,
        _ => Err(Error::Input("these are not words of `lksearch plot`".to_owned())),
    }
}

fn command(global: &Global, command: Command) -> Result<ExitStatus, Error> {
    if global.quiet && global.verbose > 0 {
        return Err(Error::Input(
            "--quiet and --verbose contradict each other; leave one of them out".to_owned(),
        ));
    }
    match command {
        Command::Search(words) => wait(search::run(global, words)),
        #[cfg(feature = "download")]
        Command::Download(words) => wait(download::run(global, words)),
        #[cfg(feature = "download")]
        Command::Cutout(words) => wait(cutout::run(global, words)),
        #[cfg(feature = "download")]
        Command::Plan(words) => wait(plan::run(global, words)),
        #[cfg(feature = "download")]
        Command::Shard(words) => wait(shard::run(global, words)),
        #[cfg(feature = "download")]
        Command::Merge(words) => wait(merge::run(global, words)),
        #[cfg(feature = "download")]
        Command::Lock(words) => wait(lock::run(global, words)),
        #[cfg(feature = "download")]
        Command::Sync(words) => wait(sync::run(global, words)),
        #[cfg(feature = "download")]
        Command::Cite(words) => cite::run(global, &words),
        Command::Resolve(words) => wait(resolve::run(global, words)),
        Command::Catalog(words) => wait(catalog::run(global, words)),
        Command::Config(words) => config::run(global, words),
        #[cfg(feature = "download")]
        Command::Cache(words) => wait(cache::run(global, words)),
        #[cfg(feature = "download")]
        Command::Fits(words) => wait(fits::run(global, words)),
        #[cfg(feature = "download")]
        Command::Plot(words) => wait(plot::run(global, words)),
        #[cfg(not(feature = "download"))]
        Command::NotBuilt { .. } => Err(Error::Input(
            "this program was built without its commands download, cutout, plan, shard, merge, lock, sync, cite, cache, fits and plot; build it with the feature `download`"
                .to_owned(),
        )),
        Command::Sandbox(words) => sandbox::run(global, &words),
        Command::Completions { shell } => {
            output::print(&Visible::of(completions::script(shell, &mut Arguments::command())))?;
            Ok(ExitStatus::Success)
        }
        Command::Man { dir } => man(dir.as_deref()),
    }
}

/// Prints the page of the whole program, or writes a page for each command.
fn man(directory: Option<&Path>) -> Result<ExitStatus, Error> {
    let failure = |operation, path: String| {
        move |source| Error::File {
            operation,
            path,
            source,
        }
    };
    match directory {
        Some(directory) => {
            let failure = || failure("write manual pages into", directory.display().to_string());
            std::fs::create_dir_all(directory).map_err(failure())?;
            clap_mangen::generate_to(Arguments::command(), directory).map_err(failure())?;
        }
        None => {
            let mut text = Vec::new();
            let rendered = clap_mangen::Man::new(Arguments::command()).render(&mut text);
            rendered.map_err(failure("render", "the manual page".to_owned()))?;
            output::print(&Visible::of(String::from_utf8_lossy(&text)))?;
        }
    }
    Ok(ExitStatus::Success)
}

/// Waits for a command; whoever asks it to stop ends it at once. Half a file is never under its name; the next run continues it.
fn wait(command: impl Future<Output = Result<ExitStatus, Error>>) -> Result<ExitStatus, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let ending = runtime.block_on(async {
        #[cfg(target_os = "linux")]
        let _taken = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(TOO_LARGE_A_FILE))
            .map_err(Error::Runtime)?;
        let mut stop = Stop::listen().map_err(Error::Runtime)?;
        let (interrupt, interrupted) = tokio::sync::oneshot::channel();
        // In a task of its own, because a command that waits inside the system keeps the one that it runs in.
        tokio::spawn(async move {
            stop.asked().await;
            let _ended = interrupt.send(());
            tokio::time::sleep(TO_COME_BACK).await;
            ui::error(&Error::Cancelled, false);
            std::process::exit(ExitStatus::Interrupted.code().into());
        });
        tokio::select! {
            ending = command => ending,
            _ = interrupted => Err(Error::Cancelled),
        }
    });
    // What an interrupt left behind in threads is put in order, but must not hold the program.
    runtime.shutdown_timeout(TO_TIDY_UP);
    ending
}

/// Readers of damaged files panic and are caught; what is wrong with the file is told as any other error. What else panics may repeat
/// what a file holds, and is told as messages are.
fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if lksearch::table::read::panic_is_caught() {
            return;
        }
        let way = Backtrace::capture();
        ui::failure(&match way.status() {
            BacktraceStatus::Captured => format!("{panic}\n{way}"),
            _ => format!("{panic}\nthis is a fault of the program; please report it, with what RUST_BACKTRACE=1 shows"),
        });
    }));
}

fn log_to_stderr(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => "lks=debug,lksearch=debug,lks_http=debug,lks_mast=debug,lks_catalog=debug,lks_fetch=debug,lks_cache=debug",
        _ => "trace,hyper=info,reqwest=info,h2=info,rustls=info",
    };
    let targets: Targets = level.parse().expect("because these are levels of targets");
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(|| ui::Log)
        .with_ansi(false)
        .with_target(false)
        .without_time();
    let registry = tracing_subscriber::registry().with(lines.with_filter(targets));
    // Another program in this process may have its own log.
    let _logs_elsewhere = registry.try_init();
}
