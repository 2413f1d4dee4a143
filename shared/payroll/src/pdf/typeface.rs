//! The embedded typefaces, and the width of text.

use krilla::{
    Data,
    text::{Font, GlyphId, KrillaGlyph},
};
use skrifa::{
    FontRef, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

static REGULAR: &[u8] = include_bytes!("../../fonts/Roboto-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../fonts/Roboto-Bold.ttf");

/// The character that stands for one that the typefaces lack.
const REPLACEMENT: char = '?';

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// The typeface of one weight.
pub(super) struct Typeface {
    pub(super) font: Font,
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
}

/// The typefaces of all weights.
pub(super) struct Typefaces {
    regular: Typeface,
    bold: Typeface,
}

impl Typefaces {
    pub(super) fn load() -> Option<Self> {
        Some(Self { regular: Typeface::load(REGULAR)?, bold: Typeface::load(BOLD)? })
    }

    pub(super) const fn of(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Typeface {
    fn load(data: &'static [u8]) -> Option<Self> {
        let font = Font::new(Data::from(data), 0)?;
        let reference = FontRef::new(data).ok()?;
        Some(Self {
            units_per_em: font.units_per_em(),
            font,
            characters: reference.charmap(),
            metrics: reference.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    /// Returns the glyphs of a text from left to right, one for each character.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyphs = text.char_indices().map(|(at, character)| {
            let (glyph, advance) = self.glyph(character);
            let id = GlyphId::new(glyph.to_u32());
            KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, at..at + character.len_utf8(), None)
        });
        glyphs.collect()
    }

    /// Returns the width of a text in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.glyph(character).1).sum::<f32>() * size
    }

    /// Returns the glyph of a character, and its width as a part of the font size.
    fn glyph(&self, character: char) -> (skrifa::GlyphId, f32) {
        let glyph = self.characters.map(character).or_else(|| self.characters.map(REPLACEMENT)).unwrap_or_default();
        (glyph, self.metrics.advance_width(glyph).unwrap_or_default() / self.units_per_em)
    }
}
