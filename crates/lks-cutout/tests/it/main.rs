//! Windows, ranges and frames over small cubes that are made.

#![allow(clippy::unwrap_used, reason = "a step that fails fails its test, and says where")]

mod cubes;
mod limits;
mod reads;
