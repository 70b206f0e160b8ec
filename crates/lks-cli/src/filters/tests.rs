use clap::Parser as _;
use lksearch::Kind;

use super::*;
use crate::arguments::{Arguments, Command};

fn read(line: &[&str]) -> Result<Search, Error> {
    let arguments = Arguments::try_parse_from(["lksearch", "search"].iter().chain(line)).unwrap();
    match arguments.command {
        Command::Search(words) => search(words.mission, &words.target, &words.filters),
        other => panic!("{other:?}"),
    }
}

fn filters_of(line: &[&str]) -> Filters {
    read(&[["mast", "TOI 1161"].as_slice(), line].concat()).unwrap().filters
}

#[test]
fn every_filter_of_the_library_has_its_option() {
    let any = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    // All fields are named, so that a new one is missed here.
    let expected = Filters {
        exptime: Some(Exptime::Seconds(Numbers::parse("20,120").unwrap())),
        pipeline: Some(Words::new(["SPOC", "!QLP"])),
        sector: Some(Numbers::parse("14,20..22").unwrap()),
        quarter: Some(Numbers::parse("7").unwrap()),
        month: Some(Numbers::parse("1").unwrap()),
        campaign: Some(Campaigns::parse("9a").unwrap()),
        sequence: Some(Numbers::parse("!3").unwrap()),
        year: Some(Numbers::parse("2018:2020").unwrap()),
        distance: Some(Numbers::at_most(5.0)),
        description: Some(Description::All(any(&["Light", "!Data Validation"]))),
        target_name: Some(Words::new(["158324245"])),
        mission: Some(Words::new(["TESS", "HLSP"])),
    };
    let line = "--exptime 20,120 --pipeline SPOC,!QLP --sector 14,20..22 --quarter 7 --month 1 --campaign 9a --sequence !3 \
        --year 2018:2020 --distance 5 --target-name 158324245 --mission TESS,HLSP";
    let mut line: Vec<&str> = line.split_whitespace().collect();
    line.extend(["--description-all", "Light", "!Data Validation"]);
    assert_eq!(filters_of(&line), expected);
    let some = Description::Any(any(&["Light", "Pixel"]));
    assert_eq!(filters_of(&["--description", "Light", "Pixel"]).description, Some(some));
}

#[test]
fn several_kinds_are_asked_for_in_one_list() {
    let kind = read(&["tess", "TOI 1161", "--kind", "timeseries,dvreports"])
        .unwrap()
        .kind;
    assert!(kind.accepts(Kind::Timeseries) && kind.accepts(Kind::DvReport) && !kind.accepts(Kind::Cubedata));
}

#[test]
fn a_target_of_several_words_needs_no_quotes() {
    let target = |words: &[&str]| read(&[["tess"].as_slice(), words].concat()).map(|search| search.target);
    assert_eq!(target(&["TOI", "1161"]).unwrap(), Target::parse("TOI 1161").unwrap());
    assert_eq!(
        target(&["81.0", "-71.5"]).unwrap(),
        Target::parse("81.0 -71.5").unwrap()
    );
    assert_eq!(
        target(&["TOI", "1161", "--sector", "14"]).unwrap(),
        Target::parse("TOI 1161").unwrap()
    );
    let two = target(&["TOI 1161", "TOI 270"]).unwrap_err().to_string();
    assert!(two.contains("two targets"), "{two}");
}
