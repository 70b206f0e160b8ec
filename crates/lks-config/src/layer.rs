//! What the layers say, lowest first. figment merges them and knows of each value which layer it is from.

use std::collections::BTreeMap;

use figment::value::{Dict, Map};
use figment::{Figment, Metadata, Profile, Provider};

use crate::declaration::{DECLARATIONS, Declaration, Settings};
use crate::error::Problem;
use crate::origin::{Origin, Origins};
use crate::value::Value;

/// A checked value that one layer gives to one key.
pub(crate) struct Entry {
    pub declaration: &'static Declaration,
    pub value: Value,
    pub origin: Origin,
}

/// What was read so far, lowest layer first.
#[derive(Default)]
pub(crate) struct Layers {
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// What is wrong, but not enough to stop.
    pub remarks: Vec<Problem>,
}

impl Layers {
    /// Takes what a layer found for a key: a value, or what would have been allowed.
    pub(crate) fn push(
        &mut self,
        declaration: &'static Declaration,
        found: &str,
        result: Result<Value, String>,
        origin: Origin,
    ) {
        match result {
            Ok(value) => self.entries.push(Entry {
                declaration,
                value,
                origin,
            }),
            Err(allowed) => self
                .problems
                .push(Problem::value(origin, declaration.key, found, &allowed)),
        }
    }

    /// The settings: for each key the highest layer's value, and where it came from.
    pub(crate) fn merge(self) -> (Settings, Origins) {
        let of_one_layer = |one: &Entry, other: &Entry| one.origin.layer() == other.origin.layer();
        let layers: Vec<Layer<'_>> = self.entries.chunk_by(of_one_layer).map(Layer).collect();
        let merged = layers.iter().fold(Figment::new(), Figment::merge);
        let mut settings = Settings::default();
        let mut origins = BTreeMap::new();
        for declaration in DECLARATIONS {
            let key = declaration.key;
            let (Ok(value), Some(of_layer)) = (merged.find_value(key), merged.find_metadata(key)) else {
                continue;
            };
            let value = value
                .deserialize()
                .expect("because every layer gives serialised values");
            (declaration.write)(&mut settings, value);
            let layer = layers.iter().find(|layer| layer.metadata().name == of_layer.name);
            let origin = layer.and_then(|layer| layer.origin_of(key));
            origins.insert(key, origin.expect("because only these layers were merged").clone());
        }
        (settings, Origins(origins))
    }
}

/// The entries of one layer; of several for one key the last one counts.
struct Layer<'a>(&'a [Entry]);

impl Layer<'_> {
    fn origin_of(&self, key: &str) -> Option<&Origin> {
        let last = self.0.iter().rfind(|entry| entry.declaration.key == key);
        last.map(|entry| &entry.origin)
    }
}

impl Provider for Layer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0[0].origin.layer())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut data = Dict::new();
        for entry in self.0 {
            let value = figment::value::Value::serialize(&entry.value)?;
            match entry.declaration.key.split_once('.') {
                None => data.insert(entry.declaration.key.to_owned(), value),
                Some((section, name)) => {
                    let known = data.remove(section).and_then(figment::value::Value::into_dict);
                    let mut values = known.unwrap_or_default();
                    values.insert(name.to_owned(), value);
                    data.insert(section.to_owned(), values.into())
                }
            };
        }
        Ok(Profile::Default.collect(data))
    }
}
