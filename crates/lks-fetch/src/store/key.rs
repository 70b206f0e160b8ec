//! Where a product lies in the store: the only translation between what the archive names and what the store keeps.

use std::path::PathBuf;

use lks_cache::{Key, RelativePath, Store, UnsafeName};
use lks_mast::Product;

use crate::store::content::check_content;

/// The directory of the files below a cache's root, which the Python tools share.
pub const DATA_DIRECTORY: &str = "mastDownload";

/// The store of files below `root`, laid out as Python lksearch, lightkurve and astroquery know it: each product in
/// `mastDownload/` at its [`Product::path`]. Its check of content is [`check_content`]. Touches nothing.
pub fn store_at(root: impl Into<PathBuf>) -> Store {
    let store = Store::new(root).with_data_directory(DATA_DIRECTORY);
    let store = store.expect("because the directory has a plain name");
    store.with_check(check_content)
}

/// The key of a product's file.
///
/// # Errors
/// A name that the archive gives it is not safe as that of a file or directory.
pub fn key_of(product: &Product) -> Result<Key, UnsafeName> {
    Ok(Key::new(product.uri(), RelativePath::from_components(product.path())?))
}

/// The product that is kept under a key; `None` for a file that the archive does not serve under its URI.
pub fn product_of(key: &Key) -> Option<Product> {
    let path: Vec<&str> = key.path.components().collect();
    Product::of_record(&key.uri, &path)
}
