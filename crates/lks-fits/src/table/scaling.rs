//! `TSCAL`, `TZERO` and `TNULL`, or `BSCALE`, `BZERO` and `BLANK`: what a stored number stands for.

use crate::card::CardValue;
use crate::form::Element;

/// How stored numbers become values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scaling {
    pub(crate) kind: ScalingKind,
    pub(crate) null: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ScalingKind {
    None,
    /// The offset that makes integers unsigned (of bytes: signed) of the same width (FITS 4.0, table 19).
    Unsigned,
    Linear {
        scale: f64,
        zero: f64,
    },
}

impl Scaling {
    pub(crate) fn of(
        element: Element,
        scale: Option<&CardValue>,
        zero: Option<&CardValue>,
        null: Option<&CardValue>,
    ) -> Self {
        let number = |value: Option<&CardValue>| match value {
            // 2^63 does not fit into 64 bits with a sign.
            Some(CardValue::Unparsed(text)) => text.parse().ok(),
            Some(value) => value.as_float(),
            None => None,
        };
        let (scale, zero) = (number(scale).unwrap_or(1.0), number(zero).unwrap_or(0.0));
        let unsigned = match element {
            Element::UInt8 => Some(-128.0),
            Element::Int16 => Some(32_768.0),
            Element::Int32 => Some(2_147_483_648.0),
            Element::Int64 => Some(9_223_372_036_854_775_808.0),
            Element::Logical
            | Element::Bit
            | Element::Character
            | Element::Float32
            | Element::Float64
            | Element::Complex32
            | Element::Complex64 => None,
        };
        let kind = if scale == 1.0 && zero == 0.0 {
            ScalingKind::None
        } else if scale == 1.0 && Some(zero) == unsigned {
            ScalingKind::Unsigned
        } else {
            ScalingKind::Linear { scale, zero }
        };
        let null = match null {
            Some(CardValue::Integer(null)) => Some(*null),
            _ => None,
        };
        Self { kind, null }
    }

    /// The integer that stands for no value, as it would be read; none where values become floats or the type cannot hold it.
    pub(crate) fn null_value(&self, element: Element) -> Option<i128> {
        let half = 1_i128 << (8 * element.word() - 1);
        let (least, unsigned) = match element {
            Element::UInt8 => (0, -half),
            Element::Int16 | Element::Int32 | Element::Int64 => (-half, half),
            Element::Logical
            | Element::Bit
            | Element::Character
            | Element::Float32
            | Element::Float64
            | Element::Complex32
            | Element::Complex64 => return None,
        };
        let stored = i128::from(self.null?);
        let can_be = (least..least + 2 * half).contains(&stored);
        match self.kind {
            ScalingKind::None => can_be.then_some(stored),
            ScalingKind::Unsigned => can_be.then_some(stored + unsigned),
            ScalingKind::Linear { .. } => None,
        }
    }
}
