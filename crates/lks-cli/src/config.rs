//! `lksearch config`.

use lksearch::Error;
use lksearch::config::{self as settings, Sources};

use crate::arguments::{Config, Global};
use crate::exit::Ending;
use crate::grid::Grid;
use crate::output;
use crate::session::Session;

/// Shows or changes settings.
pub fn run(global: &Global, words: Config) -> Result<Ending, Error> {
    match words {
        Config::Show { origin } => show(&Session::begin(global, &[])?, origin)?,
        Config::Path => output::lines(&format!("{}\n", file(global)?.display()))?,
        Config::Init { force } => {
            let path = file(global)?;
            settings::init_file(&path, force)?;
            output::lines(&format!("{}\n", path.display()))?;
        }
        Config::Get { key } => {
            let session = Session::begin(global, &[])?;
            let value = settings::get(&session.loaded.settings, &key)?;
            if !value.is_empty() {
                output::lines(&format!("{value}\n"))?;
            }
        }
        Config::Set { key, value } => settings::set_in_file(&file(global)?, &key, &value)?,
    }
    Ok(Ending::Well)
}

/// The settings file that is meant, whether or not what it says can be used: `path`, `init` and `set` must work on a broken one.
fn file(global: &Global) -> Result<std::path::PathBuf, Error> {
    let mut sources = Sources::from_process();
    if let Some(path) = &global.config {
        sources = sources.with_config_file(path);
    }
    Ok(settings::directories(&sources).config_file()?.to_path_buf())
}

fn show(session: &Session, with_origin: bool) -> Result<(), Error> {
    let mut grid = Grid {
        headers: vec!["key".to_owned(), "value".to_owned()],
        ..Grid::default()
    };
    if with_origin {
        grid.headers.push("origin".to_owned());
    }
    for shown in session.loaded.show() {
        let mut row = vec![shown.key.to_owned(), shown.value];
        if with_origin {
            row.push(shown.origin.to_string());
        }
        grid.rows.push(row);
    }
    output::grid(&grid)
}
