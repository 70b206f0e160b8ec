//! Downloads: planned, run, watched while they run.

use std::sync::Arc;

use lksearch::fetch::{Authorship, Lock};
use lksearch::{Client, CutoutSize, CutoutSource, DownloadOptions, Error, Kind, Manifest, Mission, Table};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{meaningless, raised};
use crate::import;
use crate::meter::Meter;
use crate::running::Download;
use crate::searches::Question;
use crate::settings::{listed, path, settings, texts};
use crate::shared::Shared;
use crate::table::{About, object, plain};
use crate::task::Task;

const PROGRAM: &str = concat!("lksearch_rs ", env!("CARGO_PKG_VERSION"));

/// What a download may be told besides settings.
const OPTIONS: [&str; 5] = ["dir", "force", "cutout_size", "cutout_source", "progress"];

/// What is to be brought.
enum Wanted {
    Products(Table),
    /// Of the targets of a search.
    Cutouts(Box<Question>),
}

/// How it is brought, by which client.
struct Request {
    shared: Arc<Shared>,
    options: DownloadOptions,
    progress: Option<Py<PyAny>>,
}

impl Request {
    fn read(py: Python<'_>, shared: &Arc<Shared>, words: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let (mut options, mut progress, mut directory) = (DownloadOptions::default(), None, None);
        let others = PyDict::new(py);
        for (name, value) in words.into_iter().flatten() {
            match name.extract::<String>()?.as_str() {
                "dir" if value.is_none() => {}
                "dir" => directory = Some(value),
                "force" => options = options.with_force(value.is_truthy()?),
                "cutout_size" => options = options.with_cutout_size(cutout_size(Some(&value))?),
                "cutout_source" => options = options.with_cutout_source(cutout_source(&value)?),
                "progress" => progress = Some(value.unbind()),
                _ => others.set_item(name, value)?,
            }
        }
        let mut changes = settings(None, Some(&others))?;
        let known = shared.loaded.show();
        if let Some((name, _)) = changes
            .iter()
            .find(|(name, _)| !known.iter().any(|setting| setting.key == *name))
        {
            return Err(PyTypeError::new_err(format!(
                "a download has no option '{name}'; there are {}, and the settings, such as cloud_only",
                OPTIONS.join(", ")
            )));
        }
        if let Some(directory) = directory {
            changes.push(("cache_dir".to_owned(), path(&directory)?.display().to_string()));
        }
        Ok(Self {
            shared: shared.with(changes)?,
            options,
            progress,
        })
    }
}

/// Rows and columns of a cutout: a number, or (rows, columns).
fn cutout_size(value: Option<&Bound<'_, PyAny>>) -> PyResult<CutoutSize> {
    let Some(value) = value.filter(|value| !value.is_none()) else {
        return Ok(CutoutSize::default());
    };
    let value = listed(value)?;
    let text = match (value.extract::<u64>(), value.extract::<[u64; 2]>()) {
        (Ok(side), _) => side.to_string(),
        (_, Ok([ny, nx])) => format!("{ny}x{nx}"),
        _ => {
            return Err(PyTypeError::new_err(
                "a cutout's size is a number of pixels, or (rows, columns)",
            ));
        }
    };
    text.parse().map_err(raised)
}

fn cutout_source(value: &Bound<'_, PyAny>) -> PyResult<CutoutSource> {
    match value.str()?.to_string().as_str() {
        "None" | "auto" => Ok(CutoutSource::Auto),
        "cubes" => Ok(CutoutSource::Cubes),
        "tesscut" => Ok(CutoutSource::Service),
        other => Err(meaningless(format!(
            "cutouts do not come from '{other}'; known are auto, cubes, tesscut"
        ))),
    }
}

/// The table of a manifest.
pub(crate) fn manifest(py: Python<'_>, manifest: Manifest) -> PyResult<Py<PyAny>> {
    object(py, manifest.to_table().map_err(raised)?, About::Manifest)
}

