//! Whether the process that wrote a part is certainly gone.

use std::fs;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A process, as far as it can be told from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Owner {
    boot: String,
    pid_namespace: String,
    pid: u32,
    started: String,
}

impl Owner {
    /// `None` where the system does not tell; then nothing is kept.
    pub(crate) fn this_process() -> Option<Self> {
        static ITSELF: OnceLock<Option<Owner>> = OnceLock::new();
        let itself = ITSELF.get_or_init(|| {
            let pid = std::process::id();
            Some(Self {
                boot: boot()?,
                pid_namespace: pid_namespace()?,
                pid,
                started: started(pid)?,
            })
        });
        itself.clone()
    }

    pub(crate) fn is_of_this_boot(&self) -> bool {
        boot().is_some_and(|boot| boot == self.boot)
    }

    /// Process numbers mean nothing outside their namespace, and are used again: only another start time proves the end.
    pub(crate) fn is_gone(&self) -> bool {
        pid_namespace().is_some_and(|namespace| namespace == self.pid_namespace)
            && started(self.pid).is_none_or(|started| started != self.started)
    }
}

fn boot() -> Option<String> {
    Some(
        fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .ok()?
            .trim()
            .to_owned(),
    )
}

fn pid_namespace() -> Option<String> {
    Some(fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned())
}

/// When a process started, in the kernel's ticks: field 22 of `/proc/<pid>/stat`, counted after the name, which may hold spaces
/// (<https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>). A zombie has ended.
fn started(pid: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    (state != "Z" && state != "X").then(|| fields.nth(18).map(str::to_owned))?
}
