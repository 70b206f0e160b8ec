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

    /// As it stands in the name of a part: `<boot>-<pid namespace>-<pid>-<start>`.
    pub(crate) fn tag(&self) -> String {
        let boot = self.boot.get(..8).unwrap_or(&self.boot);
        let namespace: String = self.pid_namespace.chars().filter(char::is_ascii_digit).collect();
        format!("{boot}-{namespace}-{}-{}", self.pid, self.started)
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

/// Whether a tag is that of a process of this boot and namespace that is certainly gone.
pub(crate) fn is_tag_of_gone(tag: &str) -> bool {
    let fields: Vec<&str> = tag.split('-').collect();
    let (Some(this), [_, _, pid, its_start]) = (Owner::this_process(), &fields[..]) else {
        return false;
    };
    let is_of_here = this.tag().split('-').take(2).eq(fields.iter().copied().take(2));
    is_of_here
        && pid
            .parse()
            .is_ok_and(|pid| started(pid).is_none_or(|started| started != **its_start))
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
