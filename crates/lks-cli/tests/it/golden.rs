//! What people see, kept in `tests/golden`. `UPDATE_GOLDEN=1 cargo test -p lks-cli --test it` writes what is shown now into these files.

use std::path::Path;

/// Compares with the file, or writes it.
#[track_caller]
pub(crate) fn compare(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, shown).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let mut both = golden.lines().zip(shown.lines()).enumerate();
    if let Some((index, (old, new))) = both.find(|(_, (old, new))| old != new) {
        panic!("{name}:{}: the file has\n{old}\nand now it is\n{new}", index + 1);
    }
    let (num_old, num_new) = (golden.lines().count(), shown.lines().count());
    assert!(golden == shown, "{name} has {num_old} lines, and {num_new} are shown");
}
