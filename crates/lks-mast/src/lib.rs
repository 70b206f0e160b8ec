//! Questions about Kepler, K2 and TESS data, asked of the MAST archive, answered as tables
