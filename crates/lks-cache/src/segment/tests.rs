use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::*;
use crate::dirfd::Directory;
use crate::key::raw_key_of;
use crate::record::{Assurance, Fingerprint, RECORD_VERSION, Record, RecordLocation, RecordOrigin, hex, raw_sha256};

fn record(n: u64) -> Record {
    let uri = format!("https://example.org/\"{n}\"\n");
    Record {
        v: RECORD_VERSION,
        key: hex(&raw_key_of(&uri)),
        uri,
        sha256: hex(&Sha256::digest((n / 2).to_le_bytes())),
        size: n,
        source: "é\u{2028}".to_owned(),
        url: n.is_multiple_of(2).then(|| "https://example.org".to_owned()),
        etag: None,
        last_modified: None,
        table_size: Some(n),
        origin: RecordOrigin::Fetched,
        assurance: Assurance::Length,
        note: None,
        stored_at: "2026-07-22T17:30:00Z".to_owned(),
        verified_at: "2026-07-22T17:30:00Z".to_owned(),
        locations: vec![RecordLocation {
            path: format!("files/a/{n}"),
            fingerprint: Fingerprint {
                dev: 1,
                ino: u64::MAX,
                size: n,
                mtime_ns: -1,
            },
        }],
        writer: "test".to_owned(),
    }
}

fn line(n: u64, at: u64) -> Vec<u8> {
    of_record(&record(n), Moment(at)).unwrap()
}

/// Writes a sorted segment of these lines.
fn write_sorted(path: &Path, lines: &[Vec<u8>]) {
    let mut lines: Vec<(Head, &Vec<u8>)> = lines.iter().map(|line| (head_of(line).unwrap(), line)).collect();
    lines.sort_by_key(|(head, _)| head.key);
    let file = File::create(path).unwrap();
    let mut writer = SortedWriter::new(&file);
    for (head, line) in lines {
        writer.add(&head, line).unwrap();
    }
    writer.finish().unwrap();
}

fn view(directory: &Path) -> View {
    let mut view = View::default();
    view.refresh(Directory::at(directory)).unwrap();
    view
}

fn found(view: &mut View, n: u64) -> Option<Record> {
    let newest = view.newest(&raw_key_of(&record(n).uri)).unwrap()?;
    newest.record().map(Result::unwrap)
}

fn all(view: &View) -> Vec<Record> {
    let mut merge = view.merge();
    let mut records = Vec::new();
    while let Some(item) = merge.next().unwrap() {
        if item.head.content.is_some() {
            records.push(record_of(&item.text).unwrap());
        }
    }
    records
}

#[test]
fn a_line_reads_back_and_each_flipped_bit_is_noticed() {
    let text = line(7, 5);
    let head = head_of(&text).unwrap();
    assert_eq!((head.moment, head.key), (Moment(5), raw_key_of(&record(7).uri)));
    assert_eq!(head.content, raw_sha256(&record(7).sha256));
    assert_eq!(record_of(&text).unwrap(), record(7));
    assert_eq!(text.iter().filter(|&&byte| byte == b'\n').count(), 1);
    for n in 0..text.len() * 8 {
        let mut flipped = text.clone();
        flipped[n / 8] ^= 1 << (n % 8);
        assert_eq!(head_of(&flipped), None, "bit {n}");
    }
    for n in 0..text.len() {
        assert_eq!(head_of(&text[..n]), None, "cut at {n}");
    }
    let removal = head_of(&of_removal("uri", Moment(6)).unwrap()).unwrap();
    assert_eq!((removal.key, removal.content), (raw_key_of("uri"), None));
}

