//! The program `lksearch`, and its pictures.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::settings::texts;
use crate::shared::Shared;

/// What is drawn, and how.
#[cfg_attr(
    not(feature = "program"),
    expect(dead_code, reason = "without the program nothing is drawn")
)]
pub(crate) struct Drawing {
    pub(crate) column: Option<String>,
    pub(crate) normalize: bool,
    pub(crate) period: Option<f64>,
    pub(crate) epoch: Option<f64>,
    pub(crate) catalog: Option<String>,
}

/// A picture; a notebook shows it.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Picture {
    #[cfg_attr(
        not(feature = "program"),
        expect(dead_code, reason = "without the program nothing is drawn")
    )]
    shared: Arc<Shared>,
    /// The words of `lksearch plot` but for the file to write.
    #[cfg_attr(
        not(feature = "program"),
        expect(dead_code, reason = "without the program nothing is drawn")
    )]
    words: Vec<String>,
    svg: String,
}

/// Draws what the files hold.
pub(crate) fn plot(
    py: Python<'_>,
    shared: &Arc<Shared>,
    locations: &Bound<'_, PyAny>,
    drawing: &Drawing,
) -> PyResult<Py<PyAny>> {
    draw(py, shared, texts(locations)?, drawing)
}

#[cfg(feature = "program")]
fn draw(py: Python<'_>, shared: &Arc<Shared>, locations: Vec<String>, drawing: &Drawing) -> PyResult<Py<PyAny>> {
    use pyo3::IntoPyObjectExt;

    let Drawing {
        column,
        normalize,
        period,
        epoch,
        catalog,
    } = drawing;
    let mut words = Vec::new();
    if let Some(period) = period {
        let epoch = epoch.map(|epoch| format!(",{epoch}")).unwrap_or_default();
        words.push(format!("--fold={period}{epoch}"));
    }
    words.extend(column.iter().map(|column| format!("--column={column}")));
    words.extend(catalog.iter().map(|catalog| format!("--catalog={catalog}")));
    words.extend(normalize.then(|| "--normalize".to_owned()));
    words.push("--".to_owned());
    words.extend(locations);
    let (of_picture, kept) = (Arc::clone(shared), words.clone());
    let svg = crate::task::Task::new(
        shared,
        |client| render(client, words, "-"),
        move |py, bytes: Vec<u8>| {
            let svg = String::from_utf8_lossy(&bytes).into_owned();
            Picture {
                shared: of_picture,
                words: kept,
                svg,
            }
            .into_py_any(py)
        },
    )?;
    svg.wait(py)
}

#[cfg(not(feature = "program"))]
fn draw(_: Python<'_>, _: &Arc<Shared>, _: Vec<String>, _: &Drawing) -> PyResult<Py<PyAny>> {
    Err(crate::error::meaningless(
        "this package was built without pictures; build it with the feature `program`",
    ))
}

/// Writes a table into a file, as the program does.
#[cfg(feature = "program")]
pub(crate) use lks_cli::save;

#[cfg(not(feature = "program"))]
pub(crate) fn save(_: &lksearch::Table, _: &std::path::Path, _: Option<&str>) -> Result<(), lksearch::Error> {
    Err(lksearch::Error::Input(
        "this package was built without the formats of files; build it with the feature `program`".to_owned(),
    ))
}

/// The bytes of a picture that would be written under this name.
#[cfg(feature = "program")]
async fn render(client: lksearch::Client, mut words: Vec<String>, name: &str) -> Result<Vec<u8>, lksearch::Error> {
    words.insert(0, format!("--output={name}"));
    lks_cli::picture(&client, &words).await
}

#[pymethods]
impl Picture {
    #[getter]
    fn svg(&self) -> &str {
        &self.svg
    }

    fn _repr_svg_(&self) -> &str {
        &self.svg
    }

    #[cfg(feature = "program")]
    fn save(&self, py: Python<'_>, path: std::path::PathBuf) -> PyResult<()> {
        let (words, name) = (self.words.clone(), path.display().to_string());
        let write =
            |client: lksearch::Client| async move { lks_cli::write_bytes(&path, &render(client, words, &name).await?) };
        crate::task::Task::new(&self.shared, write, |py, ()| Ok(py.None()))?.wait(py)?;
        Ok(())
    }

    fn __repr__(&self) -> String {
        format!("<Picture, {} bytes of SVG>", self.svg.len())
    }
}

/// Runs the program with these words and gives its exit code.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> PyResult<u8> {
    #[cfg(feature = "program")]
    return Ok(py.detach(|| lks_cli::run(arguments)));
    #[cfg(not(feature = "program"))]
    {
        let _words = (py, arguments);
        Err(crate::error::meaningless(
            "this package was built without the program; build it with the feature `program`",
        ))
    }
}
