//! Genuine Kepler, K2 and TESS files against facts that were measured with another program.

use std::fs;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use lks_fits::verify::{self, SumState};
use lks_fits::{DamageReason, Error};
use serde_json::Value;

/// The folder of shared data, if it is there.
pub(crate) fn data() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !path.join("fits").is_dir() {
        println!("skipped: no genuine files at {}", path.display());
        return None;
    }
    Some(path)
}

/// Name and bytes of every genuine FITS file, as it lies on disk.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let Some(data) = data() else { return Vec::new() };
    let mut files: Vec<_> = fs::read_dir(data.join("fits"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| !entry.file_name().to_string_lossy().ends_with(".zip"))
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// Cut off on purpose, or published with sums that are wrong.
fn is_damaged_sample(name: &str) -> bool {
    let wrong_sums = ["6x6_astrocut.fits", "_cbv.fits", "eleanor_lite-100-cadences.fits"];
    name.contains("corrupted") || wrong_sums.iter().any(|ending| name.ends_with(ending))
}

pub(crate) fn unpacked(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    if !name.ends_with(".gz") {
        return bytes;
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(&bytes[..])
        .read_to_end(&mut out)
        .unwrap();
    out
}

#[test]
fn offsets_spans_and_sums_are_those_that_were_measured() {
    let Some(data) = data() else { return };
    let facts: Value = serde_json::from_slice(&fs::read(data.join("json/fits_facts.json")).unwrap()).unwrap();
    let mut num_hdus = 0;
    for (name, bytes) in files() {
        let report = verify::examine(&bytes[..]).unwrap();
        assert_eq!(
            report.is_whole(),
            !is_damaged_sample(&name),
            "{name}: {:?}",
            report.damage
        );
        // Not every file was measured.
        let Some(fact) = facts.as_array().unwrap().iter().find(|fact| fact["file"] == *name) else {
            continue;
        };
        assert_eq!(report.gzip, name.ends_with(".gz"), "{name}");
        for (hdu, expected) in report.hdus.iter().zip(fact["hdus"].as_array().unwrap()) {
            let info = &hdu.info;
            let sums = hdu.sums.as_ref().unwrap();
            assert_eq!(info.name, expected["name"].as_str().unwrap(), "{name}");
            assert_eq!(
                info.header_offset,
                expected["header_offset"].as_u64().unwrap(),
                "{name}"
            );
            assert_eq!(info.data_offset, expected["data_offset"].as_u64().unwrap(), "{name}");
            assert_eq!(info.data_span, expected["data_span"].as_u64().unwrap(), "{name}");
            assert_eq!(
                format!("{:08x}", sums.hdu),
                expected["hdu_ones_complement_sum_hex"].as_str().unwrap(),
                "{name}"
            );
            assert_eq!(
                u64::from(sums.data),
                expected["data_ones_complement_sum"].as_u64().unwrap(),
                "{name}"
            );
            assert_eq!(
                sums.checksum_card.as_deref(),
                expected["checksum_card"].as_str(),
                "{name}"
            );
            let state = |valid: &Value| match valid.as_bool() {
                None => SumState::NotPresent,
                Some(true) => SumState::Valid,
                Some(false) => SumState::Invalid,
            };
            assert_eq!(
                sums.checksum,
                state(&expected["checksum_card_valid_over_whole_hdu"]),
                "{name}"
            );
            assert_eq!(sums.datasum, state(&expected["datasum_card_valid"]), "{name}");
            num_hdus += 1;
        }
        if report.is_whole() {
            assert_eq!(report.hdus.len(), fact["hdus"].as_array().unwrap().len(), "{name}");
            verify::structure(Cursor::new(&bytes), Some(bytes.len() as u64)).unwrap();
        }
    }
    println!("{num_hdus} HDUs compared");
    assert!(num_hdus > 40);
}

#[test]
fn what_publishers_get_wrong_is_told_from_damage() {
    let Some(data) = data() else { return };
    let report = |name: &str| verify::examine(&fs::read(data.join("fits").join(name)).unwrap()[..]).unwrap();
    let varcat = report("hlsp_k2varcat_k2_lightcurve_211121743-c04_kepler_v2_llc.fits");
    assert!(varcat.is_whole());
    assert_eq!(
        varcat.oddities,
        [verify::Oddity::HdusMissing { announced: 2, found: 1 }]
    );
    let eleanor = report("test-lc-tess-pimen_s1_eleanor_lite-100-cadences.fits");
    assert!(eleanor.broken().is_none() && eleanor.damage.iter().all(|finding| finding.hdu == 0));
    for cut in [
        "test-lc-tess-pimen-corrupted.fits",
        "test-lc-tess-pimen-corrupted-at-header.fits",
    ] {
        assert_eq!(report(cut).broken().unwrap().hdu, 1, "{cut}");
        assert_eq!(report(cut).proof().proven, std::slice::from_ref(&(0..5760)), "{cut}");
    }
}

#[test]
fn damaged_samples_are_named_for_the_right_reason() {
    let Some(data) = data() else { return };
    let damage = |name: &str| match verify::file(&fs::read(data.join("fits").join(name)).unwrap()[..]) {
        Err(Error::Damaged { hdu, offset, reason }) => (hdu, offset, reason),
        other => panic!("{name}: {other:?}"),
    };
    let (hdu, offset, reason) = damage("test-lc-tess-pimen-corrupted.fits");
    assert_eq!((hdu, offset), (1, 20_160));
    assert_eq!(
        reason,
        DamageReason::DataCut {
            expected_end: 31_680,
            file_size: 22_548
        }
    );
    let (hdu, offset, reason) = damage("test-lc-tess-pimen-corrupted-at-header.fits");
    assert_eq!(
        (hdu, offset, reason),
        (1, 6000, DamageReason::HeaderCut { file_size: 6000 })
    );
    let (hdu, offset, reason) = damage("tess-s0001-4-2_84.291190_-80.469170_6x6_astrocut.fits");
    assert_eq!((hdu, offset), (1, 28_800));
    assert_eq!(
        reason,
        DamageReason::DataSum {
            expected: 1_322_363_012,
            found: 1_512_605_554
        }
    );
    let (hdu, offset, reason) = damage("tesscut_504_html_saved_as_astrocut.zip");
    assert!(
        matches!(&reason, DamageReason::NotFits { starts_with } if starts_with.starts_with("<html>")),
        "{reason}"
    );
    assert_eq!((hdu, offset), (0, 0));
}

#[test]
fn one_flipped_bit_in_any_hdu_with_a_checksum_is_found() {
    let mut num_flips = 0;
    for (name, bytes) in files() {
        if is_damaged_sample(&name) {
            continue;
        }
        let bytes = unpacked(&name, bytes);
        for hdu in verify::file(&bytes[..])
            .map_err(|error| error.to_string())
            .map(|report| report.hdus)
            .unwrap_or_default()
        {
            if hdu.sums.unwrap().checksum == SumState::NotPresent {
                continue;
            }
            let info = hdu.info;
            let size = info.end() - info.header_offset;
            for step in 0..12 {
                let position = (info.header_offset + step * 7919 * 13 % size) as usize;
                let mut damaged = bytes.clone();
                damaged[position] ^= 1 << (step % 8);
                let report = verify::examine(&damaged[..]).unwrap();
                assert_eq!(
                    report.damage.first().map(|finding| finding.hdu),
                    Some(info.index),
                    "{name} byte {position}"
                );
                num_flips += 1;
            }
        }
    }
    println!("{num_flips} flips found");
}

#[test]
fn a_genuine_file_cut_anywhere_is_found() {
    for (name, bytes) in files() {
        if is_damaged_sample(&name) || name.ends_with(".gz") || bytes.len() > 500_000 {
            continue;
        }
        for cut in (0..bytes.len()).step_by(2880).chain((1..bytes.len()).step_by(9973)) {
            assert!(
                verify::structure(Cursor::new(&bytes[..cut]), Some(bytes.len() as u64)).is_err(),
                "{name} cut at {cut}"
            );
            // Between two HDUs only the size tells, and `NEXTEND` where it is right.
            if let Ok(report) = verify::structure(Cursor::new(&bytes[..cut]), None) {
                assert!(
                    report.hdus.iter().any(|hdu| hdu.info.end() == cut as u64),
                    "{name} cut at {cut}"
                );
            }
        }
    }
}
