//! One file of the archive: what a row asks for, where it lies in the tree of files, and back.

use std::fmt;

use lks_table::{Row, Table};

use crate::columns;
use crate::cutout::{self, Cutout, CutoutSize};
use crate::naming;

/// One file: a product with a `dataURI`, or a cutout that is made on request.
///
/// ```
/// use lks_mast::Product;
///
/// let (obs_id, name) = ("tess2019198215352-s0014-0000000158324245-0150-s", "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits");
/// let product = Product::new(format!("mast:TESS/product/{name}"), "TESS", obs_id, name);
/// assert_eq!(product.path(), ["TESS", obs_id, name]);
/// assert_eq!(Product::from_path(&product.path()), Some(product));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    uri: String,
    collection: String,
    obs_id: String,
    filename: String,
    size: Option<u64>,
    cutout: Option<Cutout>,
}

/// A row that names no file, and what it does name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoFile {
    /// Why it names none.
    pub reason: NoFileReason,
    /// Its `obs_collection`; empty if it has none.
    pub collection: String,
    /// Its `obs_id`; empty if it has none.
    pub obs_id: String,
    /// Its `productFilename`; empty if it has none.
    pub filename: String,
}

/// Why a row names no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoFileReason {
    /// It has no `dataURI`.
    NoDataUri,
    /// It is that of a cutout, and lacks the position or the sector.
    IncompleteCutout,
}

impl Product {
    /// The columns of a table by which its rows say what they ask for.
    pub const COLUMNS: [&str; 8] = [
        "obs_collection",
        "obs_id",
        "productFilename",
        "dataURI",
        "size",
        "s_ra",
        "s_dec",
        "sequence_number",
    ];

    /// The product of this `dataURI`, with the table's `obs_collection`, `obs_id` and `productFilename`.
    pub fn new(
        uri: impl Into<String>,
        collection: impl Into<String>,
        obs_id: impl Into<String>,
        filename: impl Into<String>,
    ) -> Self {
        Self {
            uri: uri.into(),
            collection: collection.into(),
            obs_id: obs_id.into(),
            filename: filename.into(),
            size: None,
            cutout: None,
        }
    }

    /// The same product of this size in bytes.
    #[must_use]
    pub fn with_size(self, size: u64) -> Self {
        Self {
            size: Some(size),
            ..self
        }
    }

    /// What each row of a search result, or of a table or a manifest that was saved, asks for; in the order of the rows.
    ///
    /// A row for a cutout that is still to be made gets `cutout_size`; a cutout of a manifest keeps its size.
    pub fn of_table(table: &Table, cutout_size: CutoutSize) -> Vec<Result<Self, NoFile>> {
        table.rows().map(|row| Self::of_row(&row, cutout_size)).collect()
    }

    /// What one row asks for; see [`Product::of_table`].
    ///
    /// # Errors
    /// The row names no file.
    pub fn of_row(row: &Row<'_>, cutout_size: CutoutSize) -> Result<Self, NoFile> {
        let text = |name: &str| row.text(name).unwrap_or_default().to_owned();
        let none = |reason| NoFile {
            reason,
            collection: text("obs_collection"),
            obs_id: text("obs_id"),
            filename: text("productFilename"),
        };
        let filename = text("productFilename");
        if filename == cutout::TESSCUT {
            let cutout = cutout_of(row, cutout_size);
            return cutout
                .map(Self::from)
                .ok_or_else(|| none(NoFileReason::IncompleteCutout));
        }
        let uri = row.text("dataURI").filter(|uri| !uri.is_empty());
        if let Some(cutout) = Cutout::of_name(uri.unwrap_or(&filename)) {
            return Ok(Self::from(cutout));
        }
        let uri = uri.ok_or_else(|| none(NoFileReason::NoDataUri))?;
        Ok(Self {
            size: whole(row, "size").and_then(|size| u64::try_from(size).ok()),
            ..Self::new(uri, text("obs_collection"), text("obs_id"), filename)
        })
    }

