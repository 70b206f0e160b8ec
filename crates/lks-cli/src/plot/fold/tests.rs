use super::*;

#[test]
fn a_phase_is_the_nearest_way_to_an_epoch_in_periods() {
    for (time, expected) in [
        (10.0, 0.0),
        (10.5, 0.25),
        (9.5, -0.25),
        (11.0, -0.5),
        (12.0, 0.0),
        (-1989.5, 0.25),
    ] {
        assert_eq!(phase(time, 2.0, 10.0), expected, "{time}");
    }
    // A hair before the epoch is not a whole period.
    assert!(phase(10.0 - 1e-17, 2.0, 10.0).abs() < 1e-9);
    assert!(phase(-1e-20, 1.0, 0.0).abs() < 1e-9);
}

#[test]
fn periods_are_read_with_and_without_a_time() {
    let read = |text: &str| text.parse::<Fold>();
    assert_eq!(
        read("3.2888"),
        Ok(Fold {
            period: 3.2888,
            epoch: None
        })
    );
    assert_eq!(
        read("3.2888, -1.5"),
        Ok(Fold {
            period: 3.2888,
            epoch: Some(-1.5)
        })
    );
    for (text, said) in [
        ("0", "not greater than 0"),
        ("-2", "not greater than 0"),
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("", "PERIOD,T0"),
        ("3.2,", "the time T0"),
        ("3,2,1", "the time T0 '2,1'"),
        ("1e-320", "too small"),
    ] {
        let message = read(text).unwrap_err();
        assert!(message.contains(said), "{text}: {message}");
    }
}
