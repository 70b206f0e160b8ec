//! What the layers said, in order, and the merge by figment. One provider per value, so that each is known by its own name.

use std::collections::BTreeMap;

use figment::value::{Dict, Map};
use figment::{Figment, Metadata, Profile, Provider, Source};

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
pub(crate) struct Gathered {
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// What is wrong, but not enough to stop.
    pub remarks: Vec<Problem>,
}

impl Gathered {
    /// Takes what a layer found for a key: a value, or what would have been allowed.
    pub fn push(
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
    pub fn merge(self) -> (Settings, Origins) {
        let mut figment = Figment::new();
        for (position, entry) in self.entries.iter().enumerate() {
            figment = figment.merge(Numbered { position, entry });
        }
        let mut settings = Settings::default();
        let mut origins = BTreeMap::new();
        for declaration in DECLARATIONS {
            let Ok(value) = figment.find_value(declaration.key) else {
                continue;
            };
            let origin = figment
                .get_metadata(value.tag())
                .and_then(|metadata| metadata.source.as_ref()?.custom()?.parse::<usize>().ok())
                .map(|position| self.entries[position].origin.clone())
                .expect("because every provider is one of the numbered entries");
            let value = value
                .deserialize()
                .expect("because every provider gives a serialised value");
            (declaration.write)(&mut settings, value);
            origins.insert(declaration.key, origin);
        }
        (settings, Origins(origins))
    }
}

/// An entry as a provider. Its position leads from figment's metadata back to the origin.
struct Numbered<'a> {
    position: usize,
    entry: &'a Entry,
}

impl Provider for Numbered<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::from(self.entry.origin.to_string(), Source::Custom(self.position.to_string()))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let value = figment::value::Value::serialize(&self.entry.value)?;
        let nested = figment::util::nest(self.entry.declaration.key, value);
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}
