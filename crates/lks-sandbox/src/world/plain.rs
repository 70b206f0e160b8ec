//! Files that are not FITS: text, PDF, XML, tar, and gzip around a FITS file; each of a size known beforehand.

/// Bytes of a line of [`text`].
const LINE: u64 = 33;

/// Largest stored block of a deflate stream (RFC 1951, section 3.2.4).
const STORED: u64 = 65_535;

/// Bytes of a text file of so many lines.
pub(crate) fn text_size(n_lines: u32) -> u64 {
    u64::from(n_lines) * LINE
}

/// Bytes of [`stored_gzip`] of so many bytes: header, a 5-byte head for each stored block, CRC and length.
pub(crate) fn stored_gzip_size(n_bytes: u64) -> u64 {
    10 + n_bytes + 5 * n_bytes.div_ceil(STORED).max(1) + 8
}
