use std::time::Duration;

use super::{Decision, RetryPolicy};
use crate::error::Class;

const THROTTLED: Class = Class::Throttled { retry_after: None };

#[test]
fn pauses_double_up_to_the_ceiling_and_then_it_gives_up() {
    let policy = RetryPolicy {
        attempts: 8,
        ..RetryPolicy::default()
    };
    let pause = |failures, class| policy.decide(failures, class, 1.0);
    let ms = |ms| Decision::Again(Duration::from_millis(ms));
    assert_eq!(pause(1, Class::Transient), ms(500));
    assert_eq!(pause(2, Class::Transient), ms(1000));
    assert_eq!(pause(3, Class::Transient), ms(2000));
    assert_eq!(pause(7, Class::Transient), ms(20_000));
    assert_eq!(pause(8, Class::Transient), Decision::GiveUp);
    assert_eq!(pause(1, THROTTLED), ms(5000));
    assert_eq!(pause(6, THROTTLED), ms(120_000));
    assert_eq!(policy.decide(3, Class::Transient, 0.0), ms(0));
}

#[test]
fn only_what_may_pass_is_tried_again() {
    let policy = RetryPolicy::default();
    for class in [Class::Changed, Class::NotFound, Class::Denied, Class::Permanent] {
        assert_eq!(policy.decide(1, class, 0.5), Decision::GiveUp, "{class:?}");
    }
    let once = RetryPolicy { attempts: 1, ..policy };
    assert_eq!(once.decide(1, Class::Transient, 0.5), Decision::GiveUp);
}

#[test]
fn the_hosts_pause_is_a_floor_and_a_long_one_an_error() {
    let policy = RetryPolicy::default();
    let asked = |seconds| Class::Throttled {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    for jitter in [0.0, 0.5, 1.0] {
        match policy.decide(1, asked(30), jitter) {
            Decision::Again(pause) => assert!(pause >= Duration::from_secs(30)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        policy.decide(1, asked(601), 0.0),
        Decision::TooLong(Duration::from_secs(601))
    );
    assert_eq!(policy.decide(5, asked(1), 0.0), Decision::GiveUp);
}
