//! The exact bytes of products, as text that is kept beside a paper: `lksearch.lock`. Made from what a run brought, brought again byte for
//! byte, and compared with what is here and what the archive serves now.
//!
//! The format is described in `docs/reference/lock.md`.

mod check;
mod make;
mod parse;
mod sync;
mod text;

use lks_mast::Product;

pub use check::{Checked, Here, Upstream};
pub use make::{LeftOut, Locking};

/// The version of the format that is written, and the newest that is read.
pub const LOCK_VERSION: u32 = 1;

/// Products and their exact bytes.
///
/// ```
/// let text = lks_fetch::Lock::new("example 1.0", "2026-11-30T07:00:00Z", ["TOI 1161"], []).to_text();
/// assert_eq!(lks_fetch::Lock::parse(text.as_bytes())?.questions, ["TOI 1161"]);
/// # Ok::<(), lks_fetch::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Lock {
    /// The program that wrote it, with its version.
    pub program: String,
    /// When it was made, UTC.
    pub date: String,
    /// What was asked.
    pub questions: Vec<String>,
    products: Vec<LockedProduct>,
}

/// One product and its bytes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LockedProduct {
    /// The product, with its size in bytes.
    pub product: Product,
    /// What its bytes are.
    pub content: Content,
    /// Where they came from, in the word of the store's record, if it is known.
    pub source: Option<String>,
    /// What is odd about them although they are what the source gives.
    pub note: Option<String>,
}

/// The bytes of a file, and how their source identifies them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Content {
    /// Their number.
    pub size: u64,
    /// Their hash, as 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// The source's entity tag, with its quotes.
    pub etag: Option<String>,
    /// The source's modification date, as it was sent.
    pub last_modified: Option<String>,
}

impl Lock {
    /// A lock of these products, which are sorted by their URIs.
    pub fn new(
        program: impl Into<String>,
        date: impl Into<String>,
        questions: impl IntoIterator<Item = impl Into<String>>,
        products: impl IntoIterator<Item = LockedProduct>,
    ) -> Self {
        let mut products: Vec<LockedProduct> = products.into_iter().collect();
        products.sort_by(|a, b| a.product.uri().cmp(b.product.uri()));
        Self {
            program: program.into(),
            date: date.into(),
            questions: questions.into_iter().map(Into::into).collect(),
            products,
        }
    }

    /// The products, sorted by their URIs, each once.
    pub fn products(&self) -> &[LockedProduct] {
        &self.products
    }

    /// Whether two locks differ in nothing but when and by which program they were made.
    pub fn is_same_state(&self, other: &Self) -> bool {
        (&self.questions, &self.products) == (&other.questions, &other.products)
    }
}
