//! The kept answers of the archive, which lie beside the store of files.

use std::collections::BTreeMap;

use bytesize::ByteSize;
use lksearch::{Error, kept_answers};

use crate::grid::Grid;
use crate::session::Session;
use crate::ui::counted;

/// The table with a row for each kind of question whose answers are kept.
pub(super) fn added(mut grid: Grid, session: &Session) -> Result<Grid, Error> {
    let listed = kept_answers(&session.loaded).map(|kept| kept.list()).transpose()?;
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for answer in listed.into_iter().flatten() {
        let kind = answer.kind.unwrap_or_else(|| "unreadable".to_owned());
        let (num_files, bytes) = kinds.entry(kind).or_default();
        *num_files += 1;
        *bytes += answer.bytes;
    }
    grid.rows.extend(kinds.into_iter().map(|(kind, (num_files, bytes))| {
        vec![
            "kept answers".to_owned(),
            kind,
            num_files.to_string(),
            ByteSize(bytes).to_string(),
        ]
    }));
    Ok(grid)
}

/// Removes them, or says what would be removed.
pub(super) fn clear(yes: bool, session: &Session) -> Result<(), Error> {
    let Some(kept) = kept_answers(&session.loaded) else {
        return Ok(());
    };
    let listed = if yes { kept.clear()? } else { kept.list()? };
    let (answers, bytes) = (
        counted(listed.len() as u64, "kept answer"),
        ByteSize(listed.iter().map(|it| it.bytes).sum()),
    );
    session.ui.note(match yes {
        true => format!("removed {answers}, {bytes}"),
        false => format!("would remove {answers}, {bytes}; nothing was touched, add --yes to remove them"),
    });
    Ok(())
}
