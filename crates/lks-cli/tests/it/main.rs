//! The program as its users meet it: words in; tables, messages and exit codes out.

mod bad_input;
mod cache;
mod config;
mod data;
mod docs;
mod home;
mod interrupt;
mod manifest;
mod walkthrough;
