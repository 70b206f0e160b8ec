//! The cube that astrocut's own tests make (`create_test_ffis(100, 6)` and `CubeFactory`), and target pixel files out of it and its variants.

use lks_cutout::{CubeLayout, CutoutContents, Error, FrameStack, FrameWcs, StarFacts, TargetPixelFile, frame_wcs};
use lks_fits::arrow_array::RecordBatch;
use lks_fits::blocking::FitsFile;
use lks_fits::write::{Cells, Column, Hdu, Pixel};
use lks_fits::{Card, CardValue, Selection};
use lks_wcs::{PixelWindow, SkyPosition};

const SIDE: u32 = 100;

/// A keyword of the frames, and its value in each.
pub(crate) type Keyword = (&'static str, Vec<CardValue>);

/// The cube as it is made into bytes.
#[derive(Clone)]
pub(crate) struct Cube {
    pub(crate) primary: Vec<Card>,
    pub(crate) keywords: Vec<Keyword>,
    pub(crate) num_frames: usize,
}

/// A cube that was opened.
pub(crate) struct Opened {
    pub(crate) file: FitsFile,
    pub(crate) layout: CubeLayout,
    pub(crate) frames: RecordBatch,
}

impl Cube {
    pub(crate) fn new() -> Self {
        let num_frames = 6;
        let same = |value: CardValue| vec![value; num_frames];
        let each = |value: &dyn Fn(usize) -> CardValue| (0..num_frames).map(value).collect::<Vec<_>>();
        let texts = [
            ("RADESYS", "ICRS"),
            ("CTYPE1", "RA---TAN-SIP"),
            ("CTYPE2", "DEC--TAN-SIP"),
        ];
        let integers = [("DQUALITY", 0), ("WCSAXES", 2), ("A_ORDER", 2), ("B_ORDER", 2)];
        let floats = [
            ("BARYCORR", 5.0085597e-3),
            ("EQUINOX", 2000.0),
            ("CRVAL1", 250.349_741_483_976_52),
            ("CRVAL2", 2.280_925_599_609_063),
            ("CRPIX1", 1045.0),
            ("CRPIX2", 1001.0),
            ("CD1_1", -0.005564478186178),
            ("CD1_2", -0.001042099258152),
            ("CD2_1", 0.00118144146585),
            ("CD2_2", -0.005590816683583),
            ("A_2_0", 2.02451189234e-05),
            ("A_0_2", 3.317603337918e-06),
            ("A_1_1", 1.73456334971071e-05),
            ("B_2_0", 3.331330003472e-06),
            ("B_0_2", 2.04247482482589e-05),
            ("B_1_1", 1.71476710804143e-05),
        ];
        let mut keywords: Vec<Keyword> = vec![
            ("TSTART", each(&|frame| (frame as f64).into())),
            ("TSTOP", each(&|frame| (frame as f64 + 1.0).into())),
            (
                "FFI_FILE",
                each(&|frame| format!("make_cube-test{frame:04}.fits").into()),
            ),
        ];
        keywords.extend(texts.map(|(keyword, value)| (keyword, same(value.into()))));
        keywords.extend(integers.map(|(keyword, value)| (keyword, same(value.into()))));
        keywords.extend(floats.map(|(keyword, value)| (keyword, same(value.into()))));
        let primary = vec![
            Card::new("EXTNAME", "PRIMARY", ""),
            Card::new("CAMERA", 1, ""),
            Card::new("CCD", 1, ""),
            Card::new("TSTART", 0.0, ""),
            Card::new("TSTOP", 6.0, ""),
            Card::new("DATE-OBS", "2019-05-11T00:08:26.816Z", ""),
            Card::new("DATE-END", "2019-05-11T00:38:26.816Z", ""),
            Card::new("BARYCORR", 5.0085597e-3, ""),
            Card::new("DQUALITY", 0, ""),
            Card::new("FFIINDEX", 151_696, ""),
            Card::new("DATASUM", "0", ""),
            Card::new("ORIGIN", "STScI/MAST", ""),
            Card::new("DATE", "2026-11-29", ""),
            Card::new("SECTOR", 1, "Observing sector"),
        ];
        Self {
            primary,
            keywords,
            num_frames,
        }
    }

    /// Sets the values of a keyword, which may be a new one.
    pub(crate) fn with(
        mut self,
        keyword: &'static str,
        values: impl IntoIterator<Item = impl Into<CardValue>>,
    ) -> Self {
        self.keywords.retain(|(other, _)| *other != keyword);
        self.keywords
            .push((keyword, values.into_iter().map(Into::into).collect()));
        self
    }

    /// Sets a card of the primary header.
    pub(crate) fn with_primary(mut self, keyword: &str, value: impl Into<CardValue>) -> Self {
        self.primary.retain(|card| card.keyword != keyword);
        self.primary.push(Card::new(keyword, value, ""));
        self
    }

    pub(crate) fn open(&self) -> Opened {
        let mut bytes = Hdu::primary().cards(self.primary.iter().cloned()).bytes().unwrap();
        let axes = [2, self.num_frames as u64, u64::from(SIDE), u64::from(SIDE)];
        let image = Hdu::image(Pixel::Float32, &axes);
        let fill = |out: &mut Vec<u8>| {
            let mut cells = Cells::new(out);
            for pixel in 0..SIDE * SIDE {
                for frame in 0..self.num_frames {
                    let flux = flux_of(pixel, frame);
                    cells.float32s(&[flux, -flux]);
                }
            }
        };
        image.append_with(&mut bytes, fill).unwrap();
        let columns = self
            .keywords
            .iter()
            .map(|(keyword, values)| Column::new(*keyword, form(values)));
        let table = Hdu::table(columns, self.num_frames as u64);
        let fill = |out: &mut Vec<u8>| {
            for frame in 0..self.num_frames {
                for (_, values) in &self.keywords {
                    let mut cells = Cells::new(out);
                    match &values[frame] {
                        CardValue::Integer(value) => cells.int32(*value as i32),
                        CardValue::Float(value) => cells.float64(*value),
                        CardValue::Text(text) => cells.text(text, width(values)),
                        value => panic!("{value:?}"),
                    }
                }
            }
        };
        table.append_with(&mut bytes, fill).unwrap();
        let file = FitsFile::open(bytes).unwrap();
        let header = file.header(1).unwrap();
        let layout = CubeLayout::from_header(file.hdus()[1].data_offset, |keyword| header.integer(keyword)).unwrap();
        let frames = file.table(2, &Selection::default()).unwrap();
        Opened { file, layout, frames }
    }
}

/// What `create_test_ffis` puts into the images; the error is the same with the other sign.
pub(crate) fn flux_of(pixel: u32, frame: usize) -> f32 {
    -((pixel + frame as u32 * SIDE * SIDE) as f32)
}

fn width(values: &[CardValue]) -> usize {
    let texts = values.iter().map(|value| match value {
        CardValue::Text(text) => text.len(),
        _ => 0,
    });
    texts.max().unwrap_or(0)
}

fn form(values: &[CardValue]) -> String {
    match values[0] {
        CardValue::Integer(_) => "J".to_owned(),
        CardValue::Float(_) => "D".to_owned(),
        _ => format!("{}A", width(values)),
    }
}

impl Opened {
    pub(crate) fn wcs(&self) -> Result<FrameWcs, Error> {
        frame_wcs(&self.frames)
    }

    /// The pixels of a window.
    pub(crate) fn stack(&self, window: PixelWindow) -> FrameStack {
        let mut stack = FrameStack::new(&window, self.layout.num_frames());
        for row in 0..window.height {
            if let Some((first, number, range)) = self.layout.range(&window, row) {
                let bytes = self.file.bytes(range).unwrap();
                stack.take_row(row, first, number, bytes).unwrap();
            }
        }
        stack
    }

    /// The bytes of a target pixel file.
    pub(crate) fn cut(&self, window: PixelWindow, star: &StarFacts) -> Result<Vec<u8>, Error> {
        let wcs = self.wcs()?;
        let contents = CutoutContents {
            primary: self.file.header(0).unwrap(),
            frames: &self.frames,
            frame: &self.frames.slice(wcs.row, 1),
            wcs: &wcs.wcs,
            image: self.layout.image(),
            window,
            stack: &self.stack(window),
            position: SkyPosition::new(256.599_507_953_253_1, 6.155_359_920_760_040_5).unwrap(),
            star,
            creator: "lksearch",
            version: "0.1.0",
        };
        let file = TargetPixelFile::new(&contents)?;
        let mut bytes = Vec::new();
        file.write_to(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, file.size());
        Ok(bytes)
    }

    /// A target pixel file that was opened again.
    pub(crate) fn opened(&self, window: PixelWindow) -> FitsFile {
        FitsFile::open(self.cut(window, &StarFacts::default()).unwrap()).unwrap()
    }
}

/// A window by its first pixel.
pub(crate) fn window(x: i32, y: i32, width: u32, height: u32) -> PixelWindow {
    PixelWindow { x, y, width, height }
}
