use std::collections::HashMap;

use lks_mast::Product;

use super::Journal;
use crate::plan::decide::plan;
use crate::plan::policy::Policy;
use crate::plan::{Cloud, Local};
use crate::report::manifest::{ManifestRow, Status};

#[test]
fn unfinished_rows_are_errors_and_repeats_follow_the_first() {
    let row = |name: &str| Ok(Product::new(format!("mast:X/{name}"), "X", "x", name).with_size(9));
    let rows = vec![row("a.fits"), row("b.fits"), row("a.fits")];
    let plan = plan(
        rows,
        &[Local::Absent, Local::Absent, Local::Absent],
        &Cloud::Known(HashMap::new()),
        &Policy::default(),
    );
    let mut journal = Journal::new(&plan);
    let before = journal.manifest();
    assert_eq!((before.rows.len(), before.num_failed()), (3, 3));
    assert_eq!(before.rows[1].data_uri.as_deref(), Some("mast:X/b.fits"));
    let done = ManifestRow {
        status: Status::Complete,
        attempts: 2,
        ..before.rows[0].clone()
    };
    journal.note(0, &done);
    let after = journal.manifest();
    let statuses: Vec<Status> = after.rows.iter().map(|row| row.status).collect();
    assert_eq!(statuses, [Status::Complete, Status::Error, Status::Complete]);
    assert_eq!((after.rows[0].attempts, after.rows[2].attempts), (2, 0));
}
