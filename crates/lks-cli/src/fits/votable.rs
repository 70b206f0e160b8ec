//! A table of a FITS file as a VOTable.

use std::io::Write;
use std::sync::Arc;

use lksearch::Error;
use lksearch::fits::{FitsFile, TimeReference};
use lksearch::table::arrow_array::RecordBatch;
use lksearch::table::arrow_schema::{Field, Schema};
use lksearch::table::write::{self, TimeSystem};

use super::units;

/// The IVOA's words for time scales (<https://www.ivoa.net/rdf/timescale>).
const SCALES: [&str; 8] = ["GPS", "TAI", "TCB", "TCG", "TDB", "TT", "UT", "UTC"];

/// Writes rows of the HDU of this number. A VOTable says its types and its number of rows first: the whole table is read before.
pub fn write(file: &FitsFile, hdu: usize, batches: &[RecordBatch], out: impl Write) -> Result<(), Error> {
    let Some(first) = batches.first() else { return Ok(()) };
    let fields = first.schema_ref().fields();
    let is_time = |field: &&Arc<Field>| {
        field
            .metadata()
            .get("unit")
            .is_some_and(|unit| units::is_since_epoch(unit))
    };
    let columns = fields
        .iter()
        .filter(is_time)
        .map(|field| field.name().clone())
        .collect();
    let times = file.time_reference(hdu).map(|reference| system(&reference, columns));
    let times = times.filter(|times| !times.columns.is_empty());
    let schema = Schema::new(fields.iter().map(|field| described(field)).collect::<Vec<_>>());
    Ok(write::votable_of(&schema, batches, times.as_ref(), out)?)
}

fn system(reference: &TimeReference, columns: Vec<String>) -> TimeSystem {
    let unknown = || "UNKNOWN".to_owned();
    TimeSystem {
        origin_jd: reference.zero_jd,
        scale: reference
            .system
            .clone()
            .filter(|scale| SCALES.contains(&scale.as_str()))
            .unwrap_or_else(unknown),
        position: match reference.barycentric {
            true => "BARYCENTER".to_owned(),
            false => unknown(),
        },
        columns,
    }
}

/// The field with a unit that VOTable knows. What the file says goes into the description where that is not the same.
fn described(field: &Field) -> Field {
    let mut metadata = field.metadata().clone();
    if let Some(unit) = metadata.remove("unit") {
        let known = units::vounit(&unit);
        if known.is_none() || units::is_since_epoch(&unit) {
            let description = metadata.remove("description");
            let parts = description.into_iter().chain([format!("unit in the file: {unit}")]);
            metadata.insert("description", parts.collect::<Vec<_>>().join("; "));
        }
        metadata.extend(known.map(|known| ("unit", known)));
    }
    field.clone().with_metadata(metadata)
}
