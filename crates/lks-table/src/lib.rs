//! Arrow-backed tables of archive answers: decode, join, filter, sort, read and write
