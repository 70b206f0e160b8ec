//! What all objects of a client hold together: its settings, and the client itself with its runtime, made when they are first needed.

use std::any::Any;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lksearch::Client;
use lksearch::config::{Loaded, Sources, load};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::raised;

/// From what a client is made, here and in other processes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Recipe {
    /// Key, value, and how the caller said it.
    pub settings: Vec<(String, String)>,
    pub config_file: Option<PathBuf>,
    /// The name of an archive whose address changes.
    pub archive: Option<String>,
}

/// A client of Python's.
pub(crate) struct Shared {
    pub recipe: Recipe,
    pub loaded: Loaded,
    live: Mutex<Option<Live>>,
    /// The last one that was made of this with other settings: who calls in a loop keeps its connections.
    other: Mutex<Option<Arc<Self>>>,
    /// An archive inside this process that serves as long as this is here.
    archive: Option<Arc<dyn Any + Send + Sync>>,
}

/// What works in this process.
struct Live {
    process: u32,
    client: Client,
    runtime: Runtime,
}

impl Recipe {
    /// Where its settings come from.
    pub(crate) fn sources(&self) -> Sources {
        let mut sources = Sources::from_process();
        if let Some(path) = &self.config_file {
            sources = sources.with_config_file(path);
        }
        for (key, value) in &self.settings {
            sources = sources.with_override(key, value, format!("Client({key})"));
        }
        sources
    }
}

impl Shared {
    /// Reads the settings. Nothing else is done yet.
    pub(crate) fn new(recipe: Recipe) -> PyResult<Arc<Self>> {
        Self::of_archive(recipe, None)
    }

    /// The same, of an archive inside this process.
    pub(crate) fn of_archive(recipe: Recipe, archive: Option<Arc<dyn Any + Send + Sync>>) -> PyResult<Arc<Self>> {
        let loaded = load(&recipe.sources()).map_err(raised)?;
        Ok(Arc::new(Self {
            recipe,
            loaded,
            live: Mutex::default(),
            other: Mutex::default(),
            archive,
        }))
    }

    /// The same with other settings over its own.
    pub(crate) fn with(self: &Arc<Self>, settings: Vec<(String, String)>) -> PyResult<Arc<Self>> {
        if settings.is_empty() {
            return Ok(Arc::clone(self));
        }
        let mut recipe = self.recipe.clone();
        recipe.settings.extend(settings);
        let mut other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
        match &*other {
            Some(other) if other.recipe == recipe => Ok(Arc::clone(other)),
            _ => Ok(Arc::clone(
                other.insert(Self::of_archive(recipe, self.archive.clone())?),
            )),
        }
    }

    /// The client, and the runtime that its work is done on. In a process that was forked both are new: threads and connections stay behind.
    pub(crate) fn client(&self) -> PyResult<(Client, Handle)> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let here = std::process::id();
        if let Some(old) = live.take_if(|live| live.process != here) {
            // Its threads are in the other process, and so is what its descriptors belong to.
            std::mem::forget(old);
        }
        let live = match &mut *live {
            Some(live) => live,
            none => none.insert(self.start(here)?),
        };
        Ok((live.client.clone(), live.runtime.handle().clone()))
    }

    fn start(&self, process: u32) -> PyResult<Live> {
        let client = match &self.recipe.archive {
            Some(name) => Client::of_archive(&self.loaded, name),
            None => Client::new(&self.loaded),
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("lksearch")
            .enable_all()
            .build()
            .map_err(lksearch::Error::Runtime);
        Ok(Live {
            process,
            client: client.map_err(raised)?,
            runtime: runtime.map_err(raised)?,
        })
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let live = self.live.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        match live {
            Some(live) if live.process != std::process::id() => std::mem::forget(live),
            // Nobody waits for what is still under way.
            Some(live) => live.runtime.shutdown_background(),
            None => {}
        }
    }
}
