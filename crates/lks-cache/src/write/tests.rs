use super::*;

#[test]
fn a_refused_reservation_is_a_full_disk_or_a_size_limit() {
    for (kind, needed, is_full) in [
        (io::ErrorKind::StorageFull, u64::MAX, true),
        (io::ErrorKind::StorageFull, 0, true),
        (io::ErrorKind::FileTooLarge, u64::MAX, true),
        (io::ErrorKind::FileTooLarge, 0, false),
    ] {
        let error = with_shortage(kind.into(), Path::new("."), needed);
        assert_eq!(matches!(error, Error::Full { .. }), is_full, "{kind} {needed}: {error}");
    }
}
