//! Windows, ranges and frames over small cubes that are made.

#![allow(clippy::unwrap_used, reason = "a step that fails fails its test, and says where")]

mod cube100;
mod cubes;
mod headers;
mod limits;
mod reads;
mod target_pixel_files;
