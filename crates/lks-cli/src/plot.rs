//! `lksearch plot`.

use lksearch::Error;

use crate::arguments::{Global, Plot};
use crate::exit::Ending;

/// Draws.
pub async fn run(_global: &Global, _words: Plot) -> Result<Ending, Error> {
    Ok(Ending::Well)
}
