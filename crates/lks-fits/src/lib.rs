//! Walk, verify, read and write FITS files, local or remote, by byte ranges