#[test]
fn lines_that_claim_too_much_are_refused() {
    let of = |json: &str| head_of(&line::line_of(json));
    let sha256 = "ab".repeat(32);
    assert!(of(&format!(r#"{{"at":1,"uri":"u","sha256":"{sha256}"}}"#)).is_some());
    for json in [
        format!(r#"{{"at":9223372036854775808,"uri":"u","sha256":"{sha256}"}}"#),
        format!(r#"{{"at":-1,"uri":"u","sha256":"{sha256}"}}"#),
        format!(r#"{{"at":1,"at":2,"uri":"u","sha256":"{sha256}"}}"#),
        r#"{"at":1,"uri":"u","sha256":"../x"}"#.to_owned(),
        "[]".to_owned(),
        String::new(),
    ] {
        assert_eq!(of(&json), None, "{json}");
    }
    let mut long = record(1);
    long.uri = "u".repeat(LONGEST_LINE);
    of_record(&long, Moment(1)).unwrap_err();
    assert_eq!(Moment::after(Some(Moment(9)), 5), Moment(10));
    let far = Moment::after(Some(Moment(9)), u128::MAX);
    assert!(
        Moment::after(Some(far), 5) > far,
        "a clock that is far off is left behind"
    );
}

#[test]
fn each_line_of_a_sorted_segment_is_found_and_no_other() {
    // One layer of blocks, two, three.
    for n_lines in [1, 170, 171, 30_000] {
        let directory = tempfile::tempdir().unwrap();
        let lines: Vec<Vec<u8>> = (0..n_lines).map(|n| line(n, n)).collect();
        write_sorted(&directory.path().join("a.sorted"), &lines);
        let mut view = view(directory.path());
        let step = usize::try_from(n_lines / 500 + 1).unwrap();
        for n in (0..n_lines).step_by(step) {
            assert_eq!(found(&mut view, n), Some(record(n)));
            let keys = view.keys_of_content(&raw_sha256(&record(n).sha256).unwrap()).unwrap();
            let with = [n & !1, n | 1].into_iter().filter(|n| *n < n_lines);
            assert_eq!(keys, with.map(|n| raw_key_of(&record(n).uri)).collect(), "{n}");
        }
        for n in n_lines..n_lines + 300 {
            assert_eq!(found(&mut view, n), None);
        }
        assert!(!view.segments()[0].is_damaged());
        assert_eq!(all(&view).len() as u64, n_lines);
    }
}

#[test]
fn more_lines_of_one_content_than_a_block_holds_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let same = |n| {
        let mut record = record(n);
        record.sha256 = record_sha();
        of_record(&record, Moment(1)).unwrap()
    };
    fn record_sha() -> String {
        "77".repeat(32)
    }
    let lines: Vec<Vec<u8>> = (0..2_000_u64)
        .map(|n| if n.is_multiple_of(2) { same(n) } else { line(n, 1) })
        .collect();
    write_sorted(&directory.path().join("a.sorted"), &lines);
    let keys = view(directory.path()).keys_of_content(&[0x77; 32]).unwrap();
    assert_eq!(keys.len(), 1_000);
}

#[test]
fn the_newest_line_holds_wherever_it_lies() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    let changed = |n, at, size| {
        let mut record = record(n);
        record.size = size;
        of_record(&record, Moment(at)).unwrap()
    };
    write_sorted(
        &place("a.sorted"),
        &[changed(1, 5, 50), changed(2, 5, 50), changed(3, 5, 50)],
    );
    let log = [
        changed(1, 4, 40),
        changed(2, 6, 60),
        of_removal(&record(3).uri, Moment(7)).unwrap(),
    ];
    fs::write(place("b.log"), log.concat()).unwrap();
    // Of equal moments always the same one.
    fs::write(place("c.done"), [changed(4, 1, 1), changed(4, 1, 2)].concat()).unwrap();
    let mut view = view(directory.path());
    let sizes: Vec<Option<u64>> = (1..5).map(|n| found(&mut view, n).map(|record| record.size)).collect();
    assert_eq!(sizes, [Some(50), Some(60), None, Some(2)]);
    let merged: BTreeSet<u64> = all(&view).into_iter().map(|record| record.size).collect();
    assert_eq!(merged, BTreeSet::from([50, 60, 2]));
}

#[test]
fn a_log_torn_anywhere_keeps_the_lines_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.log");
    let lines = [line(1, 1), line(2, 2)];
    let whole = lines.concat();
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let mut view = view(directory.path());
        assert_eq!(found(&mut view, 1).is_some(), length >= lines[0].len(), "{length}");
        assert_eq!(found(&mut view, 2).is_some(), length == whole.len(), "{length}");
        // What comes later is read on.
        fs::write(&path, &whole).unwrap();
        view.refresh(Directory::at(directory.path())).unwrap();
        assert_eq!(found(&mut view, 2), Some(record(2)), "{length}");
    }
}

#[test]
fn what_is_no_line_is_passed_over_whatever_its_length() {
    let directory = tempfile::tempdir().unwrap();
    for length in [1, 65_534, 65_535, 65_536, 65_537, 1 << 18] {
        for garbage in [b"\0", b"x", b"\n"] {
            let text = [line(1, 1), garbage.repeat(length), b"\n".to_vec(), line(2, 2)].concat();
            fs::write(directory.path().join("a.log"), text).unwrap();
            let mut view = view(directory.path());
            assert_eq!(found(&mut view, 1), Some(record(1)));
            assert_eq!(found(&mut view, 2), Some(record(2)), "{length}");
        }
    }
}

#[test]
fn a_byte_flipped_in_a_segment_gives_no_wrong_answer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.sorted");
    let lines: Vec<Vec<u8>> = (0..180).map(|n| line(n, n)).collect();
    write_sorted(&path, &lines);
    let whole = fs::read(&path).unwrap();
    // Every place of the first lines, others in steps.
    let places = (0..whole.len()).filter(|n| n % 1009 == 0 || *n < 450 || whole.len() - n < 20);
    for n in places {
        let mut text = whole.clone();
        text[n] ^= 0x40;
        fs::write(&path, &text).unwrap();
        let mut view = view(directory.path());
        let lost: Vec<u64> = (0..180)
            .filter(|n| match found(&mut view, *n) {
                Some(record) => {
                    assert_eq!(record, self::record(record.size), "a wrong answer");
                    false
                }
                None => true,
            })
            .collect();
        // A line feed stands between two.
        let most = if whole[n] == b'\n' { 2 } else { 1 };
        assert!(lost.len() <= most, "byte {n}: {lost:?}");
        assert!(all(&view).len() + lost.len() >= 180, "byte {n}");
    }
}

#[test]
fn a_segment_that_lies_about_itself_gives_no_wrong_answer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.sorted");
    let lines: Vec<Vec<u8>> = (0..400).map(|n| line(n, n)).collect();
    write_sorted(&path, &lines);
    let whole = fs::read(&path).unwrap();
    let is_true = |told: &str| {
        let mut view = view(directory.path());
        for n in 0..400 {
            if let Some(record) = found(&mut view, n) {
                assert_eq!(record, self::record(n), "{told}");
            }
            let content = raw_sha256(&record(n).sha256).unwrap();
            let keys = view.keys_of_content(&content).unwrap();
            assert!(keys.len() <= 2, "{told}");
        }
        all(&view);
    };
    let last = whole.len() - 4096;
    let summary = line::json_of(&whole[last..]).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(summary).unwrap();
    for (member, value) in [
        ("v", 1),
        ("v", 3),
        ("lines", 0),
        ("lines", 399),
        ("lines", 401),
        ("lines", u64::MAX),
        ("contents", 0),
        ("contents", u64::MAX),
        ("bytes", 0),
        ("bytes", u64::MAX),
        ("bytes", summary["bytes"].as_u64().unwrap() - 1),
    ] {
        let mut lying = summary.clone();
        lying[member] = value.into();
        let mut text = whole.clone();
        let width = 4096 - 18;
        text[last..].copy_from_slice(&line::line_of(&format!("{:width$}", lying.to_string())));
        fs::write(&path, text).unwrap();
        is_true(&format!("{member} {value}"));
    }
    // Blocks with good checksums that lead elsewhere: entries of another segment's blocks, at the same places.
    let other = directory.path().join("other");
    let changed: Vec<Vec<u8>> = (1_000..1_400).map(|n| line(n, n)).collect();
    write_sorted(&other, &changed);
    let foreign = fs::read(&other).unwrap();
    let first = summary["bytes"].as_u64().unwrap().div_ceil(4096) as usize;
    if foreign.len() == whole.len() {
        for block in first..whole.len() / 4096 - 1 {
            let mut text = whole.clone();
            text[block * 4096..][..4096].copy_from_slice(&foreign[block * 4096..][..4096]);
            fs::write(&path, text).unwrap();
            is_true(&format!("block {block}"));
        }
    }
    // Lines in any order, under indexes that fit them.
    let file = File::create(&path).unwrap();
    let mut writer = SortedWriter::new(&file);
    for text in &lines {
        writer.add(&head_of(text).unwrap(), text).unwrap();
    }
    writer.finish().unwrap();
    is_true("out of order");
}

