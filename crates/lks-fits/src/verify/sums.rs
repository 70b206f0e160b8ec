//! The sums of a complete HDU against its cards. Pure.

use super::{Finding, HduReport, Report, SumState, Sums};
use crate::DamageReason;
use crate::checksum::Sum;
use crate::walk::Found;

/// Adds the HDU with its sums to the report, and what its cards say otherwise.
pub(super) fn conclude(found: Found, header: Sum, data: Sum, report: &mut Report) {
    let mut whole = header;
    whole.join(data);
    let layout = found.layout;
    let sums = Sums {
        hdu: whole.value(),
        data: data.value(),
        checksum: state(layout.checksum.as_deref(), |_| whole.value() == u32::MAX),
        datasum: state(layout.datasum.as_deref(), |card| {
            card.trim().parse() == Ok(data.value())
        }),
        checksum_card: layout.checksum,
        datasum_card: layout.datasum,
    };
    let mut add = |offset, reason| {
        report.damage.push(Finding {
            hdu: found.info.index,
            offset,
            reason,
        })
    };
    if let Some(reason) = layout.odd_sum {
        add(found.info.header_offset, reason);
    }
    if sums.datasum == SumState::Invalid {
        let card = sums.datasum_card.clone().unwrap_or_default();
        add(
            found.info.data_offset,
            match card.trim().parse() {
                Ok(expected) => DamageReason::DataSum {
                    expected,
                    found: sums.data,
                },
                Err(_) => DamageReason::BadValue {
                    keyword: "DATASUM".to_owned(),
                    found: format!("'{card}'"),
                },
            },
        );
    }
    if sums.checksum == SumState::Invalid {
        add(found.info.header_offset, DamageReason::Checksum { sum: sums.hdu });
    }
    report.hdus.push(HduReport {
        info: found.info,
        sums: Some(sums),
    });
}

fn state(card: Option<&str>, is_right: impl Fn(&str) -> bool) -> SumState {
    match card.map(str::trim) {
        None | Some("") => SumState::NotPresent,
        Some(card) if is_right(card) => SumState::Valid,
        Some(_) => SumState::Invalid,
    }
}
