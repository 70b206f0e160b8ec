use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Silence, State};

#[test]
fn silence_lasts_from_the_first_question_to_an_answer_to_any() {
    let begun = Instant::now();
    let second = |n| begun + Duration::from_secs(n);
    let mut state = State::default();
    state.begin(second(1));
    state.begin(second(2));
    assert_eq!(state.since, Some(second(1)));
    state.answered(second(5));
    state.left();
    assert_eq!(state.since, Some(second(5)));
    state.begin(second(6));
    state.left();
    assert_eq!(state.since, Some(second(5)));
    state.left();
    assert_eq!(state.since, None);
}

#[test]
fn a_question_that_nobody_waits_for_any_more_is_no_silence() {
    let silence = Arc::new(Silence::default());
    let (first, other) = (silence.begin(), silence.begin());
    drop(first);
    assert!(silence.lasts().is_some());
    drop(other);
    assert_eq!(silence.lasts(), None);
}
