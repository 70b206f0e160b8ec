//! The client against raw sockets on loopback that answer byte by byte as each test says.

mod bodies;
mod heads;
mod limits;
mod server;
