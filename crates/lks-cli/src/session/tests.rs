#[test]
fn the_archive_inside_a_command_takes_no_scripts() {
    assert!(!super::embedded().control);
}
