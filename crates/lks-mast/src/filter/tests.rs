use super::*;

fn numbers(text: &str) -> Numbers {
    text.parse::<Numbers>().unwrap()
}

#[test]
fn numbers_are_read_with_ranges_and_exclusions() {
    let check = |text: &str, passing: &[i64]| {
        let filter = numbers(text);
        let found: Vec<i64> = (0..=30).filter(|value| filter.accepts(Some(*value as f64))).collect();
        assert_eq!(found, passing, "{text}");
    };
    check("14", &[14]);
    check("14,15", &[14, 15]);
    check("14 15", &[14, 15]);
    check("14..17", &[14, 15, 16, 17]);
    check("14:17", &[14, 15, 16, 17]);
    check("14..20,!16..19", &[14, 15, 20]);
    check(">=28", &[28, 29, 30]);
    check("<2", &[0, 1]);
    check(">28", &[29, 30]);
    check("..2", &[0, 1, 2]);
    check("28..", &[28, 29, 30]);
    check("!1..29", &[0, 30]);
    for text in [
        "", "a", "1..b", "..", "nan", "inf", "1,,x", "1...3", "-1", "!-1", "-3..5",
    ] {
        assert!(text.parse::<Numbers>().is_err(), "{text}");
    }
}

#[test]
fn a_reversed_range_is_refused_with_the_right_one() {
    let check = |refused: Result<(), Error>, right: &str| {
        let message = refused.unwrap_err().to_string();
        assert!(message.contains(&format!("write '{right}'")), "{message}");
    };
    check("14,20:17".parse::<Numbers>().map(drop), "17:20");
    check("!5..1".parse::<Numbers>().map(drop), "1..5");
    check(Numbers::parse_upper_limit("5:2").map(drop), "2:5");
    check("1800:120".parse::<Exptime>().map(drop), "120:1800");
    check("5..1".parse::<Campaigns>().map(drop), "1..5");
    check("9b:9a".parse::<Campaigns>().map(drop), "9a:9b");
    let negative = Numbers::parse_upper_limit("-3").unwrap_err().to_string();
    assert!(negative.contains("negative"), "{negative}");
}

#[test]
fn a_missing_value_passes_only_where_nothing_is_asked_for() {
    assert!(!numbers("14").accepts(None));
    assert!(numbers("!14").accepts(None));
    assert!(!numbers("14").accepts(Some(f64::NAN)));
}

#[test]
fn what_the_server_can_decide_is_known() {
    assert_eq!(numbers("14..16,20").whole_numbers(50), Some(vec![14, 15, 16, 20]));
    assert_eq!(numbers("14..16,!15").whole_numbers(50), Some(vec![14, 16]));
    assert_eq!(numbers(">=14").whole_numbers(50), None);
    assert_eq!(numbers("!14").whole_numbers(50), None);
    assert_eq!(numbers("1..1000").whole_numbers(50), None);
}

#[test]
fn b26_a_list_of_exposure_times_is_a_list_and_a_range_a_range() {
    let passing = |text: &str| {
        let Exptime::Seconds(filter) = text.parse::<Exptime>().unwrap() else {
            panic!("{text}")
        };
        [20.0, 60.0, 120.0, 158.0, 1800.0]
            .into_iter()
            .filter(|value| filter.accepts(Some(*value)))
            .collect::<Vec<f64>>()
    };
    assert_eq!(passing("20,120,1800"), [20.0, 120.0, 1800.0]);
    assert_eq!(passing("120:1800"), [120.0, 158.0, 1800.0]);
    assert_eq!(passing("120"), [120.0]);
}

