//! The scripts of `docs/guide/beyond-one-machine.md` on real engines, with workers and nodes killed in the middle. By hand: it installs nothing but a
//! Python package, starts servers, and takes some ten minutes.

use std::path::Path;

use clap::ValueEnum;

use crate::python;
use crate::run::{self, passthrough, root, target};

const SCRIPT: &str = "xtask/cluster/cluster.py";
const PAGE: &str = "docs/guide/beyond-one-machine.md";
/// Its package has the server and the workers.
const HYPERQUEUE: &str = "hyperqueue==0.27.0";

/// What runs the shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// Plain processes: 1, 4 and 8 at once, with one store and with a store each
    Workers,
    /// Processes killed at 100 random moments
    Campaign,
    /// A job array on two nodes of this host (Debian: apt-get install slurm-wlm)
    Slurm,
    /// GNU parallel (Debian: apt-get install parallel)
    Parallel,
    /// HyperQueue by its Python package, in a network of its own, because it listens everywhere
    Hyperqueue,
}

/// Runs these engines, or all, with this program or one that is built.
pub(crate) fn run(engines: &[Engine], program: Option<&Path>) -> Result<(), String> {
    let program = run::program(program)?;
    let engines = match engines {
        [] => Engine::value_variants(),
        some => some,
    };
    for engine in engines {
        let name = engine.to_possible_value().expect("because none is hidden");
        let name = name.get_name();
        let interpreter = match engine {
            Engine::Hyperqueue => python::environment("cluster-python", &[HYPERQUEUE])?,
            Engine::Workers | Engine::Campaign | Engine::Slurm | Engine::Parallel => "python3".to_owned(),
        };
        let folder = target().join("cluster").join(name).display().to_string();
        let page = root().join(PAGE).display().to_string();
        let words = [&interpreter, SCRIPT, &program, &page, &folder, &interpreter, name];
        match engine {
            Engine::Hyperqueue => {
                let command = ["-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh"];
                passthrough("unshare", &[&command[..], &words].concat(), &[])?;
            }
            Engine::Workers | Engine::Campaign | Engine::Slurm | Engine::Parallel => {
                passthrough(words[0], &words[1..], &[])?;
            }
        }
    }
    Ok(())
}
