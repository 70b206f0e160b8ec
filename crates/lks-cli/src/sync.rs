//! `lksearch sync`.

use lksearch::fetch::{Checked, Here, Lock, Upstream};
use lksearch::{Client, Error, FailureKind, Manifest};

use crate::arguments::{self, Global};
use crate::download::{self, Flat, Run, View};
use crate::exit::ExitStatus;
use crate::lock;
use crate::output::{self, Destination};
use crate::session::Session;
use crate::ui::{self, counted, listed};

/// So many files are named.
const MAX_NAMED: usize = 20;
/// Columns of a comparison that people are shown.
const SHOWN: [&str; 4] = ["Status", "upstream", "productFilename", "Message"];

/// Brings the files of a lock, or compares them.
pub(crate) async fn run(global: &Global, words: arguments::Sync) -> Result<ExitStatus, Error> {
    let sample = match words.check {
        true => Lock::default().compared(&[])?,
        false => Manifest::default().to_table()?,
    };
    let view = View::of(&words.printed, &sample)?;
    let lock = lock::read(&words.lock)?;
    let destination = output::prepare(&words.printed.output)?;
    let changes = download::settings(&words.sources, Some(&words.place));
    let session = Session::begin(global, &changes)?;
    let flat = Flat::of(&words.place, global, None)?;
    let client = session.client()?;
    client.store()?;
    if words.check {
        return check(&lock, &client, &session, &view, destination).await;
    }
    let run = Run::begin(&client, &session, &words.sources, &view);
    let plan = client.plan_sync(&lock).await?;
    session.reused.note(plan.kept.as_slice(), &session.ui);
    let manifest = run.carry_out(plan, flat, &destination).await?;
    tell_changed(&manifest);
    run.report(&manifest, destination)?;
    Ok(ExitStatus::of_sync(&manifest))
}

/// Names what is served in another version now.
fn tell_changed(manifest: &Manifest) {
    let changed = manifest
        .rows
        .iter()
        .filter(|row| row.failure == Some(FailureKind::Changed));
    let names: Vec<&str> = changed.filter_map(|row| row.filename.as_deref()).collect();
    if !names.is_empty() {
        ui::failure(&format!(
            "{} of {} changed since the lock was made, and the locked bytes are not in the cache: {}",
            names.len(),
            counted(manifest.rows.len() as u64, "product"),
            listed(&names, MAX_NAMED)
        ));
        ui::hint(
            "a cache that still has them brings them: `lksearch --cache-dir DIR sync`; what is served now is had with `download`, and locked anew with `lock`",
        );
    }
}

/// Compares, and writes nothing but the answer.
async fn check(
    lock: &Lock,
    client: &Client,
    session: &Session,
    view: &View,
    destination: Destination,
) -> Result<ExitStatus, Error> {
    let asks = !session.loaded.settings.offline;
    let checked = client.check_lock(lock, asks).await?;
    let count = |is: fn(&Checked) -> bool| checked.iter().filter(|one| is(one)).count();
    let num_equal = count(|one| matches!(one.here, Here::Equal(_)));
    let names = lock.products().iter().map(|locked| locked.product.filename());
    let changed: Vec<&str> = names
        .zip(&checked)
        .filter_map(|(name, one)| matches!(one.upstream, Upstream::Changed(_)).then_some(name))
        .collect();
    let num_changed = changed.len();
    let num_unknown = count(|one| matches!(one.upstream, Upstream::Unknown(_)));
    let upstream = match asks {
        false => "their sources were not asked".to_owned(),
        true => format!("of their sources {num_changed} serve something else now, {num_unknown} do not tell"),
    };
    let of_all = counted(checked.len() as u64, "product");
    session.ui.note(format!(
        "{num_equal} of {of_all} here with the locked bytes; {upstream}"
    ));
    if !changed.is_empty() {
        ui::failure(&format!(
            "changed since the lock was made: {}",
            listed(&changed, MAX_NAMED)
        ));
    }
    view.write_table(&lock.compared(&checked)?, &SHOWN, destination)?;
    Ok(ExitStatus::of_check(&checked))
}
