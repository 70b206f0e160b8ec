use std::sync::Arc;

use lks_table::arrow_array::{ArrayRef, Float32Array, RecordBatch};
use lks_table::write::Writer;

use super::*;

#[track_caller]
fn check(bytes: &[u8], column: Option<&str>, expected: &[&str]) {
    let read = match column {
        None => TargetList::read(bytes),
        Some(_) => TargetList::read_table(bytes, column),
    };
    assert_eq!(read.unwrap().inputs, expected, "{}", String::from_utf8_lossy(bytes));
}

#[track_caller]
fn check_refused(bytes: &[u8], column: Option<&str>, words: &[&str]) {
    let read = match column {
        None => TargetList::read(bytes),
        Some(_) => TargetList::read_table(bytes, column),
    };
    let message = read.unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "'{word}' is missing in: {message}");
    }
}

#[test]
fn text_has_one_target_a_line() {
    check(
        "\u{feff}# mine\r\nTOI 1161\r\n\r\n  tic-158324245 \n#TIC 2\n285.6794, +50.2413\nβ Pic".as_bytes(),
        None,
        &["TOI 1161", "tic-158324245", "285.6794, +50.2413", "β Pic"],
    );
}

#[test]
fn the_name_of_a_column_says_what_its_numbers_are() {
    check(
        b"tic\n158324245\n0377780790\nTIC 5\n",
        None,
        &["TIC 158324245", "TIC 0377780790", "TIC 5"],
    );
    check(b"TIC ID,TOI\n1,1161.01\n", Some("toi"), &["TOI 1161.01"]);
    check(b"a,kepid\n1,2\n", None, &["KIC 2"]);
    check(b"epic\n1.0\n\n3.0\n", None, &["EPIC 1", "", "EPIC 3"]);
    check(
        br#"[{"gaia_dr3": 2130632159134827392}, {"gaia_dr3": null}]"#,
        None,
        &["Gaia DR3 2130632159134827392", ""],
    );
    check(b"{\"tic\": 1}\n{\"tic\": \"x\"}\n", None, &["TIC 1", "x"]);
    // A number whose catalogue nobody says stays as it is, and is refused as a target.
    check(b"id,b\n1,2\n", Some("id"), &["1"]);
}

#[test]
fn positions_are_read_from_two_columns() {
    check(
        b"ra,dec\n285.6794,50.2413\n10,-5\n1,\n",
        None,
        &["285.6794 +50.2413", "10 -5", ""],
    );
    check(
        b"RAJ2000,DEJ2000\n19 02 43.1,+50 14 28.7\n",
        None,
        &["19 02 43.1 +50 14 28.7"],
    );
    check(b"x,y\n1,2\n", Some("x,y"), &["1 +2"]);
    check(b"name,ra,dec\na,1,2\n", Some("dec"), &["1 +2"]);
}

#[test]
fn what_says_more_of_a_star_is_taken() {
    let archive = b"# from the NASA Exoplanet Archive\n#\nhostname,tic_id,ra,dec\nKepler-10,TIC 377780790,1,2\n";
    check(archive, None, &["TIC 377780790"]);
    check(archive, Some("hostname"), &["Kepler-10"]);
    check(b"hostname,ra,dec\nKepler-10,1,2\n", None, &["Kepler-10"]);
    check_refused(b"tic,kic\n1,2\n", None, &["`tic`, `kic`", "`FILE:tic`"]);
    check_refused(b"a,name,hostname\n1,2,3\n", None, &["`name`, `hostname`"]);
}

#[test]
fn every_format_of_a_table_is_read() {
    let table = Table::empty().with_integer("TIC", [Some(158_324_245), None]).unwrap();
    for format in Format::ALL {
        let mut bytes = Vec::new();
        format.write(&table, &mut bytes).unwrap();
        check(&bytes, Some("tic"), &["TIC 158324245", ""]);
        check(&bytes, None, &["TIC 158324245", ""]);
    }
}

