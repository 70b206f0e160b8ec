use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Examiner, Oddity, Report, SumState, examine, file, structure};
use crate::write::{Cells, Checksum, Column, Hdu, Pixel};
use crate::{BLOCK, DamageReason, Error};

fn sample(checksum: Checksum) -> Vec<u8> {
    let mut bytes = Hdu::primary()
        .card("NEXTEND", 2, "number of extensions")
        .checksum(checksum)
        .bytes()
        .unwrap();
    Hdu::table(
        [Column::new("TIME", "D"), Column::new("FLUX", "4E").dimensions(&[2, 2])],
        200,
    )
    .card("EXTNAME", "LIGHTCURVE", "")
    .pad_to_blocks(2)
    .checksum(checksum)
    .append_with(&mut bytes, |out| {
        let mut cells = Cells::new(out);
        for row in 0..200 {
            cells.float64(f64::from(row));
            cells.float32s(&[1.0, 2.0, f32::NAN, row as f32]);
        }
    })
    .unwrap();
    Hdu::image(Pixel::Int32, &[3, 3])
        .checksum(checksum)
        .append_to(&mut bytes, &[1; 36])
        .unwrap();
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The finding, which must be the same with and without looking at the data.
fn check(bytes: &[u8], hdu: usize, offset: u64, expected: impl Fn(&DamageReason) -> bool) {
    for error in [
        file(bytes).unwrap_err(),
        structure(Cursor::new(bytes), None).unwrap_err(),
    ] {
        let Error::Damaged {
            hdu: found_hdu,
            offset: found_offset,
            reason,
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!((found_hdu, found_offset), (hdu, offset), "{reason}");
        assert!(expected(&reason), "{reason:?}");
    }
}

fn with_header(text: &str) -> Vec<u8> {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let cards: Vec<u8> = text
        .lines()
        .flat_map(|line| format!("{line:<80}").into_bytes())
        .collect();
    bytes.extend_from_slice(&cards);
    bytes.resize(bytes.len().next_multiple_of(BLOCK as usize), b' ');
    bytes
}

#[test]
fn whole_files_pass_with_one_two_or_no_sums() {
    for (checksum, state, data_state) in [
        (Checksum::Absent, SumState::NotPresent, SumState::NotPresent),
        (Checksum::Hdu, SumState::Valid, SumState::NotPresent),
        (Checksum::HduAndData, SumState::Valid, SumState::Valid),
    ] {
        let bytes = sample(checksum);
        for content in [bytes.clone(), gzip(&bytes)] {
            let report = file(&content[..]).unwrap();
            assert_eq!(report.size, bytes.len() as u64);
            assert!(report.oddities.is_empty());
            for hdu in &report.hdus {
                let sums = hdu.sums.as_ref().unwrap();
                assert_eq!((sums.checksum, sums.datasum), (state, data_state));
            }
            let by_structure = structure(Cursor::new(&content), Some(content.len() as u64)).unwrap();
            let infos = |report: &super::Report| report.hdus.iter().map(|hdu| hdu.info.clone()).collect::<Vec<_>>();
            assert_eq!(infos(&report), infos(&by_structure));
            assert_eq!(by_structure.gzip, report.gzip);
        }
    }
}

#[test]
fn every_flipped_bit_is_found() {
    let bytes = sample(Checksum::Hdu);
    for position in (0..bytes.len()).step_by(41).chain(320..480) {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[position] ^= 1 << bit;
            assert!(!examine(&damaged[..]).unwrap().is_whole(), "byte {position}, bit {bit}");
        }
    }
}

#[test]
fn every_truncation_is_found() {
    let bytes = sample(Checksum::Hdu);
    let cuts = (0..bytes.len())
        .step_by(BLOCK as usize)
        .chain((0..bytes.len()).step_by(97));
    let ends: Vec<u64> = file(&bytes[..])
        .unwrap()
        .hdus
        .iter()
        .map(|hdu| hdu.info.end())
        .collect();
    for cut in cuts {
        let size = Some(bytes.len() as u64);
        assert!(structure(Cursor::new(&bytes[..cut]), size).is_err(), "cut at {cut}");
        // Between two HDUs nothing but the size, or `NEXTEND`, tells.
        let found = file(&bytes[..cut]).map(|report| report.oddities);
        let by_structure = structure(Cursor::new(&bytes[..cut]), None).map(|report| report.oddities);
        let between = ends.iter().position(|&end| end == cut as u64);
        let expected = between.map(|n| {
            vec![Oddity::HdusMissing {
                announced: 2,
                found: n as u64,
            }]
        });
        assert_eq!(found.ok(), expected, "cut at {cut}");
        assert_eq!(by_structure.ok(), expected, "cut at {cut}");
    }
    let compressed = gzip(&bytes);
    for cut in 2..compressed.len() {
        let Err(Error::Damaged { reason, .. }) = file(&compressed[..cut]) else {
            panic!("cut at {cut}")
        };
        assert!(matches!(reason, DamageReason::Gzip { .. }), "{reason}");
    }
}

#[test]
fn what_is_no_fits_file_is_named_by_its_first_bytes() {
    check(b"<html>\r\n<head><title>504 Gateway Time-out</title>", 0, 0, |reason| {
        reason.to_string().contains("<html>\\r\\n<head><title>504")
    });
    check(&[0; 5000], 0, 0, |reason| {
        matches!(reason, DamageReason::NotFits { .. })
    });
    check(b"", 0, 0, |reason| *reason == DamageReason::Empty);
    check(b"SIMPLE", 0, 6, |reason| {
        matches!(reason, DamageReason::HeaderCut { file_size: 6 })
    });
}

#[test]
fn hostile_headers_are_refused() {
    let start = "XTENSION= 'BINTABLE'\nBITPIX  =                    8\nNAXIS   =                    2\n";
    let sizes = |width: &str, rows: &str| format!("{start}NAXIS1  = {width}\nNAXIS2  = {rows}\nTFIELDS = 0\nEND");
    check(
        &with_header(&sizes("9223372036854775807", "9223372036854775807")),
        1,
        BLOCK,
        |reason| *reason == DamageReason::TooLarge,
    );
    check(
        &with_header(&sizes("99999999999999999999", "1")),
        1,
        BLOCK,
        |reason| matches!(reason, DamageReason::BadValue { keyword, .. } if keyword == "NAXIS1"),
    );
    check(
        &with_header(&sizes("0", "9223372036854775807").replace("NAXIS2", "PCOUNT")),
        1,
        BLOCK,
        |reason| {
            *reason
                == DamageReason::Missing {
                    keyword: "NAXIS2".to_owned(),
                }
        },
    );
    let huge = with_header("XTENSION= 'IMAGE'\nBITPIX  = 8\nNAXIS   = 1\nNAXIS1  = 1000000000000\nEND");
    check(&huge, 1, 2 * BLOCK, |reason| {
        matches!(
            reason,
            DamageReason::DataCut {
                expected_end: 1_000_000_008_000,
                ..
            }
        )
    });
    check(&with_header(start), 1, 2 * BLOCK, |reason| {
        matches!(reason, DamageReason::HeaderCut { .. })
    });
    let mut hole = sample(Checksum::Absent);
    hole[BLOCK as usize + 800..BLOCK as usize + 1600].fill(0);
    check(&hole, 1, BLOCK + 800, |reason| {
        *reason == DamageReason::NotText { byte: 0 }
    });
}

/// Repeats a block without holding the whole.
struct Endless<'a> {
    head: &'a [u8],
    block: &'a [u8],
    position: usize,
}

