use super::*;

fn of(text: &str) -> Figures {
    let mut figures = Figures::default();
    text.lines().for_each(|line| figures.read(line));
    figures
}

const WELL: &str = "\
publish   120 kills   40 failures
adopt      30 kills    2 failures
192 points, 0 violations
negative control, which writes in place: 9 points, 7 violations
ext4: publish    44 power cuts
ext4: 44 points, 0 violations
ext4: negative control, whose syncs and new sizes do nothing: 30 points, 12 violations
xfs: SKIPPED: mkfs.xfs is not installed
honest   16 processes, 50 products: 50 transfers, 0 wrong files, 1.2 s
12 files compared between the rounds: 0 with a wrong byte
9 scenes, 300 checks, 0 failed
.not made: N62: files are fetched over HTTP/1.1 only
..faults N1-N68: 60 covered in 150 cases, 8 excused";

#[test]
fn figures_of_all_campaigns_are_added_up() {
    let figures = of(WELL);
    assert_eq!((figures.kills, figures.failures), (150, 42));
    assert_eq!(figures.cuts.get("ext4"), Some(&44));
    assert_eq!((figures.controls.len(), figures.quiet_controls), (2, 0));
    assert_eq!((figures.covered, figures.numbered), (60, 68));
    let [excused, covered] = figures.rows.as_slice() else {
        panic!("{:?}", figures.rows);
    };
    assert_eq!(excused, "  not made: N62: files are fetched over HTTP/1.1 only");
    assert!(covered.starts_with("faults N1-N68: 60 covered"));
    assert_eq!((figures.wrong, figures.searched, figures.skipped.len()), (0, 3, 1));
    assert_eq!(figures.print(), Ok(()));
}

#[test]
fn each_thing_that_is_wrong_is_an_error() {
    for line in [
        "192 points, 1 violations",
        "negative control, which writes in place: 9 points, 0 violations",
        "honest   16 processes, 50 products: 50 transfers, 2 wrong files, 1.2 s",
        "12 files compared between the rounds: 1 with a wrong byte",
        "9 scenes, 300 checks, 1 failed",
    ] {
        assert!(of(&format!("{WELL}\n{line}")).print().is_err(), "{line}");
    }
}
