//! The HTTP/1.1 server: connections, routes, and the ways of answering wrongly.
//!
//! It is written on plain sockets because no HTTP library lies about framing, and the scripts must.

pub(crate) mod request;

mod body;
mod connection;
mod control;
mod download;
mod log;
mod mashup;
mod object;
mod range;
mod reply;
mod resolver;
mod s3;
mod service;
mod state;
mod tap;
mod tesscut;
mod wire;

pub(crate) use connection::accept;
pub use log::Logged;
pub(crate) use object::altered;
pub(crate) use service::Service;
pub(crate) use state::State;