impl Shared {
    pub(crate) fn download_task(
        self: &Arc<Self>,
        products: &Bound<'_, PyAny>,
        words: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Task> {
        let wanted = Wanted::Products(import::table(products)?);
        Request::read(products.py(), self, words)?.task(wanted, Arc::default())
    }

    pub(crate) fn cutout_task(
        self: &Arc<Self>,
        target: &Bound<'_, PyAny>,
        sector: Option<&Bound<'_, PyAny>>,
        words: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Task> {
        let request = Request::read(target.py(), self, words)?;
        request.task(cutouts(target, sector)?, Arc::default())
    }

    pub(crate) fn cutout(
        self: &Arc<Self>,
        target: &Bound<'_, PyAny>,
        sector: Option<&Bound<'_, PyAny>>,
        words: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        Request::read(target.py(), self, words)?.shown(target.py(), cutouts(target, sector)?)
    }

    pub(crate) fn download(
        self: &Arc<Self>,
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        words: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let wanted = Wanted::Products(import::table(products)?);
        Request::read(py, self, words)?.shown(py, wanted)
    }

    pub(crate) fn sync(
        self: &Arc<Self>,
        py: Python<'_>,
        lock: &str,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        // A lock has several lines, a path has one.
        let text = match lock.contains('\n') {
            true => lock.as_bytes().to_vec(),
            false => std::fs::read(lock).map_err(|source| {
                raised(Error::Read {
                    path: lock.to_owned(),
                    source,
                })
            })?,
        };
        let lock = Lock::parse(&text).map_err(raised)?;
        let meter = Arc::new(Meter::default());
        let watched = Arc::clone(&meter);
        let bring = |client: Client| async move {
            let plan = client.plan_sync(&lock).await?;
            Ok(client.run(plan, &*watched).await)
        };
        let task = Task::new(self, bring, manifest)?;
        shown(py, task, &meter, progress.map(|it| it.clone().unbind()))
    }

    pub(crate) fn begin_download(
        self: &Arc<Self>,
        products: &Bound<'_, PyAny>,
        words: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Download> {
        let Request { shared, options, .. } = Request::read(products.py(), self, words)?;
        Download::begin(shared, import::table(products)?, options)
    }

    pub(crate) fn dry_run_task(
        self: &Arc<Self>,
        products: &Bound<'_, PyAny>,
        force: bool,
        size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Task> {
        let options = DownloadOptions::default()
            .with_force(force)
            .with_cutout_size(cutout_size(size)?);
        let table = import::table(products)?;
        let plan = |client: Client| async move { Ok(client.plan(&table, &options).await.to_table()?) };
        Task::new(self, plan, plain)
    }

    pub(crate) fn plan_task(
        self: &Arc<Self>,
        products: &Bound<'_, PyAny>,
        size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Task> {
        let options = DownloadOptions::default().with_cutout_size(cutout_size(size)?);
        let table = import::table(products)?;
        let authorship = Authorship {
            program: PROGRAM.to_owned(),
            created: now(products.py())?,
            ..Authorship::default()
        };
        let shared = Arc::clone(self);
        let plan = |client: Client| async move { client.portable_plan(&table, &options, authorship).await };
        Task::new(self, plan, |py, plan| {
            object(py, plan.table().clone(), About::Plan(Some(shared)))
        })
    }

    pub(crate) fn cloud_uris_task(self: &Arc<Self>, products: &Bound<'_, PyAny>) -> PyResult<Task> {
        let table = import::table(products)?;
        let bucket = self.loaded.settings.endpoints.bucket.clone();
        let plan = |client: Client| async move {
            let plan = client
                .portable_plan(&table, &DownloadOptions::default(), Authorship::default())
                .await?;
            let keys = plan.table().texts("cloud_key");
            Ok(keys
                .map(|key| key.map(|key| format!("s3://{bucket}/{key}")))
                .collect::<Vec<Option<String>>>())
        };
        Task::new(self, plan, |py, uris| uris.into_py_any(py))
    }

    pub(crate) fn lock_task(
        self: &Arc<Self>,
        products: &Bound<'_, PyAny>,
        questions: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Task> {
        let (table, created) = (import::table(products)?, now(products.py())?);
        let questions = questions.map_or_else(|| Ok(Vec::new()), texts)?;
        let lock = |client: Client| async move {
            let locking = client
                .lock(&table, &DownloadOptions::default(), &lksearch::Quiet)
                .await?;
            if let Some(left_out) = locking.left_out.first() {
                let (more, first) = (locking.left_out.len(), &left_out.reason);
                return Err(Error::Input(format!(
                    "{more} rows cannot be locked, the first because {first}"
                )));
            }
            Ok(Lock::new(PROGRAM, &created, questions, locking.products).to_text())
        };
        Task::new(self, lock, |py, text| text.into_py_any(py))
    }
}

impl Request {
    fn task(self, wanted: Wanted, meter: Arc<Meter>) -> PyResult<Task> {
        let options = self.options;
        let bring = |client: Client| async move {
            let table = match wanted {
                Wanted::Products(table) => table,
                Wanted::Cutouts(question) => question.asked(client.clone()).await?.0.table,
            };
            Ok(client.download(&table, &options, &*meter).await)
        };
        Task::new(&self.shared, bring, manifest)
    }

    fn shown(mut self, py: Python<'_>, wanted: Wanted) -> PyResult<Py<PyAny>> {
        let (meter, progress) = (Arc::<Meter>::default(), self.progress.take());
        let task = self.task(wanted, Arc::clone(&meter))?;
        shown(py, task, &meter, progress)
    }
}

/// The cutouts of full-frame images that show the targets in these sectors.
fn cutouts(target: &Bound<'_, PyAny>, sector: Option<&Bound<'_, PyAny>>) -> PyResult<Wanted> {
    let filters = PyDict::new(target.py());
    filters.set_item("kind", Kind::TessCut.name())?;
    filters.set_item("sector", sector)?;
    if target.is_none() {
        return Err(meaningless("cutouts are around a target: a name, an id or a position"));
    }
    let question = Question::read(Some(target), Mission::Tess.name(), Some(&filters))?;
    Ok(Wanted::Cutouts(Box::new(question)))
}

/// Waits for a download, and shows how far it is.
fn shown(py: Python<'_>, task: Task, meter: &Meter, progress: Option<Py<PyAny>>) -> PyResult<Py<PyAny>> {
    let display = py
        .import("lksearch_rs._progress")?
        .call_method1("display", (progress,))?;
    if display.is_none() {
        return task.wait(py);
    }
    let came = task.wait_with(py, &mut |py| {
        display.call_method1("update", (meter.state(py)?,))?;
        Ok(())
    });
    display.call_method1("close", (meter.state(py)?,))?;
    came
}

/// The moment, UTC, to the second.
fn now(py: Python<'_>) -> PyResult<String> {
    let datetime = py.import("datetime")?;
    let utc = datetime.getattr("timezone")?.getattr("utc")?;
    let now = datetime.getattr("datetime")?.call_method1("now", (utc,))?;
    now.call_method1("strftime", ("%Y-%m-%dT%H:%M:%SZ",))?.extract()
}
