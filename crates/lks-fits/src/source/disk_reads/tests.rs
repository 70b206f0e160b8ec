use std::panic::{AssertUnwindSafe, catch_unwind};

use super::DiskReads;

#[test]
fn a_panic_while_reading_is_not_a_read_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for disk in [DiskReads::InPlace, DiskReads::InPool] {
        let reading = disk.run(|| -> std::io::Result<()> { std::panic::panic_any("a fault of ours") });
        let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(reading)));
        assert_eq!(
            outcome.unwrap_err().downcast_ref(),
            Some(&"a fault of ours"),
            "{disk:?}"
        );
    }
}