impl std::io::Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let rest = match self.position.checked_sub(self.head.len()) {
            None => &self.head[self.position..],
            Some(beyond) => &self.block[beyond % self.block.len()..],
        };
        let num_bytes = rest.len().min(buffer.len());
        buffer[..num_bytes].copy_from_slice(&rest[..num_bytes]);
        self.position += num_bytes;
        Ok(num_bytes)
    }
}

#[test]
fn endless_headers_and_endless_hdus_come_to_an_end() {
    let head = Hdu::primary().bytes().unwrap();
    let headless = vec![b' '; BLOCK as usize];
    let mut first = head.clone();
    first[320..].fill(b' ');
    let report = examine(Endless {
        head: &first,
        block: &headless,
        position: 0,
    })
    .unwrap();
    assert!(matches!(report.damage[0].reason, DamageReason::HeaderTooLong { .. }));
    let block = Hdu::image(Pixel::UInt8, &[]).bytes().unwrap();
    let endless = Endless {
        head: &head,
        block: &block,
        position: 0,
    };
    // Nothing is wrong with as many as were walked.
    let error = examine(endless).unwrap_err();
    assert!(matches!(error, Error::Unsupported { hdu: 32_768, .. }), "{error}");
}

#[test]
fn zeros_after_the_end_are_odd_and_anything_else_is_damage() {
    let mut bytes = sample(Checksum::Hdu);
    let end = bytes.len() as u64;
    bytes.resize(bytes.len() + 12_345, 0);
    let expected = [Oddity::TrailingZeros { num_bytes: 12_345 }];
    assert_eq!(file(&bytes[..]).unwrap().oddities, expected);
    assert_eq!(structure(Cursor::new(&bytes), None).unwrap().oddities, expected);
    bytes.extend_from_slice(b"</html>");
    check(
        &bytes,
        3,
        end,
        |reason| matches!(reason, DamageReason::Trailing { starts_with } if starts_with == "</html>"),
    );
}

