//! Arrays of any Arrow type, as other programs write them, brought to one of the table's own types.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, TimeUnit};
use arrow_select::take::take;

use crate::error::Error;

#[cfg(feature = "parquet")]
mod as_text;
#[cfg(feature = "parquet")]
mod text_size;
#[cfg(feature = "parquet")]
use as_text::as_text;
#[cfg(feature = "parquet")]
pub(crate) use text_size::text_size;

const MICROS_OF_A_DAY: i64 = 86_400_000_000;

/// The same values as an array of one of the table's own types. A moment outside of what 64 bits of microseconds hold is null.
pub(crate) fn normalized(array: &ArrayRef) -> Result<ArrayRef, Error> {
    use DataType as D;
    Ok(match array.data_type() {
        D::Utf8 | D::Int64 | D::Float64 | D::Boolean | D::Null | D::Timestamp(TimeUnit::Microsecond, None) => {
            Arc::clone(array)
        }
        D::Int8 => integers::<Int8Type>(array),
        D::Int16 => integers::<Int16Type>(array),
        D::Int32 => integers::<Int32Type>(array),
        D::UInt8 => integers::<UInt8Type>(array),
        D::UInt16 => integers::<UInt16Type>(array),
        D::UInt32 => integers::<UInt32Type>(array),
        D::UInt64 => {
            let numbers = array.as_primitive::<UInt64Type>();
            if numbers.iter().flatten().all(|value| i64::try_from(value).is_ok()) {
                Arc::new(numbers.unary::<_, Int64Type>(|value| value as i64))
            } else {
                let texts = numbers.iter().map(|value| value.map(|value| value.to_string()));
                Arc::new(text_array(texts)?)
            }
        }
        D::Float16 => floats::<Float16Type>(array, |value| value.to_f64()),
        D::Float32 => floats::<Float32Type>(array, f64::from),
        D::Decimal32(_, scale) => floats::<Decimal32Type>(array, |value| f64::from(value) / tens(*scale)),
        D::Decimal64(_, scale) => floats::<Decimal64Type>(array, |value| value as f64 / tens(*scale)),
        D::Decimal128(_, scale) => floats::<Decimal128Type>(array, |value| value as f64 / tens(*scale)),
        D::Decimal256(_, scale) => floats::<Decimal256Type>(array, |value| {
            value.to_string().parse().unwrap_or(f64::NAN) / tens(*scale)
        }),
        D::Timestamp(TimeUnit::Second, _) => moments::<TimestampSecondType>(array, |s| s.checked_mul(1_000_000)),
        D::Timestamp(TimeUnit::Millisecond, _) => {
            moments::<TimestampMillisecondType>(array, |ms| ms.checked_mul(1_000))
        }
        D::Timestamp(TimeUnit::Microsecond, _) => moments::<TimestampMicrosecondType>(array, Some),
        D::Timestamp(TimeUnit::Nanosecond, _) => moments::<TimestampNanosecondType>(array, |ns| Some(ns / 1_000)),
        D::Date32 => moments::<Date32Type>(array, |days| i64::from(days).checked_mul(MICROS_OF_A_DAY)),
        D::Date64 => moments::<Date64Type>(array, |ms| ms.checked_mul(1_000)),
        D::LargeUtf8 => Arc::new(text_array(array.as_string::<i64>().iter())?),
        D::Utf8View => Arc::new(text_array(array.as_string_view().iter())?),
        D::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            normalized(&take(dictionary.values(), dictionary.keys(), None)?)?
        }
        _ => as_text(array)?,
    })
}

/// An array of these texts, which are counted before they are copied.
///
/// # Errors
/// [`Error::Shape`] if they have more bytes than the offsets of an array can tell.
pub(crate) fn text_array<T: AsRef<str>>(texts: impl Iterator<Item = Option<T>> + Clone) -> Result<StringArray, Error> {
    let count = |(num_texts, num_bytes): (usize, usize), text: Option<T>| {
        let length = text.map_or(0, |text| text.as_ref().len());
        (num_texts + 1, num_bytes.saturating_add(length))
    };
    let (num_texts, num_bytes) = texts.clone().fold((0, 0), count);
    if i32::try_from(num_bytes).is_err() {
        return Err(Error::Shape(
            "more than 2 GiB of text in one array; give it in batches of fewer rows".to_owned(),
        ));
    }
    // An array that grew has room for up to twice as much, and keeps it.
    let mut array = StringBuilder::with_capacity(num_texts, num_bytes);
    array.extend(texts);
    Ok(array.finish())
}

fn integers<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> ArrayRef {
    Arc::new(array.as_primitive::<T>().unary::<_, Int64Type>(Into::into))
}

