//! What packed bytes may unfold to. Pure; every reader of packed files asks here.

/// First bytes of a gzip file (RFC 1952).
pub(crate) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// FITS data never pack better than this, once they are long enough to matter.
const MAX_RATIO: u64 = 200;
/// So many bytes may come out of however few.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// Most bytes that so many packed ones may unfold to: 200 times as many, and 64 MiB in any case. What gives more is made to fill disks or
/// memory.
pub const fn most_unpacked(num_packed: u64) -> u64 {
    let most = num_packed.saturating_mul(MAX_RATIO);
    if most > ALWAYS_ALLOWED { most } else { ALWAYS_ALLOWED }
}

/// What is wrong with packed bytes that unfold to more.
pub(crate) fn too_much(num_packed: u64) -> String {
    format!("{num_packed} bytes unfold to more than {MAX_RATIO} times as many")
}
