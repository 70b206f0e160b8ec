//! Rows of a table, as far as fetching is concerned.

use std::path::Path;

use lks_cache::{Key, RelativePath};
use lks_fetch::{Cutout, Item, What};
use lks_table::{Row, Table};

use crate::error::Error;

/// The `productFilename` of a row that stands for a cutout which is made when it is asked for.
const CUTOUT: &str = "TESScut";
/// How the names of files with cutouts end, whichever program cut them.
const CUTOUT_ENDING: &str = "_astrocut.fits";

/// Size of a cutout in pixels of 21 arcseconds.
///
/// ```
/// use lksearch::CutoutSize;
///
/// assert_eq!(CutoutSize::parse("11x21")?, CutoutSize { ny: 11, nx: 21 });
/// assert!(CutoutSize::parse("101x100").is_err(), "more pixels than TESScut cuts");
/// # Ok::<(), lksearch::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutoutSize {
    /// Rows of the image, in pixels.
    pub ny: u32,
    /// Columns of the image, in pixels.
    pub nx: u32,
}

impl Default for CutoutSize {
    /// 10 × 10 pixels, as the Python package asks for.
    fn default() -> Self {
        Self { ny: 10, nx: 10 }
    }
}

impl CutoutSize {
    /// Most pixels that the service cuts at once.
    const MOST_PIXELS: u64 = 10_000;

    /// Reads `10` or `11x21` (rows x columns).
    ///
    /// # Errors
    /// [`Error::Input`] if it is neither, or more than the service cuts at once.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let number = |word: &str| word.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let size = match text.split_once(['x', 'X']) {
            Some((ny, nx)) => number(ny).zip(number(nx)).map(|(ny, nx)| Self { ny, nx }),
            None => number(text).map(|side| Self { ny: side, nx: side }),
        };
        match size {
            Some(size) if u64::from(size.ny) * u64::from(size.nx) <= Self::MOST_PIXELS => Ok(size),
            Some(size) => Err(Error::Input(format!(
                "a cutout of {} x {} pixels has more than the {} that TESScut cuts",
                size.ny,
                size.nx,
                Self::MOST_PIXELS
            ))),
            None => Err(Error::Input(format!(
                "'{text}' is not a cutout size; write pixels as `10` or `11x21` (rows x columns)"
            ))),
        }
    }
}

/// What each row of a search result, or of a table or a manifest that was saved, asks to be fetched; in the order of the rows.
///
/// Every row of a manifest is asked for again: those that are there cost no request. A cutout of a manifest keeps its size.
///
/// ```
/// let table = lksearch::read_table(b"dataURI,productFilename\nmast:TESS/product/a_lc.fits,a_lc.fits\n")?;
/// let items = lksearch::items(&table, lksearch::CutoutSize::default());
/// assert_eq!(items[0].filename, "a_lc.fits");
/// # Ok::<(), lksearch::Error>(())
/// ```
pub fn items(table: &Table, cutout_size: CutoutSize) -> Vec<Item> {
    table.rows().map(|row| item(&row, cutout_size)).collect()
}

/// The product that the file at this path below `tree` is, where the archive's naming leaves no doubt: for files that another program
/// left. A cutout has the path that this program gives it, whatever its name was.
pub fn product_at(tree: &Path, path: &RelativePath) -> Option<Key> {
    let name = path.filename();
    if name.ends_with(CUTOUT_ENDING) {
        (cutout_path(name).as_ref() == Some(path)).then_some(())?;
        // A damaged file is not unknown: whoever checks it tells what is wrong with it.
        let found = Cutout::of_file(&tree.join(lks_fetch::DATA_DIRECTORY).join(path));
        return cutout_product(&found.unwrap_or_else(|_| Cutout::parse(name))?);
    }
    let mut folders = path.components();
    let collection = folders.next().filter(|_| matches!(folders.count(), 1 | 2))?;
    Some(Key::new(lks_mast::data_uri(collection, name)?, path.clone()))
}

/// The product that a file is which TESScut or astrocut cut, wherever it lies; `None` if its name is of another kind.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn loose_cutout(path: &Path) -> Result<Option<Key>, String> {
    Ok(Cutout::of_file(path)?.as_ref().and_then(cutout_product))
}

