use std::time::{Duration, Instant};

use super::{Lane, Room, Share, State};

/// A full lane that answers so many requests of 1000 bytes, one after each pause.
fn answers(state: &mut State, now: &mut Instant, n: usize, pause: Duration) {
    for _ in 0..n {
        state.was_full = true;
        *now += pause;
        state.on_success(1000, *now);
    }
}

#[test]
fn a_lane_grows_slowly_and_is_halved_once_per_incident() {
    let mut now = Instant::now();
    let mut state = State::new(Lane::new("x", 4, 6), Share::WHOLE);
    assert_eq!(state.admit(now), Room::Free);
    answers(&mut state, &mut now, 7, Duration::from_millis(100));
    assert_eq!(state.limit, 4);
    answers(&mut state, &mut now, 1, Duration::from_millis(100));
    assert_eq!(state.limit, 5);
    answers(&mut state, &mut now, 80, Duration::from_millis(80));
    assert_eq!(state.limit, 6);
    state.on_throttled(now);
    state.on_throttled(now + Duration::from_secs(1));
    assert_eq!(state.limit, 3);
    for seconds in [6, 12, 18, 24] {
        state.on_throttled(now + Duration::from_secs(seconds));
    }
    assert_eq!(state.limit, 1);
}

#[test]
fn a_lane_does_not_grow_where_that_brings_nothing() {
    let mut now = Instant::now();
    let mut state = State::new(Lane::new("x", 4, 16), Share::WHOLE);
    assert_eq!(state.admit(now), Room::Free);
    let pause = Duration::from_millis(10);
    answers(&mut state, &mut now, 8, pause);
    assert_eq!(state.limit, 5, "nothing was known");
    answers(&mut state, &mut now, 64, pause);
    assert_eq!(state.limit, 5, "the line is full");
    answers(&mut state, &mut now, 8, pause);
    assert_eq!(state.limit, 6, "tried again after a while");
    answers(&mut state, &mut now, 8, pause / 2);
    assert_eq!(state.limit, 7, "it brought something");
}

#[test]
fn a_lane_that_nobody_waits_for_does_not_grow() {
    let mut now = Instant::now();
    let mut state = State::new(Lane::new("x", 4, 16), Share::WHOLE);
    for _ in 0..100 {
        now += Duration::from_millis(1);
        state.on_success(1000, now);
    }
    assert_eq!(state.limit, 4);
}

#[test]
fn nobody_enters_a_full_lane() {
    let now = Instant::now();
    let mut state = State::new(Lane::new("x", 2, 2), Share::WHOLE);
    assert_eq!(
        [state.admit(now), state.admit(now), state.admit(now)],
        [Room::Free, Room::Free, Room::Full]
    );
    state.in_flight -= 1;
    assert_eq!(state.admit(now), Room::Free);
}

#[test]
fn a_doubling_lane_is_at_its_most_after_three_rounds() {
    let mut now = Instant::now();
    let mut state = State::new(Lane::new("x", 8, 64).doubling(), Share::WHOLE);
    assert_eq!(state.admit(now), Room::Free);
    let mut limits = Vec::new();
    for round in [8, 16, 32, 64] {
        // Each round takes as long as the one before, with twice as many answers.
        answers(&mut state, &mut now, round, Duration::from_millis(80) / round as u32);
        limits.push(state.limit);
    }
    assert_eq!(limits, [16, 32, 64, 64]);
    state.on_throttled(now);
    assert_eq!(state.limit, 32, "halved as any other");
    answers(&mut state, &mut now, 8, Duration::from_millis(1));
    assert_eq!(state.limit, 33, "and careful from then on");
}

#[test]
fn a_doubling_lane_stops_where_that_brings_nothing() {
    let mut now = Instant::now();
    let mut state = State::new(Lane::new("x", 8, 64).doubling(), Share::WHOLE);
    assert_eq!(state.admit(now), Room::Free);
    for _ in 0..6 {
        answers(&mut state, &mut now, 8, Duration::from_millis(10));
    }
    assert_eq!(state.limit, 16, "the line was full before");
}

/// How many requests of one second each let through in these seconds, by workers that each have this part of a lane.
fn let_through(of: u32, seconds: u64) -> (usize, Vec<usize>) {
    let begun = Instant::now();
    let (step, steps) = (Duration::from_millis(100), seconds * 10);
    let new = || State::new(Lane::new("x", 4, 6), Share::new(1, of).unwrap());
    let mut workers: Vec<(State, Vec<Instant>)> = (0..of).map(|_| (new(), Vec::new())).collect();
    let (mut num_begun, mut at_once) = (0, Vec::new());
    for n in 0..steps {
        let now = begun + step * u32::try_from(n).unwrap();
        for (state, running) in &mut workers {
            let is_over = |begun: &Instant| now.duration_since(*begun) >= Duration::from_secs(1);
            let over: Vec<Instant> = running.extract_if(.., |begun| is_over(begun)).collect();
            for begun in over {
                state.release(Some(begun), now);
            }
            while state.admit(now) == Room::Free {
                running.push(now);
                num_begun += 1;
            }
        }
        at_once.push(workers.iter().map(|(_, running)| running.len()).sum());
    }
    (num_begun, at_once)
}

#[test]
fn all_shares_together_are_one_limit() {
    // As many as fit into the limit never pass it; of more each rests, and on average they do not.
    for of in [1, 2, 3, 4, 6] {
        let (_, at_once) = let_through(of, 60);
        assert!(at_once.iter().all(|sum| *sum <= 6), "{of}: {at_once:?}");
    }
    for of in [7, 8, 12, 64] {
        let (num_begun, at_once) = let_through(of, 640);
        let most = 6 * 640 + of as usize;
        assert!(
            num_begun <= most && num_begun * 10 >= most * 7,
            "{of}: {num_begun} of {most}"
        );
        assert!(at_once.iter().all(|sum| *sum <= of as usize));
    }
}
