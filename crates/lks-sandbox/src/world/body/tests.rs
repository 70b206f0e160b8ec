//! Bodies are as large as announced, whole, summed like the genuine files, and the same each time.

use std::collections::HashMap;
use std::io::Read as _;

use lks_fits::Sum;

use super::*;
use crate::world::{Product, World};

/// Of each format the smallest file.
fn one_of_each(world: &World) -> HashMap<Kind, &Product> {
    let mut found: HashMap<Kind, &Product> = HashMap::new();
    for product in &world.products {
        let kept = found.entry(product.content.kind).or_insert(product);
        if product.size < kept.size {
            *kept = product;
        }
    }
    found
}

/// Header offset, data offset and data span of each HDU, as astropy's `fileinfo()`, with the sum over the HDU.
fn hdus(file: &[u8]) -> Vec<([usize; 3], String, u32)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let mut header = String::new();
        let mut data = at;
        while !header.contains(&format!("{:<80}", "END")) {
            header.push_str(std::str::from_utf8(&file[data..data + 2880]).unwrap());
            data += 2880;
        }
        let number = |key: &str| -> usize {
            let card = header
                .as_bytes()
                .chunks(80)
                .map(|card| std::str::from_utf8(card).unwrap());
            let card = card.into_iter().find(|card| card.starts_with(&format!("{key:<8}= ")));
            card.map_or(0, |card| {
                card[10..]
                    .split('/')
                    .next()
                    .unwrap()
                    .trim()
                    .trim_start_matches('-')
                    .parse()
                    .unwrap()
            })
        };
        let axes: Vec<_> = (1..=number("NAXIS"))
            .map(|axis| number(&format!("NAXIS{axis}")))
            .collect();
        let bytes = if axes.is_empty() {
            0
        } else {
            axes.iter().product::<usize>() * number("BITPIX") / 8
        };
        let span = bytes.next_multiple_of(2880);
        let mut sum = Sum::default();
        sum.add(&file[at..data + span]);
        found.push(([at, data, span], header, sum.value()));
        at = data + span;
    }
    assert_eq!(at, file.len(), "the last HDU ends where the file ends");
    found
}

#[test]
fn every_format_is_as_large_as_its_row_says() {
    let world = World::standard();
    let files = one_of_each(&world);
    assert_eq!(files.len(), 21, "all formats but the cutout, which is not a product");
    for (kind, product) in files {
        let body = world.body(product);
        assert_eq!(body.len() as u64, product.size, "{kind:?}");
        assert_eq!(
            make(&product.content, product.filename()),
            body,
            "{kind:?} is the same each time"
        );
        assert!(
            String::from_utf8_lossy(&body).to_lowercase().contains("synthetic"),
            "{kind:?} says what it is"
        );
    }
}

#[test]
fn fits_files_have_whole_hdus_and_the_sums_of_the_genuine_ones() {
    let world = World::standard();
    for (kind, product) in one_of_each(&world) {
        let mut body = world.body(product).to_vec();
        if kind == Kind::KeplerPixels {
            let mut inside = Vec::new();
            flate2::read::GzDecoder::new(&*body).read_to_end(&mut inside).unwrap();
            body = inside;
        } else if product.content.parts().is_empty() {
            continue;
        }
        let hdus = hdus(&body);
        assert_eq!(hdus.len(), product.content.parts().len(), "{kind:?}");
        for (place, header, sum) in &hdus {
            let (checksum, datasum) = (header.contains("CHECKSUM="), header.contains("DATASUM ="));
            let expected = match super::checksum(kind) {
                Checksum::Absent => (false, false),
                Checksum::Hdu => (true, false),
                Checksum::HduAndData => (true, true),
            };
            assert_eq!((checksum, datasum), expected, "{kind:?} {place:?}");
            assert!(!checksum || *sum == u32::MAX, "{kind:?} {place:?} sums to {sum:08x}");
        }
        assert!(hdus[0].1.contains("SYNTHETC=                    T"), "{kind:?}");
    }
}

