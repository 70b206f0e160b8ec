//! Arrow's interface for other languages in the same process: a pointer goes over, the columns stay where they are.
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>
#![allow(unsafe_code, reason = "what another library hands over is a pointer")]

use std::sync::Arc;

use lksearch::table::arrow_array::ffi::FFI_ArrowSchema;
use lksearch::table::arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use lksearch::table::arrow_array::{RecordBatch, RecordBatchIterator};
use lksearch::table::arrow_schema::{ArrowError, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// These batches, none of which is copied, as a stream.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    schema: &SchemaRef,
    batches: Vec<RecordBatch>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok), Arc::clone(schema));
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

/// Names and types of the columns.
pub(crate) fn schema<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(unusable)?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// The batches of an object that has `__arrow_c_stream__`.
pub(crate) fn batches(object: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let capsule = object.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
    let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast();
    // SAFETY: the name of the capsule says that it is a stream, and the interface that it is alive and may be moved out of.
    let reader = unsafe { RecordBatchStreamReader::from_raw(stream.as_ptr()) }.map_err(unusable)?;
    let schema = lksearch::table::arrow_array::RecordBatchReader::schema(&reader);
    let batches = reader.collect::<Result<_, _>>().map_err(unusable)?;
    Ok((schema, batches))
}

fn unusable(error: ArrowError) -> PyErr {
    PyValueError::new_err(format!("the columns cannot be handed over: {error}"))
}
