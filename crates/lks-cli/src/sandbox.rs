//! `lksearch sandbox`.

use lksearch::Error;

use crate::arguments::{Global, SandboxArguments};
#[cfg(feature = "sandbox")]
use crate::arguments::{Output, SandboxCommand};
use crate::exit::ExitStatus;

/// Serves the archive until interrupted and prints the settings that point at it, as lines for a shell.
#[cfg(feature = "sandbox")]
pub(crate) fn run(global: &Global, words: &SandboxArguments) -> Result<ExitStatus, Error> {
    use std::time::Duration;

    use crate::session::apart;
    use crate::stop::Stop;
    use lks_sandbox::SandboxOptions;
    use lksearch::config::{Sources, directories};

    if let Some(SandboxCommand::List { output }) = &words.command {
        return list(output);
    }
    if global.config.is_some() || !global.set.is_empty() {
        let message = "`lksearch sandbox` only serves the archive; give --config and --set to the commands that ask it";
        return Err(Error::Input(message.to_owned()));
    }
    let cache = match &global.cache_dir {
        Some(directory) => std::path::absolute(apart(directory)).map_err(|source| Error::File {
            operation: "find",
            path: directory.display().to_string(),
            source,
        })?,
        None => directories(&Sources::from_process()).sandbox_cache_dir()?.to_path_buf(),
    };
    let options = SandboxOptions {
        port: words.port,
        latency: Duration::from_millis(words.latency),
        bulk: words.bulk,
        ..SandboxOptions::default()
    };
    let archive = start(options)?;
    let mut text =
        String::from("# A miniature archive with synthetic data; these settings point at it. Interrupt to stop.\n");
    for (key, value) in archive.settings() {
        let name = key.replace('.', "__").to_uppercase();
        text.push_str(&format!("export LKSEARCH_{name}={value}\n"));
    }
    let cache = cache.display().to_string().replace('\'', r"'\''");
    text.push_str(&format!("export LKSEARCH_CACHE_DIR='{cache}'\n"));
    let failure = |source| Error::File {
        operation: "wait for",
        path: "an interrupt".to_owned(),
        source,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failure)?;
    runtime.block_on(async {
        // Listened for before the lines say that the archive is there: whoever reads them may interrupt at once.
        let mut stop = Stop::listen().map_err(failure)?;
        crate::output::print(&crate::visible::Visible::of(&text))?;
        stop.asked().await;
        Ok(ExitStatus::Success)
    })
}

/// Numbers of K2 campaigns that came in halves begin here.
#[cfg(feature = "sandbox")]
const FIRST_HALF: u16 = 91;

/// Prints who lives in the archive: one row for each star and mission, with the words that a search takes.
#[cfg(feature = "sandbox")]
fn list(output: &Output) -> Result<ExitStatus, Error> {
    use lksearch::table::Table;

    let stars = lks_sandbox::holdings();
    let segments = |star: &lks_sandbox::StarHolding| {
        let is_whole = |number: &u16| star.mission != "k2" || *number < FIRST_HALF;
        let (whole, halves): (Vec<u16>, Vec<u16>) = star.segments.iter().partition(|number| is_whole(number));
        // 91 is 9a and 92 is 9b.
        let half = |number: u16| format!("{}{}", number / 10, if number % 10 == 1 { 'a' } else { 'b' });
        let words: Vec<String> = runs(&whole).into_iter().chain(halves.into_iter().map(half)).collect();
        (!words.is_empty()).then(|| words.join(","))
    };
    let pipelines = |star: &lks_sandbox::StarHolding| Some(Vec::from_iter(star.pipelines.iter().copied()).join(","));
    // A few milliarcseconds.
    let rounded = |degrees: f64| Some((degrees * 1e6).round() / 1e6);
    let table = Table::empty()
        .with_text("name", stars.iter().map(|star| star.name))?
        .with_text("id", stars.iter().map(|star| Some(&star.id)))?
        .with_float("ra", stars.iter().map(|star| rounded(star.ra)))?
        .with_float("dec", stars.iter().map(|star| rounded(star.dec)))?
        .with_text("mission", stars.iter().map(|star| Some(star.mission)))?
        .with_text("segments", stars.iter().map(segments))?
        .with_text("pipelines", stars.iter().map(pipelines))?
        .with_integer(
            "products",
            stars.iter().map(|star| i64::try_from(star.num_products).ok()),
        )?
        .with_units(&[("ra", "deg"), ("dec", "deg")])?;
    let shown: Vec<&str> = table.column_names().collect();
    crate::output::prepare(output)?.write_every_row(&table, &shown)?;
    Ok(ExitStatus::Success)
}

/// Numbers in ascending order as the filters take them: `1..3,7`.
#[cfg(feature = "sandbox")]
fn runs(numbers: &[u16]) -> Vec<String> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let words = runs.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}..{last}"),
    });
    words.collect()
}

/// Starts the archive.
#[cfg(feature = "sandbox")]
pub(crate) fn start(options: lks_sandbox::SandboxOptions) -> Result<lks_sandbox::Sandbox, Error> {
    lks_sandbox::Sandbox::start(options).map_err(|error| Error::File {
        operation: "start",
        path: "the archive".to_owned(),
        source: std::io::Error::other(error),
    })
}

/// Says that this program has no archive inside.
#[cfg(not(feature = "sandbox"))]
pub(crate) fn run(_: &Global, _: &SandboxArguments) -> Result<ExitStatus, Error> {
    Err(Error::Input(
        "this program was built without its archive; build it with the feature `sandbox`".to_owned(),
    ))
}
