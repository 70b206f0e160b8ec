use super::*;

#[test]
fn a_matrix_whose_rows_are_parallel_has_no_inverse() {
    for matrix in [
        [[0.0; 2]; 2],
        [[1.0, 2.0], [2.0, 4.0]],
        [[1e-5, 0.0], [0.0, 0.0]],
        [[1.0, 1.0], [1.0, 1.0 + 1e-14]],
        [[f64::NAN, 0.0], [0.0, 1.0]],
        [[f64::INFINITY, 0.0], [0.0, 1.0]],
    ] {
        assert_eq!(inverse(&matrix), None, "{matrix:?}");
    }
}

#[test]
fn the_size_of_pixels_does_not_decide_whether_there_is_an_inverse() {
    for scale in [1e-12, 1e-6, 1.0] {
        let inverse = inverse(&[[scale, 0.0], [scale, -scale]]).unwrap();
        assert!((inverse[0][0] * scale - 1.0).abs() < 1e-12 && (inverse[1][0] * scale - 1.0).abs() < 1e-12);
        assert!(inverse[0][1].abs() < 1e-12 / scale && (inverse[1][1] * scale + 1.0).abs() < 1e-12);
    }
}
