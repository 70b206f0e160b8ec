use super::*;
use crate::name::ProductPath;

#[test]
fn what_comes_out_of_order_is_hashed_when_the_front_passes_it() {
    let directory = tempfile::tempdir().unwrap();
    let product = Product {
        uri: "example:a".to_owned(),
        path: ProductPath::parse("some", "where", "a").unwrap(),
    };
    let store = Store::new(directory.path());
    let size = 3 * CATCH_UP_BYTES as usize;
    let bytes: Vec<u8> = (0..size).map(|i| (i / 7 + i) as u8).collect();
    let mut writer = store.begin(&product, None).unwrap();
    writer.write_at(10, &bytes[10..size - 20]).unwrap();
    assert_eq!(writer.hashed, 0);
    writer.write_at(0, &bytes[..10]).unwrap();
    assert_eq!(writer.hashed, 10 + CATCH_UP_BYTES, "one write hashes a bounded amount");
    writer.write_at(size as u64 - 20, &bytes[size - 20..size - 10]).unwrap();
    writer.write(&bytes[size - 10..]).unwrap();
    assert_eq!(writer.hashed, size as u64, "nothing is left for the end");
    // A part that comes once more makes the front begin again.
    writer.write_at(5, &bytes[5..10]).unwrap();
    assert_eq!(writer.hashed, CATCH_UP_BYTES);
    assert_eq!(writer.finish().unwrap().sha256(), hex(&Sha256::digest(&bytes)));
}