#[test]
fn a_segment_that_comes_under_another_name_is_followed() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    fs::write(place("a.log"), line(1, 1)).unwrap();
    let mut view = view(directory.path());
    assert_eq!(found(&mut view, 1), Some(record(1)));
    fs::rename(place("a.log"), place("a.done")).unwrap();
    view.refresh(Directory::at(directory.path())).unwrap();
    assert_eq!(found(&mut view, 1), Some(record(1)));
    fs::remove_file(place("a.done")).unwrap();
    fs::write(place("a.done"), line(2, 1)).unwrap();
    view.refresh(Directory::at(directory.path())).unwrap();
    assert_eq!((found(&mut view, 1), found(&mut view, 2)), (None, Some(record(2))));
    fs::remove_dir_all(directory.path()).unwrap();
    view.refresh(Directory::at(directory.path())).unwrap();
    assert_eq!(view.segments().len(), 0);
}

/// A file whose beginning cannot be read: no process has memory at address 0.
#[cfg(target_os = "linux")]
#[test]
fn what_the_disk_does_not_give_is_passed_over() {
    let file = File::open("/proc/self/mem").unwrap();
    let mut lines = lines::Lines::new(Handle::held("x.log", file).unwrap().into(), 0..1 << 20);
    assert!(lines.next().unwrap().is_none(), "an error would end every look");
    assert!(lines.has_gaps());
    let file = File::open("/proc/self/mem").unwrap();
    let handle = Handle::held("x.log", file).unwrap();
    assert!(!handle.has_failed());
    assert!(handle.read_if_whole(|file| read_line(file, 0, 100)).unwrap().is_none());
    assert!(handle.has_failed(), "a compaction leaves it alone");
}

#[test]
fn of_many_segments_only_some_are_held_open() {
    let directory = tempfile::tempdir().unwrap();
    let logs = 300;
    for n in 0..logs {
        fs::write(directory.path().join(format!("{n}.done")), line(n, 1)).unwrap();
    }
    let mut view = view(directory.path());
    let num_held = view.segments().iter().filter(|segment| segment.file.is_held()).count();
    assert!((1..100).contains(&num_held), "{num_held}");
    for n in 0..logs {
        assert!(found(&mut view, n).is_some(), "{n}");
    }
    let mut merge = view.merge();
    let mut num_lines = 0;
    while merge.next().unwrap().is_some() {
        num_lines += 1;
    }
    assert_eq!(num_lines, logs);
    // Somebody has merged them: whoever has the old names looks again.
    for n in 0..logs {
        fs::remove_file(directory.path().join(format!("{n}.done"))).unwrap();
    }
    let gone = (0..logs)
        .filter(|n| view.newest(&raw_key_of(&record(*n).uri)).is_err())
        .count();
    assert_eq!(gone, logs as usize - num_held);
}
