use std::time::{Duration, Instant, SystemTime};

use super::{Admission, Failed, Health};
use crate::options::Outage;

const OUTAGE: Outage = Outage {
    failures: 10,
    urls: 5,
    pause: Duration::from_secs(30),
    probes: 3,
};

fn failed(url: u64, is_probe: bool) -> Failed {
    Failed {
        url,
        why: "the server answered 500".to_owned(),
        is_unconnected: false,
        is_probe,
    }
}

fn unconnected(url: u64) -> Failed {
    Failed {
        is_unconnected: true,
        ..failed(url, false)
    }
}

fn down(seconds: Option<u64>) -> Admission {
    Admission::Down {
        again_in: seconds.map(Duration::from_secs),
    }
}

#[test]
fn ten_failures_of_five_urls_take_a_host_down() {
    let now = (Instant::now(), SystemTime::now());
    let mut health = Health::default();
    for n in 0..9 {
        health.failed(&OUTAGE, failed(n, false), now);
        assert_eq!(health.admit(&OUTAGE, now.0), Admission::Up);
    }
    health.alive();
    for n in 0..10 {
        assert_eq!(health.admit(&OUTAGE, now.0), Admission::Up);
        health.failed(&OUTAGE, failed(n, false), now);
    }
    assert_eq!(health.admit(&OUTAGE, now.0), down(Some(30)));
    assert_eq!(health.outcome().num_failed, 10);
    health.alive();
    assert_eq!(health.admit(&OUTAGE, now.0), Admission::Up);
}

#[test]
fn one_bad_file_closes_no_host() {
    let now = (Instant::now(), SystemTime::now());
    let mut health = Health::default();
    for n in 0..100 {
        health.failed(&OUTAGE, failed(n % 4, false), now);
    }
    assert_eq!(health.admit(&OUTAGE, now.0), Admission::Up);
}

#[test]
fn one_probe_at_a_time_and_after_three_nobody_waits() {
    let (begun, wall) = (Instant::now(), SystemTime::now());
    let mut health = Health::default();
    for n in 0..10 {
        health.failed(&OUTAGE, failed(n, false), (begun, wall));
    }
    let mut now = begun;
    for _ in 0..3 {
        assert_eq!(health.admit(&OUTAGE, now), down(Some(30)));
        now += OUTAGE.pause;
        assert_eq!(health.admit(&OUTAGE, now), Admission::Probe);
        assert_eq!(health.admit(&OUTAGE, now), down(Some(1)));
        // What was under way before decides nothing.
        health.failed(&OUTAGE, failed(1, false), (now, wall));
        assert_eq!(health.admit(&OUTAGE, now), down(Some(1)));
        health.failed(&OUTAGE, failed(1, true), (now, wall));
        health.probed();
    }
    assert_eq!(health.admit(&OUTAGE, now), down(None));
    // A probe that was given up leaves the next request to find out.
    now += OUTAGE.pause;
    assert_eq!(health.admit(&OUTAGE, now), Admission::Probe);
    health.probed();
    assert_eq!(health.admit(&OUTAGE, now), Admission::Probe);
}

#[test]
fn nobody_waits_for_a_host_that_was_never_reached() {
    let (begun, wall) = (Instant::now(), SystemTime::now());
    let mut health = Health::default();
    for _ in 0..10 {
        assert_eq!(health.admit(&OUTAGE, begun), Admission::Up);
        // One URL is enough: what hinders a connection is never the URL.
        health.failed(&OUTAGE, unconnected(1), (begun, wall));
    }
    assert_eq!(health.admit(&OUTAGE, begun), down(None));
    // Later requests find out whether it is there now.
    assert_eq!(health.admit(&OUTAGE, begun + OUTAGE.pause), Admission::Probe);
    health.alive();
    health.probed();
    assert_eq!(health.admit(&OUTAGE, begun), Admission::Up);
    for n in 0..10 {
        health.failed(&OUTAGE, unconnected(n % 4), (begun, wall));
    }
    assert_eq!(health.admit(&OUTAGE, begun), Admission::Up);
    health.failed(&OUTAGE, unconnected(4), (begun, wall));
    assert_eq!(health.admit(&OUTAGE, begun), down(Some(30)));
}
