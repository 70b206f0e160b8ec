//! End-to-end tests through the facade and the program; see `tests/`.
