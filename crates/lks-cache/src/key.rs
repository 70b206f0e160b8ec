//! What names a file of the store: an address and a path. Knows nothing of what either means.

use sha2::{Digest, Sha256};

use crate::path::RelativePath;
use crate::record::hex;

/// A file of a store: the address that it is fetched from, and its path.
///
/// The address alone identifies the record; the path says where the file belongs. One address may be stored at several paths, which then
/// hold the same content: a missing copy is made from one that is there. A path belongs to the address whose file is there: see
/// [`Finished::commit`](crate::Finished::commit).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The URI, byte for byte. It is compared and hashed, never taken apart.
    pub uri: String,
    /// Where the file belongs, below the store's data directory.
    pub path: RelativePath,
}

impl Key {
    /// The file of this address at this path.
    ///
    /// ```
    /// let key = lks_cache::Key::new("https://example.org/bread", "recipes/bread.txt".parse()?);
    /// assert_eq!(key.path.filename(), "bread.txt");
    /// # Ok::<(), lks_cache::UnsafeName>(())
    /// ```
    pub fn new(uri: impl Into<String>, path: RelativePath) -> Self {
        let uri = uri.into();
        Self { uri, path }
    }

    /// The name of its record: see [`Record::key`](crate::Record::key).
    pub fn record_key(&self) -> String {
        record_key_of(&self.uri)
    }
}

/// The bytes of a SHA-256.
pub(crate) type RawKey = [u8; 32];

/// SHA-256 of `mast`, a zero byte and the URI's exact bytes. The prefix belongs to the format on disk.
pub(crate) fn raw_key_of(uri: &str) -> RawKey {
    let mut hasher = Sha256::new();
    hasher.update(b"mast\0");
    hasher.update(uri.as_bytes());
    hasher.finalize().into()
}

/// The same as hexadecimal digits.
pub(crate) fn record_key_of(uri: &str) -> String {
    hex(&raw_key_of(uri))
}

#[cfg(test)]
mod tests {
    use super::record_key_of;

    #[test]
    fn a_record_is_named_by_the_hash_of_a_prefix_and_the_uri() {
        // printf 'mast\0' | sha256sum
        assert_eq!(
            record_key_of(""),
            "09869bd0aacb49dc71b9c984b47ed40b23d10d9bcce65f9ff5d800e94fee6907"
        );
        assert_ne!(record_key_of("a"), record_key_of("A"));
    }
}
