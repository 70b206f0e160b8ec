use super::*;

fn check(text: &str, expected: StarId) {
    assert_eq!(StarId::read(text).unwrap(), Some(expected), "{text}");
}

fn refused(text: &str, expected: &str) {
    let error = text.parse::<StarId>().unwrap_err().to_string();
    assert!(error.contains(expected), "{text}: {error}");
}

#[test]
fn every_usual_spelling_is_read() {
    for text in [
        "TIC 158324245",
        "tic158324245",
        "TIC-158324245",
        "TIC_158324245",
        "TIC:158324245",
        "TIC #158324245",
        "TESS 158324245",
        "  'TIC 000158324245' ",
        "TIC\t158324245",
    ] {
        check(text, Tic(158_324_245).into());
    }
    for text in ["KIC 9941662", "kplr009941662", "kic009941662", "KIC-9941662"] {
        check(text, Kic(9_941_662).into());
    }
    for text in ["EPIC 201912552", "ktwo201912552", "epic_201912552"] {
        check(text, Epic(201_912_552).into());
    }
    for text in [
        "Gaia DR3 2130632159134827392",
        "GaiaDR3 2130632159134827392",
        "gaia_dr3_2130632159134827392",
        "Gaia-DR3-2130632159134827392",
        "Gaia DR 3 2130632159134827392",
        "gaiadr32130632159134827392",
        "GDR3 2130632159134827392",
        "DR3 2130632159134827392",
        "Gaia EDR3 2130632159134827392",
    ] {
        check(text, GaiaDr3(2_130_632_159_134_827_392).into());
    }
    check("Gaia DR2 5", GaiaDr2(5).into());
    check("Gaia DR4 9223372036854775807", GaiaDr4(i64::MAX as u64).into());
}

/// B46 of the Python package: it read "Gaia DR2 5" as the DR3 source `dr25` and "TICA 5" as the TIC's `a5`.
#[test]
fn b46_what_is_no_id_is_not_read_as_one() {
    for text in [
        "TICA 5",
        "TIC",
        "TIC 1) OR (1=1",
        "TIC 1 2",
        "KIC 1.5",
        "Kepler-10",
        "TOI-1161.01",
        "Gaia",
        "",
        "DR",
    ] {
        assert!(!matches!(StarId::read(text), Ok(Some(_))), "{text}");
        assert!(text.parse::<StarId>().is_err(), "{text}");
    }
    refused("2130632159134827392", "could be in any catalogue");
    refused("TIC -5", "no sign; write 'TIC 5'");
    refused("Gaia DR3 -5", "write 'Gaia DR3 5'");
    refused(
        "TIC 9223372036854775808",
        "too large for any catalogue; check its digits",
    );
    refused(
        "TIC",
        "its number is missing; write both as one, in quotes, such as 'TIC 158324245'",
    );
    refused("TIC abc", "'TIC abc' is not an id: write a catalogue and a number");
    refused("-5", "'-5' is not an id: write a catalogue and a number");
}

#[test]
fn gaia_without_a_release_is_refused() {
    for text in ["Gaia 5", "gaia5", "Gaia-5"] {
        refused(text, "'Gaia DR2 5' or 'Gaia DR3 5'");
    }
    refused("Gaia DR1 5", "DR2, DR3");
    refused("Gaia DR5 5", "DR2, DR3");
    refused("Gaia EDR2 5", "DR2, DR3");
}

#[test]
fn an_id_is_written_as_it_is_read() {
    for text in ["TIC 1", "KIC 1", "EPIC 1", "Gaia DR2 1", "Gaia DR3 1", "Gaia DR4 1"] {
        assert_eq!(text.parse::<StarId>().unwrap().to_string(), text);
    }
}
