use super::*;

/// Terms of every order up to four, `c[i][j]`.
fn polynomial(seed: f64) -> Polynomial {
    Polynomial::of(4, |i, j| {
        Ok(seed / f64::from(1 + i + 3 * j) / 100.0_f64.powi(i32::from(i + j)))
    })
    .unwrap()
}

#[test]
fn a_polynomial_is_the_sum_of_its_terms() {
    let [u, v] = [70.0_f64, -30.0_f64];
    let mut expected = 0.0;
    for i in 0..=4 {
        for j in 0..=4 - i {
            expected += 2.0 / f64::from(1 + i + 3 * j) / 100.0_f64.powi(i + j) * u.powi(i) * v.powi(j);
        }
    }
    let [value, by_u, by_v] = polynomial(2.0).at([u, v]);
    assert!((value - expected).abs() < 1e-14);
    let slope = |one: [f64; 2], other: [f64; 2]| (polynomial(2.0).at(other)[0] - polynomial(2.0).at(one)[0]) / 2e-4;
    assert!((by_u - slope([u - 1e-4, v], [u + 1e-4, v])).abs() < 1e-9);
    assert!((by_v - slope([u, v - 1e-4], [u, v + 1e-4])).abs() < 1e-9);
}

#[test]
fn a_polynomial_of_order_0_is_its_only_term() {
    assert_eq!(
        Polynomial::of(0, |_, _| Ok(2.5)).unwrap().at([9.0, -9.0]),
        [2.5, 0.0, 0.0]
    );
}

#[test]
fn what_is_undistorted_and_distorted_is_the_same() {
    let sip = Sip {
        a: polynomial(3.0),
        b: polynomial(-2.0),
    };
    for wanted in [[0.0, 0.0], [500.0, 20.0], [-30.0, -40.0], [60.0, 90.0]] {
        let distance = sip.undistorted(wanted).unwrap();
        let back = sip.distorted(distance);
        assert!(
            (back[0] - wanted[0]).hypot(back[1] - wanted[1]) < 1e-9,
            "{wanted:?}: {back:?}"
        );
    }
}

#[test]
fn a_search_without_end_is_given_up() {
    // u + A(u) = u + 1 + u²: no number gives 0.
    let sip = Sip {
        a: Polynomial::of(2, |i, j| {
            Ok(if (i, j) == (0, 0) || (i, j) == (2, 0) { 1.0 } else { 0.0 })
        })
        .unwrap(),
        b: Polynomial::of(0, |_, _| Ok(0.0)).unwrap(),
    };
    let error = sip.undistorted([0.0, 0.0]).unwrap_err();
    assert!(
        matches!(error, Error::NotConverged { steps: 1..=MAX_STEPS, last_step } if last_step > 0.1),
        "{error}"
    );
}
