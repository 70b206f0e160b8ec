use std::time::{Duration, Instant};

use super::State;

#[test]
fn a_lane_grows_slowly_and_is_halved_once_per_incident() {
    let mut state = State {
        limit: 4,
        most: 6,
        in_flight: 0,
        healthy: 0,
        last_cut: None,
    };
    for _ in 0..8 {
        state.praise();
    }
    assert_eq!(state.limit, 5);
    for _ in 0..80 {
        state.praise();
    }
    assert_eq!(state.limit, 6);
    let now = Instant::now();
    state.complain(now);
    state.complain(now + Duration::from_secs(1));
    assert_eq!(state.limit, 3);
    for seconds in [6, 12, 18, 24] {
        state.complain(now + Duration::from_secs(seconds));
    }
    assert_eq!(state.limit, 1);
}

#[test]
fn nobody_enters_a_full_lane() {
    let mut state = State {
        limit: 2,
        most: 2,
        in_flight: 0,
        healthy: 0,
        last_cut: None,
    };
    assert_eq!([state.admit(), state.admit(), state.admit()], [true, true, false]);
    state.in_flight -= 1;
    assert!(state.admit());
}
