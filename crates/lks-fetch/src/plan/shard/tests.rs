use super::*;

fn of(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

#[test]
fn a_uri_has_the_same_shard_for_ever() {
    // Python: int.from_bytes(sha256(uri.encode()).digest()[:8], "big") * n >> 64
    for (uri, expected) in [
        ("", [0, 1, 7, 889]),
        ("a", [0, 1, 6, 791]),
        ("b", [0, 0, 1, 242]),
        ("mast:x", [0, 0, 2, 258]),
    ] {
        let shards = [1, 2, 8, 1000].map(|n| Shard::of_uri(uri, of(n)).number);
        assert_eq!(shards, expected, "{uri}");
    }
}

#[test]
fn shards_of_many_products_are_nearly_equal() {
    let mut counts = [0; 8];
    for n in 0..8000 {
        counts[Shard::of_uri(&format!("mast:TESS/product/{n}_lc.fits"), of(8)).number as usize] += 1;
    }
    assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
}

#[test]
fn a_shard_is_read_as_it_is_written() {
    let shard = Shard { number: 3, of: of(8) };
    assert_eq!(shard.to_string().parse::<Shard>().unwrap(), shard);
    assert_eq!(shard.filename(), "shard-0003.parquet");
    for wrong in ["8/8", "0/0", "-1/8", "3", "3/", "/8", "3/8/8", "", "a/b"] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}