#[test]
fn a_wrong_nextend_is_odd_and_a_wrong_size_is_damage() {
    let bytes = Hdu::primary().card("NEXTEND", 2, "").bytes().unwrap();
    let expected = [Oddity::HdusMissing { announced: 2, found: 0 }];
    for content in [bytes.clone(), gzip(&bytes)] {
        assert_eq!(file(&content[..]).unwrap().oddities, expected);
        for size in [None, Some(content.len() as u64)] {
            assert_eq!(structure(Cursor::new(&content), size).unwrap().oddities, expected);
        }
    }
    assert!(matches!(
        structure(Cursor::new(&bytes), Some(1)).unwrap_err(),
        Error::Damaged {
            reason: DamageReason::Size {
                expected: 1,
                found: BLOCK
            },
            ..
        }
    ));
}

#[test]
fn a_report_says_which_bytes_are_proven() {
    let with_both = sample(Checksum::HduAndData);
    let spans: Vec<_> = examine(&with_both[..])
        .unwrap()
        .hdus
        .into_iter()
        .map(|hdu| hdu.info)
        .collect();
    let check = |bytes: &[u8], broken: bool, expected: String| {
        let report = examine(bytes).unwrap();
        assert_eq!(report.broken().is_some(), broken);
        assert_eq!(report.proof().to_string(), expected);
        let in_order =
            |ranges: &[std::ops::Range<u64>]| ranges.iter().map(|range| range.end - range.start).sum::<u64>();
        let proof = report.proof();
        assert_eq!(in_order(&proof.proven) + in_order(&proof.unproven), report.size);
    };
    let size = with_both.len();
    check(&with_both, false, format!("right sums prove bytes 0 to {}", size - 1));
    check(
        &sample(Checksum::Absent),
        false,
        "no right sum proves any of its bytes".to_owned(),
    );
    // A header that somebody edited: the data's own sum still speaks for them.
    let mut edited = with_both.clone();
    let name = edited.windows(10).position(|bytes| bytes == b"LIGHTCURVE").unwrap();
    edited[name] ^= 1;
    let (start, end) = (spans[1].header_offset, spans[1].data_offset);
    let expected = format!(
        "right sums prove bytes 0 to {} and {end} to {}, not bytes {start} to {}",
        start - 1,
        size - 1,
        end - 1
    );
    check(&edited, false, expected);
    let cut = &with_both[..spans[2].data_offset as usize + 10];
    let expected = format!(
        "right sums prove bytes 0 to {}, not bytes {} to {}",
        spans[2].header_offset - 1,
        spans[2].header_offset,
        cut.len() - 1
    );
    check(cut, true, expected);
}

