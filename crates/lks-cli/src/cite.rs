//! `lksearch cite`.

use std::path::Path;

use lksearch::archive::Citations;
use lksearch::fetch::Lock;
use lksearch::{CutoutSize, Error, Product};

use crate::arguments::{CitationFormat, Cite, Global};
use crate::download::{MAX_TABLE_FILE, read_saved, unreadable};
use crate::exit::ExitStatus;
use crate::output;
use crate::ui::Ui;
use crate::visible::Visible;

/// Prints what to acknowledge and cite for the products that a lock or a table names.
pub(crate) fn run(global: &Global, words: &Cite) -> Result<ExitStatus, Error> {
    let destination = output::prepare_text(words.output.as_deref().unwrap_or(Path::new("-")))?;
    let products = products(&words.file)?;
    if products.is_empty() {
        Ui::new(global).note(format!("{} names no product", words.file.display()));
        return Ok(ExitStatus::NothingFound);
    }
    let cited = Citations::of(&products);
    let text = match words.format {
        CitationFormat::Text => cited.to_text(),
        CitationFormat::Bibtex => cited.to_bibtex(),
    };
    destination.write_text(&Visible::of(text))?;
    destination.publish()?;
    Ok(ExitStatus::Success)
}

/// The products of a lock, or of the rows of a table that name one.
fn products(path: &Path) -> Result<Vec<Product>, Error> {
    let bytes = read_saved(path, MAX_TABLE_FILE)?;
    let lock = match Lock::parse(&bytes) {
        Ok(lock) => lock,
        Err(not_a_lock) => {
            if bytes.starts_with(b"# ") || path.extension().is_some_and(|ending| ending == "lock") {
                return Err(Error::Input(format!("{}: {not_a_lock}", path.display())));
            }
            let table = lksearch::read_table(&bytes).map_err(|error| unreadable(path, &error))?;
            let rows = Product::of_table(&table, CutoutSize::default());
            return Ok(rows.into_iter().flatten().collect());
        }
    };
    Ok(lock.products().iter().map(|locked| locked.product.clone()).collect())
}
