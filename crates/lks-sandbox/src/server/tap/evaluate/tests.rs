use super::super::adql::parse;
use super::*;
use crate::world::stars::named;

/// The cells of a query's rows, as texts.
fn cells(query: &str) -> Result<Vec<Vec<String>>, String> {
    let rows = evaluate(&parse(query)?, &|name| named(name, false), 1000)?;
    let text = |cell: &Cell| match cell {
        Cell::Null => "null".to_owned(),
        Cell::Integer(integer) => integer.to_string(),
        Cell::Float(float) => float.to_string(),
        Cell::Text(text) => text.clone(),
    };
    Ok(rows.rows.iter().map(|row| row.iter().map(text).collect()).collect())
}

fn check(query: &str, expected: &[&[&str]]) {
    assert_eq!(cells(query).unwrap(), expected, "{query}");
}

#[test]
fn queries_of_real_clients_give_rows() {
    // lksearch, with its blanks.
    check(
        " SELECT TOP 2 TIC, KIC \n    FROM \"IV/39/tic82\" \n    WHERE TIC IN(377780790, 2, 261136679) ORDER BY TIC",
        &[&["261136679", "null"], &["377780790", "11904151"]],
    );
    // astroquery, without a blank before WHERE.
    let names = cells(
        "SELECT ident.id FROM ident AS id_typed JOIN ident USING(oidref)WHERE id_typed.id = 'NAME Barnard''s star'",
    );
    assert!(names.unwrap().contains(&vec!["HIP 87937".to_owned()]));
    check(
        "SELECT basic.\"main_id\" FROM basic WHERE CONTAINS(POINT('ICRS', basic.ra, basic.dec), CIRCLE('ICRS', 285.6793883, 50.2413057, 0.001)) = 1",
        &[&["Kepler-10"]],
    );
    check("SELECT COUNT(*) FROM \"V/133/kic\" WHERE kepmag IS NULL", &[&["0"]]);
    check(
        "SELECT main_id FROM basic WHERE main_id LIKE '%Mic' AND NOT plx_value<100",
        &[&["V* AU Mic"]],
    );
}

#[test]
fn null_is_neither_true_nor_false() {
    let count = |condition: &str| {
        let query = format!("SELECT COUNT(*) FROM \"IV/39/tic82\" WHERE TIC<1500000000 AND ({condition})");
        cells(&query).unwrap()[0][0].parse::<u64>().unwrap()
    };
    let (bright, faint, none) = (count("Tmag<15"), count("NOT Tmag<15"), count("Tmag IS NULL"));
    assert!(bright > 0 && faint > 0 && none > 0);
    assert_eq!(count("1=1"), bright + faint + none);
    assert_eq!(count("Tmag<15 OR Tmag IS NULL"), bright + none);
}

#[test]
fn what_is_wrong_with_a_query_is_said() {
    for (query, expected) in [
        ("SELECT * FROM nowhere", "Unknown table \"nowhere\""),
        ("SELECT nothing FROM ident", "Unknown column \"nothing\""),
        ("SELECT * FROM", "end of the query"),
        ("SELECT * FROM ident WHERE id = 'a", "not closed"),
        ("SELECT * FROM ident; DROP", "unexpected character"),
        ("DELETE FROM ident", "Was expecting: \"SELECT\""),
        ("SELECT * FROM gaiadr4.gaia_source", "Unknown table"),
    ] {
        let error = cells(query).unwrap_err();
        assert!(error.contains(expected), "{query}: {error}");
    }
    let deep = format!("SELECT * FROM ident WHERE {}1=1", "(".repeat(10_000));
    assert!(cells(&deep).unwrap_err().contains("too deeply"));
}
