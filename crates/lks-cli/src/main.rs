//! The program `lksearch`.
fn main() {}
