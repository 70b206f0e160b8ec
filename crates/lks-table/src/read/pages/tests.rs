use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::Pages;

/// The pages of the first column, and what the index of the file says that they unfold to with their headers.
fn pages(column: ArrayRef, version: WriterVersion, encoding: Encoding) -> (Pages, u64, Vec<u8>) {
    let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_writer_version(version)
        .set_dictionary_enabled(encoding == Encoding::RLE_DICTIONARY)
        .set_data_page_row_count_limit(1000)
        .set_write_batch_size(500);
    let properties = match encoding {
        Encoding::RLE_DICTIONARY => properties,
        plain => properties.set_encoding(plain),
    };
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let reader = SerializedFileReader::new(Bytes::from(file.clone())).unwrap();
    let chunk = reader.metadata().row_group(0).column(0);
    let (start, length) = chunk.byte_range();
    let bytes = file[start as usize..(start + length) as usize].to_vec();
    (
        Pages::of(&bytes).unwrap(),
        chunk.uncompressed_size().unsigned_abs(),
        bytes,
    )
}

#[test]
fn headers_say_what_pages_unfold_to() {
    let numbers: ArrayRef = Arc::new(Float64Array::from_iter_values((0..5000).map(f64::from)));
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..5000).map(|n| format!("text {n}"))));
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for (column, encoding, is_repeated) in [
            (&numbers, Encoding::PLAIN, false),
            (&numbers, Encoding::RLE_DICTIONARY, false),
            (&texts, Encoding::PLAIN, false),
            (&texts, Encoding::DELTA_BYTE_ARRAY, true),
        ] {
            let (found, with_headers, chunk) = pages(Arc::clone(column), version, encoding);
            let headers = with_headers - found.num_bytes;
            assert!(
                headers > 0 && headers < 1000,
                "{version:?} {encoding}: {found:?} {with_headers}"
            );
            assert_eq!(found.longest_repeated > 0, is_repeated, "{version:?} {encoding}");
            assert!(found.longest_repeated <= found.num_bytes);
            // No cut and no flipped byte leads astray.
            for end in 0..chunk.len().min(200) {
                let _ = Pages::of(&chunk[..end]);
                let mut flipped = chunk.clone();
                flipped[end] ^= 0x55;
                let _ = Pages::of(&flipped);
            }
        }
    }
}

#[test]
fn what_is_not_a_header_is_refused() {
    assert_eq!(Pages::of(&[]), Some(Pages::default()));
    // Lists within lists; a list of 2^63 truth values; a number without end.
    for bytes in [
        [0x19; 64].as_slice(),
        &[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x7f],
        &[0x15, 0xff],
    ] {
        assert_eq!(Pages::of(bytes), None, "{bytes:?}");
    }
}