    /// The product that the file at this [path](Self::path) is, where the archive's naming leaves no doubt: for files that
    /// another program left.
    pub fn from_path(path: &[impl AsRef<str>]) -> Option<Self> {
        let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        match path[..] {
            [Cutout::DIRECTORY, filename] => Cutout::of_name(filename).map(Self::from),
            // One that lies elsewhere is not where anybody looks for it.
            [_, _, filename] if filename.ends_with(Cutout::NAME_ENDING) => None,
            [collection, obs_id, filename] => {
                let uri = naming::data_uri(collection, filename)?;
                Some(Self::new(uri, collection, obs_id, filename))
            }
            _ => None,
        }
    }

    /// The product of a record: its URI, and the path of its file. `None` for a file that the archive does not serve under
    /// this URI.
    pub fn of_record(uri: &str, path: &[impl AsRef<str>]) -> Option<Self> {
        if let Some(cutout) = Cutout::of_name(uri) {
            return Some(Self::from(cutout));
        }
        match path {
            [.., collection, obs_id, filename] if uri.starts_with("mast:") => {
                Some(Self::new(uri, collection.as_ref(), obs_id.as_ref(), filename.as_ref()))
            }
            _ => None,
        }
    }

    /// The path of its file below `mastDownload`: `<collection>/<obs_id>/<file>`, and `TESSCut/<file>` for a cutout. The names are the
    /// archive's: they must be looked at before a path is made of them.
    pub fn path(&self) -> Vec<&str> {
        match &self.cutout {
            Some(_) => vec![&self.collection, &self.filename],
            None => vec![&self.collection, &self.obs_id, &self.filename],
        }
    }

    /// The name it has in the store's records: the `dataURI`, or `tesscut:` and the file's name.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The `dataURI` as the table has it, such as `mast:TESS/product/….fits`; a cutout has none.
    pub fn data_uri(&self) -> Option<&str> {
        self.cutout.is_none().then_some(&self.uri)
    }

    /// The table's `obs_collection`; `TESSCut` for a cutout.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    /// The product's `obs_id`; empty for a cutout.
    pub fn obs_id(&self) -> &str {
        &self.obs_id
    }

    /// The file's name: `productFilename`, or what a cutout's name says.
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The name that the `dataURI` gives the file, if its own is that of another product: one that the archive's naming puts under another URI.
    pub fn name_in_uri(&self) -> Option<&str> {
        let (_, name) = self.data_uri()?.strip_prefix("mast:")?.rsplit_once('/')?;
        (name != self.filename && naming::data_uri(&self.collection, &self.filename).is_some()).then_some(name)
    }

    /// The table's `size` in bytes. Advice only: what is served may differ.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// What is cut out of the full-frame images, if it is a cutout.
    pub fn cutout(&self) -> Option<&Cutout> {
        self.cutout.as_ref()
    }
}

impl From<Cutout> for Product {
    fn from(cutout: Cutout) -> Self {
        Self {
            cutout: Some(cutout.clone()),
            ..Self::new(cutout.uri(), Cutout::DIRECTORY, "", cutout.filename())
        }
    }
}

impl fmt::Display for NoFileReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDataUri => "MAST names no dataURI for this product",
            Self::IncompleteCutout => "the row of this cutout has no s_ra, s_dec or sequence_number",
        })
    }
}

/// A whole number, also where another program wrote it with a point, as pandas does in a column with gaps.
fn whole(row: &Row<'_>, name: &str) -> Option<i64> {
    row.cell(name).and_then(|cell| columns::whole(&cell))
}

fn cutout_of(row: &Row<'_>, size: CutoutSize) -> Option<Cutout> {
    Some(Cutout {
        ra: row.float("s_ra")?,
        dec: row.float("s_dec")?,
        size,
        sector: whole(row, "sequence_number").and_then(|sector| u32::try_from(sector).ok())?,
        detector: row.text("obs_id").and_then(cutout::detector_of),
    })
}

#[cfg(test)]
mod tests;
