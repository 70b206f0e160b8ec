//! Tables of FITS files with units as the Virtual Observatory spells them: VOTable and ECSV.

use lksearch::fits::vounit;
use lksearch::table::arrow_schema::{Field, Schema};

/// The columns with units in VOUnit spelling.
pub(super) fn schema(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| described(field));
    Schema::new(fields.collect::<Vec<_>>())
}

/// The field with a unit that VOUnits knows. What the file says goes into the description where that is not the same.
fn described(field: &Field) -> Field {
    let mut metadata = field.metadata().clone();
    let written = metadata.remove("unit");
    let of_time = metadata.get("time_unit").cloned();
    let known = of_time.clone().or_else(|| vounit(written.as_ref()?));
    if let Some(written) = written
        && (known.is_none() || of_time.is_some_and(|unit| unit != written))
    {
        let description = metadata.remove("description");
        let parts = description.into_iter().chain([format!("unit in the file: {written}")]);
        metadata.insert("description".to_owned(), parts.collect::<Vec<_>>().join("; "));
    }
    metadata.extend(known.map(|known| ("unit".to_owned(), known)));
    field.clone().with_metadata(metadata)
}
