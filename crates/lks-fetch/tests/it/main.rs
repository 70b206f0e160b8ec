//! The fetcher against the miniature archive: what it brings, what it asks, and what it makes of an archive that misbehaves.

mod bench;
mod cubes;
mod cutouts;
mod data;
mod doubts;
mod faults;
mod hostile_cubes;
mod locks;
mod mischief;
mod outages;
mod places;
mod proofs;
mod resumed;
mod routes;
mod runs;
mod secrets;
mod signed;
mod soak;
