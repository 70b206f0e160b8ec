use clap::Parser as _;
use lksearch::{Exptime, Kind};

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
    // All fields are named, so that a new one is missed here.
    let expected = Filters {
        exptime: Some(Exptime::Seconds("20,120".parse::<Numbers>().unwrap())),
        pipeline: Some(TextFilter::new(["SPOC", "!QLP"])),
        sector: Some("14,20..22".parse::<Numbers>().unwrap()),
        quarter: Some("7".parse::<Numbers>().unwrap()),
        month: Some("1".parse::<Numbers>().unwrap()),
        campaign: Some("9a".parse::<Campaigns>().unwrap()),
        sequence: Some("!3".parse::<Numbers>().unwrap()),
        year: Some("2018:2020".parse::<Numbers>().unwrap()),
        distance: Some(Numbers::at_most(5.0)),
        description: Some(Description::All(["Light", "!Data Validation"].into())),
        target_name: Some(TextFilter::new(["158324245"])),
        mission: Some(TextFilter::new(["TESS", "HLSP"])),
    };
    let line = "--exptime 20,120 --pipeline SPOC,!QLP --sector 14,20..22 --quarter 7 --month 1 --campaign 9a --sequence !3 \
        --year 2018:2020 --distance 5 --target-name 158324245 --mission TESS,HLSP";
    let mut line: Vec<&str> = line.split_whitespace().collect();
    line.extend(["--description-all", "Light", "!Data Validation"]);
    assert_eq!(filters_of(&line), expected);
    let some = Description::Any(["Light", "Pixel"].into());
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
    assert_eq!(target(&["TOI", "1161"]).unwrap(), "TOI 1161".parse::<Target>().unwrap());
    assert_eq!(
        target(&["81.0", "-71.5"]).unwrap(),
        "81.0 -71.5".parse::<Target>().unwrap()
    );
    assert_eq!(
        target(&["TOI", "1161", "--sector", "14"]).unwrap(),
        "TOI 1161".parse::<Target>().unwrap()
    );
    for swallowed in [
        &["--sector", "14", "TOI 1161"][..],
        &["--sector", "14", "--pipeline", "SPOC", "TOI 1161"],
        &["--sector", "14", "--mission", "TESS", "TOI 1161"],
        &["--description", "light", "TOI 1161"],
        &["--sector", "14", "--description-all", "light", "TOI 1161"],
    ] {
        assert_eq!(target(swallowed).unwrap(), "TOI 1161".parse::<Target>().unwrap());
    }
    assert_eq!(
        target(&["--sector", "14", "81.0 -71.5"]).unwrap(),
        "81.0 -71.5".parse::<Target>().unwrap()
    );
    let words = [
        "--sector",
        "14",
        "--description",
        "Light curves",
        "full data validation",
    ];
    assert_eq!(target(&words).unwrap(), Target::Any);
    let fraction = target(&["--sector", "14.5"]).unwrap_err().to_string();
    assert!(
        fraction.contains("--sector: 14.5 is not a whole number; write 14 or 15"),
        "{fraction}"
    );
    let two = target(&["TOI 1161", "TOI 270"]).unwrap_err().to_string();
    assert!(two.contains("two targets"), "{two}");
}