#[test]
fn b27_an_unknown_exposure_word_gets_the_known_ones() {
    let message = "shrot".parse::<Exptime>().unwrap_err().to_string();
    for word in ["fast", "short", "long", "shortest", "longest"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!("SHORT".parse::<Exptime>().unwrap(), Exptime::Short);
    assert_eq!(
        "120.5".parse::<Exptime>().unwrap(),
        Exptime::Seconds(Numbers::one_of([120.5]))
    );
}

#[test]
fn b25_the_pipeline_tess_means_spoc_everywhere() {
    assert_eq!(pipeline_name("tess"), "SPOC");
    assert_eq!(pipeline_name("Tess-Spoc"), "TESS-SPOC");
    assert_eq!(pipeline_name("My-Pipeline"), "My-Pipeline");
}

#[test]
fn words_compare_without_regard_to_case() {
    let filter = TextFilter::new(["spoc", "QLP", "!tglc"]);
    assert!(filter.accepts(Some("SPOC")) && filter.accepts(Some("qlp")));
    assert!(!filter.accepts(Some("TGLC")) && !filter.accepts(Some("TASOC")) && !filter.accepts(None));
    let without = TextFilter::new(["!TGLC"]);
    assert!(without.accepts(Some("SPOC")) && without.accepts(None) && !without.accepts(Some("tglc")));
}

#[test]
fn b39_descriptions_are_plain_text() {
    let any = Description::Any(["light (", "pixel"].into());
    assert!(any.accepts(Some("Target Pixel files")) && any.accepts(Some("LIGHT (CLC)")));
    assert!(!any.accepts(Some("Light curves")) && !any.accepts(None));
    let all = Description::All(["light", "curve", "!short"].into());
    assert!(all.accepts(Some("Lightcurve Long Cadence")));
    assert!(!all.accepts(Some("Lightcurve Short Cadence")) && !all.accepts(Some("Light")));
}

#[test]
fn b39_a_distance_is_an_upper_limit_whole_or_not() {
    for text in ["5", "5.0"] {
        let filter = Numbers::parse_upper_limit(text).unwrap();
        assert!(filter.accepts(Some(5.0)) && filter.accepts(Some(0.0)) && !filter.accepts(Some(5.1)));
    }
    let range = Numbers::parse_upper_limit("2:5").unwrap();
    assert!(!range.accepts(Some(1.0)) && range.accepts(Some(2.0)));
}

#[test]
fn b35_campaigns_are_numbers_with_halves() {
    let campaign = |text: &str| text.parse::<Campaign>().unwrap();
    assert_eq!(
        campaign("9a"),
        Campaign {
            number: 9,
            half: Some(CampaignHalf::A)
        }
    );
    assert_eq!(campaign("09A"), campaign("9a"));
    assert_eq!(campaign("91"), campaign("9a"));
    assert_eq!(campaign("102"), campaign("10b"));
    assert_eq!(campaign("C05"), Campaign { number: 5, half: None });
    let mut sorted = [
        campaign("16"),
        campaign("10b"),
        campaign("3"),
        campaign("10a"),
        campaign("5"),
    ];
    sorted.sort();
    assert_eq!(
        sorted.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["3", "5", "10a", "10b", "16"]
    );
    for text in ["", "a", "5a", "9c", "-1", "1234"] {
        assert!(text.parse::<Campaign>().is_err(), "{text}");
    }
}

#[test]
fn b35_a_half_selects_only_itself_and_a_number_both_halves() {
    let accepts = |filter: &str, value: &str| {
        filter
            .parse::<Campaigns>()
            .unwrap()
            .accepts(Some(value.parse::<Campaign>().unwrap()))
    };
    assert!(accepts("10a", "10a") && !accepts("10a", "10b"));
    assert!(accepts("10", "10a") && accepts("10", "10b"));
    assert!(accepts("9..11", "10b") && !accepts("9..11", "12"));
    assert!(!accepts("10,!10b", "10b") && accepts("!10b", "3"));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,30}") {
            let _ = text.parse::<Numbers>().map(|numbers| numbers.whole_numbers(10));
            let _ = text.parse::<Campaigns>();
            let _ = text.parse::<Exptime>();
        }
    }
}
