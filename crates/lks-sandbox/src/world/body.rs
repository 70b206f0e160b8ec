//! The bytes of a product.

use super::content::Content;

/// The file.
pub(crate) fn make(content: &Content, _name: &str) -> Vec<u8> {
    vec![0; content.size() as usize]
}

/// TESScut's file.
pub(crate) fn cutout(_ra: f64, _dec: f64, _pixels: (u16, u16), _sector: u16) -> Option<Vec<u8>> {
    None
}
