//! A cutout: one request, a zip that is kept only until its one file is in the store.

use std::fs::File;
use std::io::Write;

use bytes::Bytes;
use lks_cache::Store;
use lks_mast::{Cutout, lanes};
use tokio::sync::mpsc;

use crate::blocking::{blocking, outcome};
use crate::plan::route::Route;
use crate::plan::route::Source;
use crate::receive::unzip;
use crate::receive::{Arrival, Transfer};
use crate::report::failure::Failure;
use crate::source::body::{self, Known};
use crate::source::copies::Trust;
use crate::store::checksum::Algorithm;
use crate::store::commit::{self, Checks};
use crate::store::foreign;
use crate::store::passing::{Passing, Wanted};

/// So many first bytes of a cutout have the headers that say what it is.
const HEAD: usize = 256 << 10;
/// Pieces waiting for the disk.
const QUEUE: usize = 8;

pub(crate) async fn fetch(transfer: &Transfer<'_>, cutout: &Cutout) -> Result<Arrival, Failure> {
    let context = transfer.context;
    let url = context.endpoints.cutout_url(cutout);
    let url = url.map_err(|error| Failure::protocol(error.to_string()).for_good())?;
    let nothing = Known::default();
    let asking = body::from_archive(&context.http, None, url, lanes::CUTOUT, &nothing);
    let mut body = transfer.answer(&Route::Cutout(cutout.clone()), asking).await?;
    let too_much = |num_bytes: u64| match num_bytes > unzip::MOST_BYTES {
        true => Err(Failure::corrupt(format!("the cutout service sends {num_bytes} bytes or more")).for_good()),
        false => Ok(()),
    };
    too_much(body.about.total.unwrap_or(0)).map_err(|failure| failure.at(&body.about.url))?;
    let (queue, pieces) = mpsc::channel(QUEUE);
    let store = context.store.clone();
    let spooling = tokio::task::spawn_blocking(move || spool(&store, pieces));
    let mut received = 0;
    while let Some(bytes) = body.chunk().await? {
        received += bytes.len() as u64;
        too_much(received).map_err(|failure| failure.at(&body.about.url))?;
        if queue.send(bytes).await.is_err() {
            break;
        }
        transfer.report_received(received, body.about.total);
    }
    drop(queue);
    transfer.slot.release();
    let zip = outcome(spooling).await?;
    if received == 0 {
        return Err(Failure::corrupt("the cutout service sent nothing").at(&body.about.url));
    }
    let prefix = match cutout.detector {
        Some(_) => format!("{}_", cutout.image_name()),
        // The service knows camera and CCD.
        None => cutout.image_name(),
    };
    let facts = transfer.facts(Source::Tesscut).with_url(body.about.url.clone());
    let (store, key, form) = (context.store.clone(), transfer.key.clone(), transfer.form);
    let locked = transfer.locked.cloned();
    let (all_checks, asked) = (context.all_checks, cutout.clone());
    let unpacked = blocking(move || {
        let mut zip = zip;
        let mut writer = store.begin(&key, None)?;
        let passing = Passing::of(Wanted {
            form,
            algorithm: Some(Algorithm::Crc32),
            all_checks,
        });
        writer.watch(passing.clone());
        let mut head = Vec::new();
        let crc32 = unzip::member(&mut zip, &prefix, |piece| {
            head.extend_from_slice(&piece[..piece.len().min(HEAD - head.len())]);
            Ok(writer.append(piece)?)
        })?;
        if let Some(reason) = foreign::other_cutout(&asked, head.into()) {
            return Err(Failure::corrupt(format!(
                "the cutout service sent another cutout than was asked for: {reason}"
            ))
            .for_good());
        }
        let checks = Checks {
            form,
            length: Some(writer.written()),
            announced: Some(Algorithm::Crc32.says(format!("{crc32:08x}"))),
            trust: Trust::only_place(),
            all_checks,
            locked,
        };
        commit::commit(writer, facts, &checks, passing)
    })
    .await;
    let (entry, note) = unpacked.map_err(|failure| failure.at(&body.about.url))?;
    Ok(Arrival {
        entry,
        source: Source::Tesscut,
        url: body.about.url,
        note,
        refused: None,
    })
}

/// Keeps the pieces in a file without a name, which the system removes whatever happens.
fn spool(store: &Store, mut pieces: mpsc::Receiver<Bytes>) -> Result<File, Failure> {
    let failed = |error: std::io::Error| Failure::storage(format!("write to {}: {error}", store.root().display()));
    let mut file = store.scratch()?;
    while let Some(bytes) = pieces.blocking_recv() {
        file.write_all(&bytes).map_err(failed)?;
    }
    Ok(file)
}
