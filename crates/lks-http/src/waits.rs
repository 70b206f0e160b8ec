//! What a client waits for, for those who look at its work.

use std::fmt;
use std::time::Duration;

use crate::silence::Unanswered;

/// While it is held, a host counts as working on an answer.
#[derive(Debug)]
#[must_use = "the host counts as working only while this is held"]
pub struct Working(#[expect(dead_code, reason = "it is held")] pub(crate) Unanswered);

/// A host from which nothing comes at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostWait {
    /// Its name.
    pub host: String,
    /// Why nothing comes.
    pub reason: WaitReason,
}

/// Why nothing comes from a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// It has answered none of the requests under way for so long.
    Silence(Duration),
    /// It asked for a pause, of which so much is left.
    Pause(Duration),
    /// It asked another program for a pause, or this one's share of its limits leaves no turn for so long.
    Turn(Duration),
    /// A request failed, and is sent again after a pause.
    Retry,
    /// It has been saying for so long that it works on an answer.
    Working(Duration),
}

impl fmt::Display for HostWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, reason } = self;
        let seconds = |time: &Duration| time.as_secs_f64().ceil();
        match reason {
            WaitReason::Silence(time) => write!(f, "{host} has not answered for {} s", time.as_secs()),
            WaitReason::Pause(left) => write!(f, "waits {} s for {host}, which asked for a pause", seconds(left)),
            WaitReason::Turn(left) => write!(
                f,
                "waits {} s for its turn at {host}, which asked another program for a pause or is shared with others",
                seconds(left)
            ),
            WaitReason::Retry => write!(f, "waits before asking {host} again, after a failure"),
            WaitReason::Working(time) => write!(f, "{host} has been working on the answer for {} s", time.as_secs()),
        }
    }
}