#[test]
fn both_wrong_sums_are_reported_with_their_values() {
    let mut bytes = sample(Checksum::HduAndData);
    let last = bytes.len() - 2000;
    bytes[last] ^= 4;
    let report = examine(&bytes[..]).unwrap();
    let sums = report.hdus[2].sums.as_ref().unwrap();
    assert_eq!((sums.checksum, sums.datasum), (SumState::Invalid, SumState::Invalid));
    assert_eq!(report.damage.len(), 2);
    assert!(report.damage.iter().all(|finding| finding.hdu == 2));
    assert_eq!(report.damage[1].reason, DamageReason::Checksum { sum: sums.hdu });
}

#[test]
fn sums_that_cannot_be_read_are_damage() {
    for (from, to) in [
        (&b"CHECKSUM= '"[..], &b"CHECKSUM=  "[..]),
        (b"CHECKSUM", b"CHECKSTM"),
        (b"DATASUM ", b"DATASUM0"),
    ] {
        let mut bytes = sample(Checksum::HduAndData);
        let position = bytes.windows(from.len()).position(|window| window == from).unwrap();
        bytes[position..position + to.len()].copy_from_slice(to);
        let error = file(&bytes[..]).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Damaged {
                    hdu: 0,
                    reason: DamageReason::BadValue { .. },
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(structure(Cursor::new(&bytes), None).unwrap().hdus.len(), 3);
    }
}

#[test]
fn damage_of_the_gzip_stream_is_found() {
    let bytes = sample(Checksum::Absent);
    let compressed = gzip(&bytes);
    let mut members = compressed.clone();
    let num_bytes = compressed.len();
    for position in [num_bytes / 2, num_bytes - 8, num_bytes - 4] {
        let mut damaged = compressed.clone();
        damaged[position] ^= 1;
        let report = examine(&damaged[..]).unwrap();
        assert!(report.gzip && !report.is_whole());
    }
    members.extend_from_slice(b"<html>");
    assert!(matches!(
        file(&members[..]).unwrap_err(),
        Error::Damaged {
            reason: DamageReason::Gzip { .. },
            ..
        }
    ));
    let mut bomb = Vec::new();
    Hdu::primary_image(Pixel::UInt8, &[80 << 20])
        .append_with(&mut bomb, |out| out.resize(out.len() + (80 << 20), 0))
        .unwrap();
    let error = file(&gzip(&bomb)[..]).unwrap_err();
    assert!(error.to_string().contains("more than 200 times"), "{error}");
}

#[test]
fn a_file_in_pieces_has_the_report_of_the_whole() {
    let whole = sample(Checksum::HduAndData);
    let mut flipped = whole.clone();
    flipped[BLOCK as usize * 3] ^= 1;
    let mut padded = whole.clone();
    padded.extend_from_slice(&[0; 5000]);
    let mut followed = padded.clone();
    followed.push(7);
    let examples = [
        whole.clone(),
        sample(Checksum::Absent),
        flipped,
        padded,
        followed,
        whole[..whole.len() - 1].to_vec(),
        whole[..BLOCK as usize + 80].to_vec(),
        with_header("XTENSION= 'IMAGE   '\nBITPIX  =                    9"),
        b"<html>".to_vec(),
        Vec::new(),
    ];
    for bytes in examples {
        let expected = examine(&bytes[..]).unwrap();
        for size in [1, 79, 2880, 2881, 100_000] {
            let mut examiner = Examiner::new();
            bytes.chunks(size).for_each(|piece| examiner.push(piece));
            let found = examiner.finish().unwrap();
            // How far it was read behind damage is nobody's concern.
            let size_of = |report: &Report| if report.broken().is_some() { 0 } else { report.size };
            assert_eq!(
                (&found.hdus, &found.damage),
                (&expected.hdus, &expected.damage),
                "{size}"
            );
            assert_eq!(
                (&found.oddities, size_of(&found)),
                (&expected.oddities, size_of(&expected)),
                "{size}"
            );
        }
    }
}
