//! A manifest and a plan as tables, so that they can be written in every format of a table.

use lks_fetch::{Action, Manifest, Plan, Route, Source, Step};
use lks_mast::Column;
use lks_table::Table;

use crate::error::Error;

/// The columns of manifests and plans that people are shown in another way, or that have a unit, and that no search result has.
static MEASURED: [Column; 2] = [
    Column::integer("bytes").in_unit("byte"),
    Column::float("seconds").in_unit("s").with_decimals(1),
];

/// The column of a search result, a manifest or a plan that has this name, if it is one of those that are known.
pub fn column(name: &str) -> Option<&'static Column> {
    Column::named(name).or_else(|| MEASURED.iter().find(|column| column.name == name))
}

fn with_units(table: &Table) -> Result<Table, Error> {
    let units = table
        .column_names()
        .filter_map(|name| Some((name, column(name)?.unit?)));
    Ok(table.with_units(&units.collect::<Vec<_>>())?)
}

/// One row per row of the manifest. The first four columns are those of the Python package; the last ones are what
/// [`items`](crate::items) needs, so that a manifest is also a table to download again. `bytes` and `size` are bytes, `seconds` seconds.
///
/// ```
/// let table = lksearch::manifest_table(&lksearch::Manifest::default())?;
/// let names: Vec<_> = table.column_names().collect();
/// assert_eq!(names[..7], ["Local Path", "Status", "Message", "URL", "source", "bytes", "sha256"]);
/// assert_eq!(names[7..], ["attempts", "seconds", "dataURI", "obs_collection", "obs_id", "productFilename", "size"]);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// [`Error::Table`] never happens for a manifest of this crate; it is passed on all the same.
pub fn manifest_table(manifest: &Manifest) -> Result<Table, Error> {
    let rows = || manifest.rows.iter();
    with_units(
        &Table::empty()
            .with_text("Local Path", rows().map(|row| row.local_path.as_ref()))?
            .with_text("Status", rows().map(|row| Some(row.status.word())))?
            .with_text("Message", rows().map(|row| row.message.as_ref()))?
            .with_text("URL", rows().map(|row| row.url.as_ref()))?
            .with_text("source", rows().map(|row| row.source.map(Source::word)))?
            .with_integer(
                "bytes",
                rows().map(|row| row.bytes.and_then(|bytes| i64::try_from(bytes).ok())),
            )?
            .with_text("sha256", rows().map(|row| row.sha256.as_ref()))?
            .with_integer("attempts", rows().map(|row| Some(i64::from(row.attempts))))?
            .with_float("seconds", rows().map(|row| Some(row.seconds)))?
            .with_text("dataURI", rows().map(|row| row.data_uri.as_ref()))?
            .with_text("obs_collection", rows().map(|row| row.collection.as_ref()))?
            .with_text("obs_id", rows().map(|row| row.obs_id.as_ref()))?
            .with_text("productFilename", rows().map(|row| row.filename.as_ref()))?
            .with_integer(
                "size",
                rows().map(|row| row.size.and_then(|size| i64::try_from(size).ok())),
            )?,
    )
}

/// What a plan would do: one row per row of the table that was planned; `bytes` as far as known. See [`crate::Client::plan`].
///
/// # Errors
/// As [`manifest_table`].
pub fn plan_table(plan: &Plan) -> Result<Table, Error> {
    let steps = || plan.steps.iter();
    with_units(
        &Table::empty()
            .with_text("action", steps().map(|step| Some(action_word(&step.action))))?
            .with_text("source", steps().map(|step| source_of(&step.action).map(Source::word)))?
            .with_integer(
                "bytes",
                steps().map(|step| step.item.size.and_then(|size| i64::try_from(size).ok())),
            )?
            .with_text("dataURI", steps().map(|step| step.item.data_uri()))?
            .with_text("obs_collection", steps().map(|step| Some(&step.item.collection)))?
            .with_text("obs_id", steps().map(|step| Some(&step.item.obs_id)))?
            .with_text("productFilename", steps().map(|step| Some(&step.item.filename)))?
            .with_text("Message", steps().map(message))?,
    )
}

fn action_word(action: &Action) -> &'static str {
    match action {
        Action::Keep { .. } => "keep",
        Action::Fetch { .. } => "fetch",
        Action::Link { .. } => "link",
        Action::SameAs { .. } => "same as another row",
        Action::Skip { .. } => "skip",
        Action::Fail { .. } => "fail",
    }
}

fn source_of(action: &Action) -> Option<Source> {
    match action {
        Action::Keep { .. } => Some(Source::Cache),
        Action::Fetch { routes } => routes.first().map(|route| match route {
            Route::Cloud { .. } | Route::Mirror { .. } => Source::Cloud,
            Route::Archive { .. } => Source::Mast,
            Route::Cutout(_) => Source::Tesscut,
        }),
        Action::Link { .. } => Some(Source::Link),
        Action::SameAs { .. } | Action::Skip { .. } | Action::Fail { .. } => None,
    }
}

fn message(step: &Step) -> Option<&str> {
    match &step.action {
        Action::Skip { reason } | Action::Fail { reason } => Some(reason),
        Action::Keep { .. } | Action::Fetch { .. } | Action::Link { .. } | Action::SameAs { .. } => {
            step.note.as_deref()
        }
    }
}