fn floats<T: ArrowPrimitiveType>(array: &ArrayRef, float: impl Fn(T::Native) -> f64) -> ArrayRef {
    Arc::new(array.as_primitive::<T>().unary::<_, Float64Type>(float))
}

/// Moments with a time zone are in UTC already; the zone only says how to show them.
fn moments<T: ArrowPrimitiveType>(array: &ArrayRef, micros: impl Fn(T::Native) -> Option<i64>) -> ArrayRef {
    Arc::new(
        array
            .as_primitive::<T>()
            .unary_opt::<_, TimestampMicrosecondType>(micros),
    )
}

/// Without the feature, nothing reads files that have such columns.
#[cfg(not(feature = "parquet"))]
fn as_text(array: &ArrayRef) -> Result<ArrayRef, Error> {
    Err(Error::Shape(format!(
        "a column of the type {} needs the feature `parquet` of lks-table",
        array.data_type()
    )))
}

fn tens(scale: i8) -> f64 {
    10_f64.powi(i32::from(scale))
}

#[cfg(test)]
mod tests {
    use arrow_array::types::Int8Type;
    use arrow_array::*;

    use super::*;

    #[test]
    fn more_text_than_offsets_can_tell_is_an_error() {
        let views = StringViewArray::from(vec!["x".repeat(1 << 20)]);
        let views = take(&views, &UInt32Array::from(vec![0; 2048]), None).unwrap();
        let error = normalized(&views).unwrap_err().to_string();
        assert!(error.contains("more than 2 GiB of text"), "{error}");
        assert!(normalized(&views.slice(0, 10)).is_ok());
    }

    #[test]
    fn what_other_programs_write_is_brought_to_the_tables_types() {
        let text = |values: &[Option<&str>]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
        let integer = |values: &[Option<i64>]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
        let float = |values: &[Option<f64>]| Arc::new(Float64Array::from(values.to_vec())) as ArrayRef;
        let moment = |values: &[Option<i64>]| Arc::new(TimestampMicrosecondArray::from(values.to_vec())) as ArrayRef;
        let dictionary: DictionaryArray<Int8Type> = [Some("a"), None, Some("a")].into_iter().collect();
        let cases: Vec<(ArrayRef, ArrayRef)> = vec![
            (
                Arc::new(Int8Array::from(vec![Some(-7), None])),
                integer(&[Some(-7), None]),
            ),
            (
                Arc::new(UInt32Array::from(vec![u32::MAX])),
                integer(&[Some(4_294_967_295)]),
            ),
            (Arc::new(UInt64Array::from(vec![7])), integer(&[Some(7)])),
            (
                Arc::new(UInt64Array::from(vec![Some(u64::MAX), None])),
                text(&[Some("18446744073709551615"), None]),
            ),
            (
                Arc::new(Float32Array::from(vec![Some(0.5), None])),
                float(&[Some(0.5), None]),
            ),
            (
                Arc::new(
                    Decimal128Array::from(vec![Some(12_345), None])
                        .with_precision_and_scale(10, 2)
                        .unwrap(),
                ),
                float(&[Some(123.45), None]),
            ),
            (
                Arc::new(
                    Decimal256Array::from(vec![arrow_buffer::i256::from_i128(-25)])
                        .with_precision_and_scale(40, 1)
                        .unwrap(),
                ),
                float(&[Some(-2.5)]),
            ),
            (
                Arc::new(TimestampSecondArray::from(vec![Some(2), Some(i64::MAX)])),
                moment(&[Some(2_000_000), None]),
            ),
            (
                Arc::new(TimestampNanosecondArray::from(vec![1_500]).with_timezone("+02:00")),
                moment(&[Some(1)]),
            ),
            (
                Arc::new(TimestampMicrosecondArray::from(vec![5]).with_timezone("UTC")),
                moment(&[Some(5)]),
            ),
            (
                Arc::new(Date32Array::from(vec![Some(1), None])),
                moment(&[Some(MICROS_OF_A_DAY), None]),
            ),
            (Arc::new(Date64Array::from(vec![3])), moment(&[Some(3_000)])),
            (
                Arc::new(LargeStringArray::from(vec![Some("x"), None])),
                text(&[Some("x"), None]),
            ),
            (
                Arc::new(StringViewArray::from(vec![Some("y"), None])),
                text(&[Some("y"), None]),
            ),
            (Arc::new(dictionary), text(&[Some("a"), None, Some("a")])),
        ];
        for (given, expected) in cases {
            let normal = normalized(&given).unwrap();
            assert_eq!(normal.to_data(), expected.to_data(), "{:?}", given.data_type());
        }
    }
}
