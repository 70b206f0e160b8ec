//! The verbs that have to do with files.

use lks_cache::Key;
use lks_fetch::{Authorship, Checked, DownloadOptions, Lock, Locking, Manifest, Plan, PortablePlan, Progress};
use lks_fits::FitsFile;
use lks_mast::Search;
use lks_table::Table;

use super::Client;
use crate::error::Error;

impl Client {
    /// See [`crate::Client::plan`].
    pub fn plan(&self, table: &Table, options: &DownloadOptions) -> Plan {
        self.wait(self.client.plan(table, options))
    }

    /// See [`crate::Client::portable_plan`].
    ///
    /// # Errors
    /// As there.
    pub fn portable_plan(
        &self,
        table: &Table,
        options: &DownloadOptions,
        authorship: Authorship,
    ) -> Result<PortablePlan, Error> {
        self.wait(self.client.portable_plan(table, options, authorship))
    }

    /// See [`crate::Client::download`].
    pub fn download(&self, table: &Table, options: &DownloadOptions, progress: &dyn Progress) -> Manifest {
        self.wait(self.client.download(table, options, progress))
    }

    /// See [`crate::Client::cutout`].
    ///
    /// # Errors
    /// As there.
    pub fn cutout(
        &self,
        search: &Search,
        options: &DownloadOptions,
        progress: &dyn Progress,
    ) -> Result<Manifest, Error> {
        self.wait(self.client.cutout(search, options, progress))
    }

    /// See [`crate::Client::run`].
    pub fn run(&self, plan: Plan, progress: &dyn Progress) -> Manifest {
        self.wait(self.client.run(plan, progress))
    }

    /// See [`crate::Client::plan_repair`].
    pub fn plan_repair(&self, keys: &[Key]) -> Plan {
        self.wait(self.client.plan_repair(keys))
    }

    /// See [`crate::Client::lock`].
    ///
    /// # Errors
    /// As there.
    pub fn lock(&self, table: &Table, options: &DownloadOptions, progress: &dyn Progress) -> Result<Locking, Error> {
        self.wait(self.client.lock(table, options, progress))
    }

    /// See [`crate::Client::plan_sync`].
    ///
    /// # Errors
    /// As there.
    pub fn plan_sync(&self, lock: &Lock) -> Result<Plan, Error> {
        self.wait(self.client.plan_sync(lock))
    }

    /// See [`crate::Client::check_lock`].
    ///
    /// # Errors
    /// As there.
    pub fn check_lock(&self, lock: &Lock, asks: bool) -> Result<Vec<Checked>, Error> {
        self.wait(self.client.check_lock(lock, asks))
    }

    /// See [`crate::Client::open`]. Reading the file's tables and images is async.
    ///
    /// # Errors
    /// As there.
    pub fn open(&self, location: &str) -> Result<FitsFile, Error> {
        self.wait(self.client.open(location))
    }
}
