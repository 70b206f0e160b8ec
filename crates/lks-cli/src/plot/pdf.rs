//! Pictures as PDF: one page, drawn by plotters in lines, surfaces and letters, with the font that is built in.

mod font;

use std::convert::Infallible;
use std::error::Error;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::LineCapStyle;
use pdf_writer::{Content, Filter, Finish, Pdf, Rect, Ref, TextStr};
use plotters::prelude::{IntoDrawingArea, RGBColor};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontTransform,
};

use super::chart::Chart;
use super::drawing::{self, CURVE, FRAME, Layer, OUTLINE};
use super::frame::Frame;
use crate::visible;
use font::{FONT_NAME, Font};

/// Points (1/72 inch) of a unit of the drawing: two units to a pixel, 96 pixels to an inch.
const POINTS: f32 = 0.375;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Light curves.
pub(super) fn curve(chart: &Chart) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut page = Page::new(CURVE)?;
    let layers = drawing::curve(&page.backend().into_drawing_area(), chart)?;
    for Layer { points, color, size } in layers {
        page.stroke(color.into(), size);
        for (x, y) in points {
            // A line of no length, of which only the round ends are seen.
            page.content.move_to(x as f32, y as f32).line_to(x as f32, y as f32);
        }
        page.content.stroke();
    }
    page.encoded(&chart.title)
}

/// A frame with the outline of its aperture.
pub(super) fn frame(frame: &Frame) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut page = Page::new(FRAME)?;
    let edges = drawing::frame(&page.backend().into_drawing_area(), frame)?;
    for (color, width) in OUTLINE {
        page.stroke(color.into(), width);
        page.content.set_line_cap(LineCapStyle::ProjectingSquareCap);
        for [from, to] in &edges {
            page.content
                .move_to(from.0 as f32, from.1 as f32)
                .line_to(to.0 as f32, to.1 as f32);
        }
        page.content.stroke();
    }
    page.encoded(&frame.title)
}

/// A page whose content is written in units of the drawing, rows downwards.
struct Page {
    content: Content,
    font: Font,
    size: (u32, u32),
}

/// Three colours, each from 0 to 1.
struct Rgb([f32; 3]);

impl From<RGBColor> for Rgb {
    fn from(RGBColor(red, green, blue): RGBColor) -> Self {
        Self([red, green, blue].map(|part| f32::from(part) / 255.0))
    }
}

impl From<BackendColor> for Rgb {
    fn from(color: BackendColor) -> Self {
        let (red, green, blue) = color.rgb;
        RGBColor(red, green, blue).into()
    }
}

impl Page {
    fn new(size: (u32, u32)) -> Result<Self, Box<dyn Error>> {
        let mut content = Content::new();
        content.transform([POINTS, 0.0, 0.0, -POINTS, 0.0, POINTS * size.1 as f32]);
        Ok(Self {
            content,
            font: Font::built_in()?,
            size,
        })
    }

    fn backend(&mut self) -> Backend<'_> {
        Backend(self)
    }

    fn stroke(&mut self, Rgb([red, green, blue]): Rgb, width: u32) {
        self.content.set_stroke_rgb(red, green, blue);
        self.content
            .set_line_width(width as f32)
            .set_line_cap(LineCapStyle::RoundCap);
    }

    fn fill(&mut self, Rgb([red, green, blue]): Rgb) {
        self.content.set_fill_rgb(red, green, blue);
    }

    fn encoded(self, title: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut numbers = (1..).map(Ref::new);
        let mut next = || numbers.next().ok_or("there are no more object numbers");
        let (catalog, pages, page, content, info) = (next()?, next()?, next()?, next()?, next()?);
        let font = next()?;
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page]).count(1);
        let (width, height) = (POINTS * self.size.0 as f32, POINTS * self.size.1 as f32);
        let mut written = pdf.page(page);
        written
            .parent(pages)
            .contents(content)
            .media_box(Rect::new(0.0, 0.0, width, height));
        written.resources().fonts().pair(FONT_NAME, font);
        written.finish();
        pdf.stream(content, &packed(&self.content.finish())?)
            .filter(Filter::FlateDecode);
        self.font.write(&mut pdf, font, &mut next)?;
        let mut document = pdf.document_info(info);
        document
            .title(TextStr(&visible::line(title)))
            .producer(TextStr("lksearch"));
        document.finish();
        Ok(pdf.finish())
    }
}

/// As `FlateDecode` unpacks it.
fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes)?;
    packed.finish()
}

struct Backend<'a>(&'a mut Page);

impl Backend<'_> {
    /// Makes a path and draws its line or fills it.
    fn path(&mut self, points: impl IntoIterator<Item = BackendCoord>, style: &impl BackendStyle, fill: bool) -> Drawn {
        let color = style.color();
        if color.alpha == 0.0 {
            return Ok(());
        }
        match fill {
            true => self.0.fill(color.into()),
            false => self.0.stroke(color.into(), style.stroke_width()),
        }
        let content = &mut self.0.content;
        for (index, (x, y)) in points.into_iter().enumerate() {
            match index {
                0 => content.move_to(x as f32, y as f32),
                _ => content.line_to(x as f32, y as f32),
            };
        }
        match fill {
            true => content.fill_nonzero(),
            false => content.stroke(),
        };
        Ok(())
    }
}

impl DrawingBackend for Backend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.0.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.path([from, to], style, false)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        self.path([from, (to.0, from.1), to, (from.0, to.1), from], style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.path(path, style, false)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.path(path, style, true)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let size = font_size(style);
        let width = self.0.font.width(text) * size;
        let anchor = style.anchor();
        let along = match anchor.h_pos {
            HPos::Left => 0.0,
            HPos::Center => -width / 2.0,
            HPos::Right => -width,
        };
        let down = match anchor.v_pos {
            VPos::Top => 0.76 * size,
            VPos::Center => self.0.font.x_height() / 2.0 * size,
            VPos::Bottom => -self.0.font.x_height() / 2.0 * size,
        };
        // Where a letter's right is, in units of the drawing.
        let (cos, sin) = match style.transform() {
            FontTransform::None => (1.0, 0.0),
            FontTransform::Rotate90 => (0.0, 1.0),
            FontTransform::Rotate180 => (-1.0, 0.0),
            FontTransform::Rotate270 => (0.0, -1.0),
        };
        let left = x as f32 + cos * along - sin * down;
        let base = y as f32 + sin * along + cos * down;
        self.0.fill(style.color().into());
        let glyphs = self.0.font.encoded(text);
        let content = &mut self.0.content;
        content.begin_text().set_font(FONT_NAME, size);
        content.set_text_matrix([cos, sin, sin, -cos, left, base]);
        content.show(pdf_writer::Str(&glyphs)).end_text();
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = font_size(style);
        Ok(((self.0.font.width(text) * size) as u32, size as u32))
    }
}

/// The em of a text; plotters counts from the top of the highest to the foot of the lowest letter.
fn font_size(style: &impl BackendTextStyle) -> f32 {
    style.size() as f32 / 1.24
}
