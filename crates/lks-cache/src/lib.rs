//! A download store that never hands out a damaged file
