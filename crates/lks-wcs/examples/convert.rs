//! Pixels to positions and back. Each argument, or each line of stdin, is one of
//!
//! ```text
//! KEYWORD = VALUE       a card of a header, as FITS writes it; the first one after a question begins another header
//! pixel X Y             a pixel, counted from 0: prints its right ascension and declination in degrees
//! sky RA DEC            a position in degrees: prints its pixel, counted from 0
//! fit X Y WIDTH HEIGHT  a cutout by its first pixel: prints the largest separation of a linear fit, and the root of the sum of the squares, in degrees
//! ```
//!
//! `cargo run -p lks-wcs --example convert -- "CTYPE1 = 'RA---TAN'" "CTYPE2 = 'DEC--TAN'" "CRPIX1 = 6" …  "pixel 5 5.5"`

#![allow(clippy::print_stdout, reason = "what it prints is its purpose")]

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufWriter, Write};

use lks_wcs::{KeywordValue, PixelPosition, PixelWindow, SkyPosition, Wcs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let mut cards: HashMap<String, String> = HashMap::new();
    let mut wcs = None;
    let mut answer = |line: &str| -> Result<(), Box<dyn Error>> {
        if let Some((keyword, value)) = line.split_once('=') {
            if wcs.take().is_some() {
                cards.clear();
            }
            cards.insert(keyword.trim().to_owned(), value.trim().to_owned());
            return Ok(());
        }
        if wcs.is_none() {
            wcs = Some(Wcs::from_header(|keyword| value(cards.get(keyword)?)));
        }
        let answered = match wcs.as_ref() {
            Some(Ok(wcs)) => question(wcs, line),
            Some(Err(error)) => Err(error.clone().into()),
            None => Ok(String::new()),
        };
        writeln!(stdout, "{}", answered.unwrap_or_else(|error| format!("error: {error}")))?;
        Ok(())
    };
    match arguments.is_empty() {
        true => std::io::stdin().lock().lines().try_for_each(|line| answer(&line?)),
        false => arguments.iter().try_for_each(|line| answer(line)),
    }
}

/// The value of a card: a string in quotes, or a number.
fn value(text: &str) -> Option<KeywordValue<'_>> {
    match text.strip_prefix('\'') {
        Some(quoted) => quoted.split('\'').next().map(KeywordValue::Text),
        None => text.split('/').next()?.trim().parse().ok().map(KeywordValue::Number),
    }
}

fn question(wcs: &Wcs, line: &str) -> Result<String, Box<dyn Error>> {
    let (verb, words) = line.trim().split_once(' ').ok_or("not a question")?;
    let numbers: Vec<f64> = words.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    match (verb, &*numbers) {
        ("pixel", &[x, y]) => {
            let position = wcs.sky(PixelPosition { x, y })?;
            Ok(format!("{:?} {:?}", position.ra(), position.dec()))
        }
        ("sky", &[ra, dec]) => {
            let pixel = wcs.pixel(&SkyPosition::new(ra, dec)?)?;
            Ok(format!("{:?} {:?}", pixel.x, pixel.y))
        }
        ("fit", &[x, y, width, height]) => {
            let window = PixelWindow {
                x: x as i32,
                y: y as i32,
                width: width as u32,
                height: height as u32,
            };
            let fit = wcs.fit_linear(&window)?;
            Ok(format!("{:?} {:?}", fit.max_separation, fit.root_sum_square))
        }
        _ => Err(format!("'{line}' is not `pixel X Y`, `sky RA DEC` or `fit X Y WIDTH HEIGHT`").into()),
    }
}