fn cutout_product(cutout: &Cutout) -> Option<Key> {
    Some(Key::new(cutout.uri(), cutout_path(&cutout.filename())?))
}

fn cutout_path(filename: &str) -> Option<RelativePath> {
    RelativePath::from_components(["TESSCut", filename]).ok()
}

/// The pipeline that made the file at this path, in the words of a table's `pipeline`, where its name tells.
pub fn product_pipeline(path: &RelativePath) -> Option<String> {
    lks_mast::pipeline_of(path.components().next()?, path.filename())
}

/// What has to be asked for to have a product of the store again; `None` for a product that nobody serves under its name.
pub(crate) fn again(product: &Key) -> Option<Item> {
    if let Some(cutout) = Cutout::parse(&product.uri) {
        return Some(Item::cutout(cutout));
    }
    let mut folders = product.path.components().rev();
    let (filename, obs_id, collection) = (folders.next()?, folders.next()?, folders.next()?);
    product
        .uri
        .starts_with("mast:")
        .then(|| Item::product(&product.uri, collection, obs_id, filename, None))
}

fn item(row: &Row<'_>, cutout_size: CutoutSize) -> Item {
    let text = |name: &str| row.text(name).unwrap_or_default().to_owned();
    let filename = text("productFilename");
    let size = whole(row, "size").and_then(|size| u64::try_from(size).ok());
    if filename == CUTOUT {
        return cutout(row, cutout_size);
    }
    let uri = row.text("dataURI").filter(|uri| !uri.is_empty());
    if let Some(cutout) = Cutout::parse(uri.unwrap_or(&filename)) {
        return Item::cutout(cutout);
    }
    match uri {
        Some(uri) => Item::product(uri, text("obs_collection"), text("obs_id"), filename, size),
        None => nothing(row, "MAST names no dataURI for this product"),
    }
}

fn cutout(row: &Row<'_>, size: CutoutSize) -> Item {
    let sector = whole(row, "sequence_number").and_then(|sector| u32::try_from(sector).ok());
    let (Some(ra), Some(dec), Some(sector)) = (row.float("s_ra"), row.float("s_dec"), sector) else {
        return nothing(row, "the row of this cutout has no s_ra, s_dec or sequence_number");
    };
    let detector = row.text("obs_id").and_then(detector);
    Item::cutout(Cutout {
        ra,
        dec,
        ny: size.ny,
        nx: size.nx,
        sector,
        detector,
    })
}

/// Camera and CCD of an image, by its `obs_id` such as `tess-s0003-3-4`.
fn detector(obs_id: &str) -> Option<(u8, u8)> {
    let (_sector, detector) = obs_id.strip_prefix("tess-s")?.split_once('-')?;
    let (camera, ccd) = detector.split_once('-')?;
    Some((camera.parse().ok()?, ccd.parse().ok()?))
}

/// A whole number, also where another program wrote it with a point, as pandas does in a column with gaps.
fn whole(row: &Row<'_>, name: &str) -> Option<i64> {
    let with_point = || {
        row.float(name)
            .filter(|value| value.fract() == 0.0 && value.abs() < 9e15)
            .map(|value| value as i64)
    };
    row.integer(name).or_else(with_point)
}

fn nothing(row: &Row<'_>, reason: &str) -> Item {
    let text = |name: &str| row.text(name).unwrap_or_default().to_owned();
    Item {
        what: What::Nothing {
            reason: reason.to_owned(),
        },
        collection: text("obs_collection"),
        obs_id: text("obs_id"),
        filename: text("productFilename"),
        size: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cutout_size_is_one_number_or_rows_by_columns_within_the_limit_of_the_service() {
        assert_eq!(CutoutSize::parse("10").unwrap(), CutoutSize { ny: 10, nx: 10 });
        assert_eq!(CutoutSize::parse("11x21").unwrap(), CutoutSize { ny: 11, nx: 21 });
        assert_eq!(CutoutSize::parse("100x100").unwrap(), CutoutSize { ny: 100, nx: 100 });
        for wrong in ["", "0", "-5", "10x", "x10", "1.5", "101x100", "99999999x99999999"] {
            assert!(CutoutSize::parse(wrong).is_err(), "{wrong}");
        }
    }
}
