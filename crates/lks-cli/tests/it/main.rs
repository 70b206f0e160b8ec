//! The program as its users meet it: words in; tables, messages and exit codes out.

#![allow(clippy::print_stdout, reason = "a test says how much it compared")]
#![allow(clippy::unwrap_used, reason = "a step that fails fails its test, and says where")]

mod answers;
mod bad_input;
mod bounds;
mod cache;
mod catalog;
mod config;
mod cutout;
mod data;
mod docs;
mod downloads;
mod endings;
mod fits;
mod golden;
mod home;
mod hostile;
mod interrupt;
mod limits;
mod listing;
mod locks;
mod manifest;
mod many;
mod odd_files;
mod options;
mod outage;
mod plot;
mod requests;
mod secrets;
mod shards;
mod shells;
mod terminal;
mod walkthrough;
