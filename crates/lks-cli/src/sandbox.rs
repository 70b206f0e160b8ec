//! `lksearch sandbox`.

use lksearch::Error;

use crate::arguments::{Global, SandboxArguments};
use crate::exit::Ending;

/// Serves the archive until interrupted and prints the settings that point at it, as lines for a shell.
#[cfg(feature = "sandbox")]
pub fn run(global: &Global, words: &SandboxArguments) -> Result<Ending, Error> {
    use std::time::Duration;

    use crate::session::apart;
    use crate::stop::Stop;
    use lks_sandbox::Options;
    use lksearch::config::{Sources, directories};

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
    let options = Options {
        port: words.port,
        latency: Duration::from_millis(words.latency),
        bulk: words.bulk,
        ..Options::default()
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
        crate::output::lines(&text)?;
        stop.asked().await;
        Ok(Ending::Well)
    })
}

/// Starts the archive.
#[cfg(feature = "sandbox")]
pub fn start(options: lks_sandbox::Options) -> Result<lks_sandbox::Sandbox, Error> {
    lks_sandbox::Sandbox::start(options).map_err(|error| Error::File {
        operation: "start",
        path: "the archive".to_owned(),
        source: std::io::Error::other(error),
    })
}

/// Says that this program has no archive inside.
#[cfg(not(feature = "sandbox"))]
pub fn run(_: &Global, _: &SandboxArguments) -> Result<Ending, Error> {
    Err(Error::Input(
        "this program was built without its archive; build it with the feature `sandbox`".to_owned(),
    ))
}
