//! Find, fetch and keep data of NASA's Kepler, K2 and TESS missions
