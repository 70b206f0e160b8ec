//! The scripts in force, and whose turn it is.

use std::collections::VecDeque;

use super::{Fault, Matcher};
use crate::server::request::Request;

#[derive(Debug, Default)]
pub(crate) struct Scripts {
    scripts: Vec<Script>,
}

#[derive(Debug)]
struct Script {
    matcher: Matcher,
    num_matched: u64,
    faults: VecDeque<Fault>,
    /// Bytes in which it was sent.
    num_bytes: usize,
}

impl Scripts {
    pub(crate) fn add(&mut self, matcher: Matcher, faults: Vec<Fault>, num_bytes: usize) {
        self.scripts.push(Script {
            matcher,
            num_matched: 0,
            faults: faults.into(),
            num_bytes,
        });
    }

    /// Bytes in which those in force were sent.
    pub(crate) fn num_bytes(&self) -> usize {
        self.scripts.iter().map(|script| script.num_bytes).sum()
    }

    pub(crate) fn clear(&mut self) {
        self.scripts.clear();
    }

    /// The fault for this request, of the oldest script that has one for it.
    pub(crate) fn take(&mut self, request: &Request) -> Option<Fault> {
        let mut taken = None;
        for script in self.scripts.iter_mut().filter(|script| script.matcher.picks(request)) {
            script.num_matched += 1;
            if taken.is_none() && script.num_matched >= script.matcher.nth.unwrap_or(1) {
                taken = script.next();
            }
        }
        self.scripts.retain(|script| !script.faults.is_empty());
        taken
    }
}

impl Script {
    fn next(&mut self) -> Option<Fault> {
        while let Some(front) = self.faults.front_mut() {
            match front.times {
                0 => {
                    self.faults.pop_front();
                }
                1 => return self.faults.pop_front(),
                u32::MAX => return Some(front.clone()),
                _ => {
                    front.times -= 1;
                    return Some(front.clone());
                }
            }
        }
        None
    }
}
