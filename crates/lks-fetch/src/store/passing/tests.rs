use lks_fits::write::{Checksum, Hdu, Pixel};

use super::*;

fn file(checksums: [Checksum; 2]) -> Vec<u8> {
    let [first, second] = checksums;
    let mut bytes = Hdu::primary().checksum(first).bytes().expect("a header");
    Hdu::image(Pixel::Int16, &[50, 50])
        .checksum(second)
        .append_to(&mut bytes, &[7; 5000])
        .expect("an image");
    bytes
}

fn passed(bytes: &[u8], algorithm: Algorithm, all_checks: bool, piece: usize) -> Passed {
    let mut passing = Passing::of(Wanted {
        form: Form::Fits,
        algorithm: Some(algorithm),
        all_checks,
    });
    // What came before a restart counts for nothing.
    passing.bytes(b"something else");
    passing.restart();
    for piece in bytes.chunks(piece) {
        passing.bytes(piece);
    }
    passing.end()
}

#[test]
fn a_file_with_sums_needs_no_md5_and_keeps_every_crc() {
    let (summed, bare) = ([Checksum::Hdu, Checksum::Hdu], [Checksum::Absent, Checksum::Absent]);
    let late = [Checksum::Absent, Checksum::Hdu];
    let half = [Checksum::Hdu, Checksum::Absent];
    for (checksums, algorithm, all, is_computed, is_proven) in [
        (summed, Algorithm::Md5, false, false, true),
        (summed, Algorithm::Md5, true, true, true),
        (summed, Algorithm::Crc64Nvme, false, true, true),
        (bare, Algorithm::Md5, false, true, false),
        (late, Algorithm::Md5, false, true, false),
        // The promise of the first header is broken: the MD5 is what is left, and needs a second reading.
        (half, Algorithm::Md5, false, false, false),
    ] {
        let bytes = file(checksums);
        for piece in [1000, 2880, bytes.len()] {
            let found = passed(&bytes, algorithm, all, piece);
            let case = format!("{checksums:?} {algorithm:?} {all} {piece}");
            let is_seen_at_once = checksums == half && piece == bytes.len();
            assert_eq!(found.digits.is_some(), is_computed || is_seen_at_once, "{case}");
            assert_eq!(
                found.report.expect("examined").expect("a report").is_proven(),
                is_proven,
                "{case}"
            );
            let mut computing = algorithm.begin().expect("one that is fed");
            computing.add(&bytes);
            let whole = computing.end(algorithm);
            assert!(found.digits.is_none_or(|digits| digits == whole), "{case}");
        }
    }
}
