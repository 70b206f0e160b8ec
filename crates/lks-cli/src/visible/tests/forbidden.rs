//! Everything that may not pass the filter, written down apart from it; the tests and the fuzz target compare with it.

pub(super) fn is_forbidden(c: char) -> bool {
    let forbidden = [
        0x00..=0x1f,
        0x7f..=0x9f,
        0x61c..=0x61c,
        0x200b..=0x200b,
        0x200e..=0x200f,
        0x2028..=0x202e,
        0x2060..=0x206f,
        0xfeff..=0xfeff,
        0xfff9..=0xfffb,
        0xfffe..=0xffff,
        0xe0000..=0xe007f,
    ];
    forbidden.iter().any(|range| range.contains(&u32::from(c)))
}
