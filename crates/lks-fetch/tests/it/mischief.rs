//! Faults by chance, for the short soak of the tests and the long one of the campaign.

use fastrand::Rng;
use lks_sandbox::{BodyFraming, Fault};

/// One of the faults that an answer may have, or none.
pub(crate) fn fault(random: &mut Rng) -> Fault {
    let at = random.u64(0..2_000_000);
    match random.u8(0..16) {
        0 => Fault::status(500),
        1 => Fault::status(503),
        2 => Fault::status(404),
        3 => Fault::html(),
        4 => Fault::empty(),
        5 => Fault::hang_up(),
        6 => Fault::garbage(),
        7 => Fault::flip_bit(at),
        8 => Fault {
            ignore_range: true,
            ..Fault::default()
        },
        9 => Fault {
            shift_range: 2880,
            ..Fault::default()
        },
        10 => Fault {
            framing: Some(BodyFraming::UntilClose),
            cut_at: Some(at),
            ..Fault::default()
        },
        11 => Fault {
            etag: Some("W/\"weak\"".to_owned()),
            ..Fault::cut_at(at)
        },
        12 | 13 => Fault::cut_at(at).with_reset(),
        14 => Fault::cut_at(at),
        _ => Fault::default(),
    }
}
