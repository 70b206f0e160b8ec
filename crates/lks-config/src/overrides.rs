//! The highest layer: what the caller or the command line says.

use crate::declaration::lookup;
use crate::environment;
use crate::error::Problem;
use crate::layer::Layers;
use crate::nearest;
use crate::origin::Origin;
use crate::sources::Override;

/// Reads the overrides; later ones win.
pub(crate) fn gather(overrides: &[Override], layers: &mut Layers) {
    for Override { key, value, flag } in overrides {
        let origin = Origin::Override { flag: flag.clone() };
        match (lookup(key), value) {
            (_, None) => layers.problems.push(Problem::syntax(
                origin,
                None,
                "expected KEY=VALUE, such as `fetch.jobs=2`",
            )),
            (None, Some(_)) => {
                // The value of an unknown key may be a secret.
                let flag = flag.split('=').next().unwrap_or_default().to_owned();
                let origin = Origin::Override { flag };
                layers
                    .problems
                    .push(Problem::unknown(Some(origin), key, nearest::key(key)));
            }
            (Some(declaration), Some(value)) => {
                let result = environment::parse(declaration, value);
                layers.push(declaration, &value.to_string_lossy(), result, origin);
            }
        }
    }
}
