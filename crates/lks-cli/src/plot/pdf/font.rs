//! The built-in font in a PDF: letters are numbers of glyphs, with a table back to Unicode so that text can be searched and copied.

use std::collections::BTreeMap;
use std::error::Error;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use ttf_parser::Face;

use super::packed;
use crate::plot::drawing::FONT_FILE;

/// What content streams call it.
pub(super) const FONT_NAME: Name<'static> = Name(b"F");
/// Six letters before a plus say that it is a part of a font (ISO 32000-1, section 9.6.4).
const BASE: Name<'static> = Name(b"LKSRCH+DejaVuSans");
const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

pub(super) struct Font {
    face: Face<'static>,
    /// The letters that were drawn, by glyph.
    used: BTreeMap<u16, char>,
}

impl Font {
    pub(super) fn built_in() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            face: Face::parse(FONT_FILE, 0)?,
            used: BTreeMap::new(),
        })
    }

    /// In units of the font's size.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.chars().map(|letter| self.advance(self.glyph(letter))).sum()
    }

    pub(super) fn x_height(&self) -> f32 {
        self.share(self.face.x_height().unwrap_or_default())
    }

    /// Two bytes for each letter; those that the font has not are the glyph 0, an empty box.
    pub(super) fn encoded(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for letter in text.chars() {
            let glyph = self.glyph(letter);
            self.used.insert(glyph, letter);
            bytes.extend(glyph.to_be_bytes());
        }
        bytes
    }

    fn glyph(&self, letter: char) -> u16 {
        self.face.glyph_index(letter).map_or(0, |glyph| glyph.0)
    }

    fn advance(&self, glyph: u16) -> f32 {
        let advance = self.face.glyph_hor_advance(ttf_parser::GlyphId(glyph));
        f32::from(advance.unwrap_or_default()) / f32::from(self.face.units_per_em())
    }

    fn share(&self, units: i16) -> f32 {
        f32::from(units) / f32::from(self.face.units_per_em())
    }

    /// Writes the font as object `id`, and what it consists of as objects of the next numbers.
    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        id: Ref,
        next: &mut impl FnMut() -> Result<Ref, &'static str>,
    ) -> Result<(), Box<dyn Error>> {
        let (descendant, descriptor, file, unicode) = (next()?, next()?, next()?, next()?);
        pdf.type0_font(id)
            .base_font(BASE)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(descendant)
            .to_unicode(unicode);
        let mut font = pdf.cid_font(descendant);
        font.subtype(CidFontType::Type2).base_font(BASE).system_info(IDENTITY);
        font.font_descriptor(descriptor)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = font.widths();
        for glyph in self.used.keys() {
            widths.consecutive(*glyph, [1000.0 * self.advance(*glyph)]);
        }
        widths.finish();
        font.finish();
        let bounds = self.face.global_bounding_box();
        let thousandths = |units: i16| 1000.0 * self.share(units);
        pdf.font_descriptor(descriptor)
            .name(BASE)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(
                thousandths(bounds.x_min),
                thousandths(bounds.y_min),
                thousandths(bounds.x_max),
                thousandths(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(thousandths(self.face.ascender()))
            .descent(thousandths(self.face.descender()))
            .cap_height(thousandths(self.face.capital_height().unwrap_or_default()))
            .stem_v(80.0)
            .font_file2(file);
        let packed_file = packed(FONT_FILE)?;
        let mut stream = pdf.stream(file, &packed_file);
        stream
            .filter(Filter::FlateDecode)
            .pair(Name(b"Length1"), FONT_FILE.len() as i32);
        stream.finish();
        let mut letters = UnicodeCmap::new(Name(b"Unicode"), IDENTITY);
        for (glyph, letter) in &self.used {
            letters.pair(*glyph, *letter);
        }
        pdf.cmap(unicode, &letters.finish());
        Ok(())
    }
}
