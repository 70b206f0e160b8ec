use super::*;

fn products() -> Table {
    let table = Table::empty()
        .with_integer("parent", [Some(1), Some(2), Some(9), None, Some(2)])
        .unwrap();
    let table = table
        .with_text("project", [Some("p0"), Some("p1"), Some("p2"), Some("p3"), Some("p4")])
        .unwrap();
    table
        .with_text("file", [Some("a"), Some("b"), Some("c"), Some("d"), Some("e")])
        .unwrap()
}

fn observations() -> Table {
    let table = Table::empty()
        .with_text("id", [Some("2"), Some("1"), Some("5")])
        .unwrap();
    table
        .with_text("project", [Some("o2"), Some("o1"), Some("o5")])
        .unwrap()
}

fn shown(table: &Table) -> Vec<String> {
    let cell = |cell: Option<Cell<'_>>| cell.map_or("-".to_owned(), |cell| cell.to_string());
    table
        .rows()
        .map(|row| row.cells().map(cell).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn left_orphans_stay_and_collisions_take_suffixes() {
    let options = JoinOptions {
        left_suffix: "_prod".to_owned(),
        right_suffix: "_obs".to_owned(),
        ..JoinOptions::on("parent", "id")
    };
    let joined = join(&products(), &observations(), &options).unwrap();
    assert_eq!(
        joined.column_names().collect::<Vec<_>>(),
        ["parent", "project_prod", "file", "id", "project_obs"]
    );
    assert_eq!(
        shown(&joined),
        ["1 p0 a 1 o1", "2 p1 b 2 o2", "9 p2 c - -", "- p3 d - -", "2 p4 e 2 o2"]
    );
}

#[test]
fn right_orphans_come_at_the_end_if_asked() {
    let options = JoinOptions {
        keep_left_orphans: false,
        keep_right_orphans: true,
        ..JoinOptions::on("id", "parent")
    };
    let joined = join(&observations(), &products(), &options).unwrap();
    assert_eq!(
        shown(&joined),
        ["2 o2 2 p1 b", "2 o2 2 p4 e", "1 o1 1 p0 a", "- - 9 p2 c", "- - - p3 d"]
    );
}

#[test]
fn keys_of_one_name_are_one_column() {
    let left = Table::empty()
        .with_integer("id", [Some(1), None])
        .unwrap()
        .with_text("l", [Some("x"), Some("y")])
        .unwrap();
    let right = Table::empty()
        .with_integer("id", [Some(3), Some(1)])
        .unwrap()
        .with_text("r", [Some("u"), Some("v")])
        .unwrap();
    let joined = join(
        &left,
        &right,
        &JoinOptions {
            keep_right_orphans: true,
            ..JoinOptions::on("id", "id")
        },
    )
    .unwrap();
    assert_eq!(joined.column_names().collect::<Vec<_>>(), ["id", "l", "r"]);
    assert_eq!(shown(&joined), ["1 x v", "- y -", "3 - u"]);
}

#[test]
fn an_empty_side_is_no_trouble() {
    let none = observations().slice(0, 0);
    let joined = join(&products(), &none, &JoinOptions::on("parent", "id")).unwrap();
    assert_eq!((joined.num_rows(), joined.schema().fields().len()), (5, 5));
    assert_eq!(
        join(&none, &products(), &JoinOptions::on("id", "parent"))
            .unwrap()
            .num_rows(),
        0
    );
}

#[test]
fn names_that_collide_after_all_are_an_error() {
    let left = products().rename(&[("file", "project_right")]).unwrap();
    let joined = join(&left, &observations(), &JoinOptions::on("parent", "id"));
    assert!(matches!(joined, Err(Error::Shape(_))));
}
