use super::*;

fn id(catalog: Catalog, number: u64) -> Target {
    Target::Id(TargetId { catalog, number })
}

#[test]
fn ids_are_read_in_every_spelling() {
    let spellings = [
        "TIC 74534430",
        "tic 74534430",
        "Tic74534430",
        "TiC74534430",
        "tic-74534430",
        "TIC_74534430",
        "TIC  74534430",
        "TIC\t74534430",
        "TIC 0074534430",
        "tess 74534430",
        "TESS74534430",
        "TESS-74534430",
        " TIC 74534430 ",
        "TIC:74534430",
        "\"TIC 74534430\"",
        "TIC - 74534430",
        "tess_0000000074534430",
        "'tic74534430'",
        "TIC\u{a0}74534430",
        "tIc 74534430",
    ];
    assert_eq!(spellings.len(), 20);
    for text in spellings {
        assert_eq!(
            text.parse::<Target>().unwrap(),
            id(Catalog::Tic, 74_534_430),
            "{text:?}"
        );
    }
    for text in [
        "KIC 11904151",
        "kic11904151",
        "kplr011904151",
        "KPLR 11904151",
        "kplr-011904151",
        "KIC_011904151",
    ] {
        assert_eq!(
            text.parse::<Target>().unwrap(),
            id(Catalog::Kic, 11_904_151),
            "{text:?}"
        );
    }
    for text in [
        "EPIC 228162462",
        "epic228162462",
        "ktwo228162462",
        "KTWO 228162462",
        "EPIC-228162462",
        "epic_228162462",
    ] {
        assert_eq!(
            text.parse::<Target>().unwrap(),
            id(Catalog::Epic, 228_162_462),
            "{text:?}"
        );
    }
}

#[test]
fn mast_files_each_mission_under_its_own_target_name() {
    let name = |catalog, number| TargetId { catalog, number }.target_name();
    assert_eq!(name(Catalog::Tic, 158_324_245), "158324245");
    assert_eq!(name(Catalog::Kic, 757_076), "kplr000757076");
    assert_eq!(name(Catalog::Epic, 228_162_462), "ktwo228162462");
    for target in [
        TargetId {
            catalog: Catalog::Tic,
            number: 5,
        },
        TargetId {
            catalog: Catalog::Kic,
            number: 5,
        },
    ] {
        assert_eq!(
            TargetId::from_target_name(&target.target_name(), target.catalog),
            Some(target)
        );
    }
    assert_eq!(
        TargetId::from_target_name("Gaia DR3 2104847370214740352", Catalog::Kic),
        None
    );
}

#[test]
fn a_bare_number_is_refused_with_the_three_candidates() {
    let message = "11904151".parse::<Target>().unwrap_err().to_string();
    for candidate in ["TIC 11904151", "KIC 11904151", "EPIC 11904151"] {
        assert!(message.contains(candidate), "{message}");
    }
}

#[test]
fn b22_positions_never_go_to_the_name_resolver() {
    for text in [
        "285.679, 50.241",
        "285.679 +50.241",
        "19:02:43.1 +50:14:28.7",
        "19h02m43.1s +50d14m28.7s",
        "galactic 80.1 13.2",
    ] {
        assert!(matches!(text.parse::<Target>().unwrap(), Target::Position(_)), "{text}");
    }
}

#[test]
fn everything_else_is_a_name() {
    for text in [
        "TOI 1161",
        "K2-18",
        "Kepler-10",
        "pi Men",
        "TICA 5",
        "tic tac",
        "EPICURUS 3",
        "TIC 12a",
        "Gaia DR3 5",
        "kic",
        "HD 209458 b",
    ] {
        assert_eq!(text.parse::<Target>().unwrap(), Target::Name(text.to_owned()));
    }
}

#[test]
fn empty_and_overlong_targets_are_refused() {
    for text in ["", "   ", "\"\"", "TIC 99999999999999999999999", "TIC -158324245"] {
        assert!(text.parse::<Target>().is_err(), "{text:?}");
    }
}

/// As papers print them, with minus signs and blanks that no keyboard has.
#[test]
fn copied_text_is_read_as_it_looks() {
    for (text, expected) in [
        ("K2\u{2212}18", "K2-18"),
        ("TOI\u{2011}1161.01", "TOI-1161.01"),
        ("EPIC\u{2009}201912552", "EPIC 201912552"),
    ] {
        assert_eq!(text.parse::<Target>().unwrap().to_string(), expected);
    }
    assert!(matches!(
        "TIC\u{a0}0012345".parse(),
        Ok(Target::Id(TargetId { number: 12345, .. }))
    ));
    assert!(matches!("10.5 \u{2013}0.25".parse(), Ok(Target::Position(_))));
}

#[test]
fn a_number_of_gaia_needs_its_release() {
    for text in ["Gaia 123", "gaia123", "GAIA-123", "Gaia\u{a0}123"] {
        let error = text.parse::<Target>().unwrap_err().to_string();
        assert!(error.contains("'Gaia DR2 123' or 'Gaia DR3 123'"), "{error}");
    }
    for text in ["Gaia DR3 123", "Gaia-1b", "Gaia"] {
        assert!(matches!(text.parse(), Ok(Target::Name(_))), "{text}");
    }
}

#[test]
fn a_text_too_long_for_a_name_is_refused_and_not_repeated() {
    let error = "y".repeat(10_000).parse::<Target>().unwrap_err().to_string();
    assert!(
        error.contains("longer than 200 characters") && error.len() < 200,
        "{error}"
    );
}
