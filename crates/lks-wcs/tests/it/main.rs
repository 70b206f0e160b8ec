//! The surface of the crate, over the world coordinates of TESS and over headers that are made.

#![allow(clippy::unwrap_used, reason = "a step that fails fails its test, and says where")]

mod fit;
mod footprint;
mod headers;
mod random;
mod tess;
