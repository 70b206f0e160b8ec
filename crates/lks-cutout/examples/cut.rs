//! Target pixel files out of a cube on this disk: `cut CUBE FOLDER`. Each line of stdin is a cutout, `RA DEC COLUMNS ROWS` in degrees and pixels; its file is
//! `FOLDER/N.fits`, where N counts the lines from 0. Printed are the first column and row and the size of what was cut, in pixels of the cube counted from 0, or the error.
//!
//! `echo "256.6 6.155 5 3" | cargo run -p lks-cutout --example cut -- cube100.fits .`

#![allow(clippy::print_stdout, reason = "what it prints is its purpose")]

use std::error::Error;
use std::fs::File;
use std::io::BufRead;
use std::path::Path;

use lks_cutout::{
    CubeLayout, CutoutContents, FrameStack, FrameWcs, StarFacts, TargetPixelFile, cutout_window, frame_wcs,
};
use lks_fits::Selection;
use lks_fits::arrow_array::RecordBatch;
use lks_fits::blocking::FitsFile;
use lks_wcs::{PixelWindow, SkyPosition};

/// A cube, its table of frames, and where they are on the sky.
struct Cube {
    file: FitsFile,
    layout: CubeLayout,
    frames: RecordBatch,
    wcs: FrameWcs,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [cube, folder] = &arguments[..] else {
        return Err("usage: cut CUBE FOLDER".into());
    };
    let file = FitsFile::open(Path::new(cube))?;
    let (header, hdu) = (file.header(1)?, &file.hdus()[1]);
    let layout = CubeLayout::from_header(hdu.data_offset, |keyword| header.integer(keyword))?;
    let frames = file.table(2, &Selection::default())?;
    let wcs = frame_wcs(&frames)?;
    let cube = Cube {
        file,
        layout,
        frames,
        wcs,
    };
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let path = Path::new(folder).join(format!("{number}.fits"));
        match cut(&cube, &line?, &path) {
            Ok(PixelWindow { x, y, width, height }) => println!("{x} {y} {width} {height}"),
            Err(error) => println!("error: {error}"),
        }
    }
    Ok(())
}

fn cut(cube: &Cube, line: &str, path: &Path) -> Result<PixelWindow, Box<dyn Error>> {
    let Cube {
        file,
        layout,
        frames,
        wcs,
    } = cube;
    let numbers: Vec<f64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [ra, dec, columns, rows] = numbers[..] else {
        return Err("not four numbers".into());
    };
    let position = SkyPosition::new(ra, dec)?;
    let window = cutout_window(wcs.wcs.pixel(&position)?, [columns, rows])?;
    let mut stack = FrameStack::new(&window, layout.num_frames());
    for row in 0..window.height {
        if let Some((first, num_columns, range)) = layout.range(&window, row) {
            stack.take_row(row, first, num_columns, file.bytes(range)?)?;
        }
    }
    let contents = CutoutContents {
        primary: file.header(0)?,
        frames,
        frame: &frames.slice(wcs.row, 1),
        wcs: &wcs.wcs,
        image: layout.image(),
        window,
        stack: &stack,
        position,
        star: &StarFacts::default(),
        creator: "lksearch",
        version: env!("CARGO_PKG_VERSION"),
    };
    TargetPixelFile::new(&contents)?.write_to(&mut File::create(path)?)?;
    Ok(window)
}