#[test]
fn a_row_that_cannot_be_read_is_an_input_with_the_reason() {
    for list in ["tic,a\n1,2\n3\n4,5,6\n7,8\n", "# mine\n\ntic,a\n1,2\n3\n4,5,6\n7,8\n"] {
        let list = TargetList::read(list.as_bytes()).unwrap();
        assert_eq!(list.inputs, ["TIC 1", "3", "4,5,6", "TIC 7"]);
        let inputs: Vec<ListedInput> = list.into_inputs().collect();
        let targets: Vec<_> = inputs.iter().map(target).collect();
        assert!(targets[0].is_ok() && targets[3].is_ok());
        for (place, reason) in [
            (1, "1 cells where the header has 2"),
            (2, "3 cells where the header has 2"),
        ] {
            let error = targets[place].as_ref().unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains(&inputs[place].text), "{error}");
        }
    }
    let commented = TargetList::read(b"# mine\n\ntic,a\n1,2\n3\n").unwrap();
    assert_eq!(commented.refused[&1], "line 5 has 1 cells where the header has 2");
}

#[test]
fn what_is_no_list_is_refused_with_what_to_do() {
    check_refused(b"", None, &["no target in it"]);
    check_refused(b"# only\n\n", None, &["no target in it"]);
    check_refused(b"tic,a\n", None, &["no target in it"]);
    check_refused(b"\x80\x81\x00binary", None, &["neither text", "line 1"]);
    check_refused(b"TIC 1\nTIC 2\nSt\xe9 1\n", None, &["UTF-8", "line 3"]);
    check_refused(b"T\0I\0C\0", None, &["zero"]);
    check_refused(b"<html>busy</html>", None, &["neither text nor a table"]);
    check_refused(
        b"tics,mag\n1,2\n",
        Some("tic"),
        &["no column `tic`", "`tics`, `mag`", "did you mean `tics`?"],
    );
    check_refused(b"a,b\n1,2\n", Some("ra,dec"), &["no column `ra,dec`"]);
    check_refused(b"name;tic\na;1\n", None, &["separated by `;`", "commas"]);
    check_refused(b"name ra dec\na 1 2\n", None, &["separated by blanks"]);
    check_refused(b"tic,a\n1,\"2\n3,4\n", None, &["line 2", "never closed"]);
    check_refused(b"PAR1junk", None, &["not valid"]);
    check_refused(b"SIMPLE  =                    T", None, &["lksearch fits table"]);
    check_refused(b"# %ECSV 1.0\n# ---\nname\na\n", None, &["Parquet or CSV"]);
    let lossy = Table::empty()
        .with_float("gaia_dr3", [Some(2.130_632_159_134_827e18)])
        .unwrap();
    let error = TargetList::of_table(&lossy, None).unwrap_err().to_string();
    assert!(error.contains("integers or text"), "{error}");
}

#[test]
fn ids_of_32_bits_that_lost_digits_are_refused() {
    for (values, is_refused) in [([1_161.0, 2.0], false), ([158_324_245.0, 2.0], true)] {
        let column: ArrayRef = Arc::new(Float32Array::from(values.to_vec()));
        let batch = RecordBatch::try_from_iter([("tic", column)]).unwrap();
        let mut parquet = Writer::parquet(&batch.schema(), Vec::new()).unwrap();
        parquet.batch(&batch).unwrap();
        let list = TargetList::read(&parquet.finish().unwrap());
        assert_eq!(list.is_err(), is_refused, "{list:?}");
    }
}

#[test]
fn an_input_that_no_name_can_be_is_refused() {
    for (input, why) in [
        ("", "no value"),
        ("158324245", "three different stars"),
        ("x\u{7}y", "control"),
        (&"x".repeat(201), "longer than 200"),
        ("10 +95", "declination"),
    ] {
        let error = target(&input.into()).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert!(matches!(target(&"no such star".into()), Ok(Target::Name(_))));
}

#[test]
fn a_million_lines_are_read() {
    let text: String = (0..1_000_000).map(|number| format!("TIC {number}\n")).collect();
    let list = TargetList::read(text.as_bytes()).unwrap();
    assert_eq!(
        (list.inputs.len(), list.inputs[999_999].as_str()),
        (1_000_000, "TIC 999999")
    );
}