/// What lightkurve 2.6 looks for to tell the formats apart; `cargo xtask parity lightkurve` reads all of them with it.
#[test]
fn headers_name_the_makers_and_say_they_are_synthetic() {
    let world = World::standard();
    let looked_for: [(Kind, &[&str]); 12] = [
        (Kind::TessLightCurve, &["LightCurveExporterPipelineModule"]),
        (Kind::TessPixels, &["TargetPixelExporterPipelineModule"]),
        (Kind::KeplerLightCurve, &["FluxExporter2PipelineModule"]),
        (Kind::FullFrame, &["FfiExporter"]),
        (Kind::Qlp, &["ORIGIN  = 'MIT/QLP"]),
        (Kind::Tasoc, &["ORIGIN  = 'TASOC/Aarhus'", "'ppm"]),
        (Kind::Tglc, &["ORIGIN  = 'UCSB/TGLC'", "TICID   = '"]),
        (Kind::Cdips, &["ORIGIN  = 'CDIPS", "'IRQ1"]),
        (
            Kind::EleanorLite,
            &["LITE    =                    T", "PCORIGIN=", "TIC_ID  ="],
        ),
        (Kind::Everest, &["COMMENT *** EVEREST INFO ***"]),
        (Kind::K2sff, &["'BESTAPER'", "'ARCLENGTH'"]),
        (
            Kind::K2varcat,
            &[
                "TargetPixelExporterPipelineModule",
                "NEXTEND =                    2",
                "TFIELDS =                    7",
            ],
        ),
    ];
    let files = one_of_each(&world);
    for (kind, words) in looked_for {
        let body = String::from_utf8_lossy(&world.body(files[&kind])).into_owned();
        for word in words {
            assert!(body.contains(word), "{kind:?} has no {word}");
        }
        assert!(body.contains("SIMDATA =                    T"), "{kind:?}");
        assert!(body.contains("made by the lksearch sandbox"), "{kind:?}");
        assert!(!body.contains("CREATOR = 'lksearch"), "{kind:?}");
    }
}

#[test]
fn qlp_has_the_column_names_of_its_sector() {
    let world = World::standard();
    let body = |sector: u16| {
        let uri = format!(
            "mast:HLSP/qlp/s{sector:04}/0000/0001/5832/4245/hlsp_qlp_tess_ffi_s{sector:04}-0000000158324245_tess_v01_llc.fits"
        );
        String::from_utf8_lossy(&world.body(world.product_by_uri(&uri).unwrap())).into_owned()
    };
    assert!(body(55).contains("'KSPSAP_FLUX_ERR'") && !body(55).contains("'DET_FLUX"));
    assert!(body(74).contains("'DET_FLUX_ERR'") && body(74).contains("'SYS_RM_FLUX'") && !body(74).contains("'KSPSAP"));
}

#[test]
fn toi_1161_in_sector_14_has_the_genuine_offsets() {
    let world = World::standard();
    let uri = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    let product = world.product_by_uri(uri).unwrap();
    let body = world.body(product);
    assert_eq!(body.len(), 1_964_160);
    let places: Vec<_> = hdus(&body).into_iter().map(|(place, ..)| place).collect();
    assert_eq!(
        places,
        [[0, 5760, 0], [5760, 20_160, 1_935_360], [1_955_520, 1_961_280, 2880]]
    );
}

#[test]
fn a_light_curve_has_transits_gaps_and_flags() {
    let world = World::standard();
    let uri = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    let content = &world.product_by_uri(uri).unwrap().content;
    let light = Light::of(content);
    let samples: Vec<_> = (0..content.num_rows).map(|row| light.sample(row)).collect();
    let mean = |inside: bool| {
        let chosen = samples
            .iter()
            .filter(|sample| !sample.flux.is_nan() && (sample.phase.abs() < 0.05) == inside);
        let (sum, n) = chosen.fold((0.0, 0.0), |(sum, n), sample| (sum + sample.flux, n + 1.0));
        sum / n
    };
    let depth = mean(false) - mean(true);
    assert!((0.003..0.006).contains(&depth), "transits are {depth} deep");
    let num_gaps = samples.iter().filter(|sample| sample.time.is_nan()).count();
    assert!((100..2000).contains(&num_gaps), "{num_gaps} rows lie in gaps");
    assert!(samples.iter().filter(|sample| sample.quality != 0).count() > 100);
    let times: Vec<_> = samples
        .iter()
        .map(|sample| sample.time)
        .filter(|time| !time.is_nan())
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn cutouts_have_the_asked_pixels_and_both_sums() {
    let world = World::standard();
    let file = world.cutout(68.415_472, -51.956_238, 4, 6, 3).unwrap();
    let hdus = hdus(&file);
    assert_eq!(hdus.len(), 3);
    assert!(hdus[1].1.contains("'(6,4)"), "columns first");
    assert!(
        hdus.iter()
            .all(|(_, header, sum)| header.contains("DATASUM") && *sum == u32::MAX)
    );
    assert!(world.cutout(68.4, -51.9, 4, 6, 14).is_none());
}

#[test]
fn dates_are_those_of_the_calendar() {
    assert_eq!(dates::date(51_544.0), "2000-01-01T00:00:00.000Z");
    assert_eq!(dates::date(58_324.793_236_967_59), "2018-07-25T19:02:15.674Z");
    assert_eq!(dates::date(60_369.5), "2024-02-29T12:00:00.000Z");
}
