//! The company's branding: the accent color and the logo that the console shows.
//!
//! `people` serves and changes it (`/branding`). A logo's pixels are verified there; this module knows only its text form.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{FieldRule, Invalid, photo::PhotoType};

/// The company's branding. A value that is absent has the console's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// The color of buttons, links and marks.
    pub accent_color: Option<AccentColor>,
    /// The logo that replaces the console's name.
    pub logo: Option<Logo>,
}

/// An opaque color in sRGB that is dark enough for white text on it, and for text of this color on white.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccentColor {
    red: u8,
    green: u8,
    blue: u8,
}

impl AccentColor {
    /// The minimum contrast of text (WCAG 2.2, 1.4.3).
    const MIN_CONTRAST: f64 = 4.5;

    /// Parses a color such as `#0f6a5b`.
    ///
    /// # Errors
    /// The text isn't a color in this form, or the color's contrast with white is below 4.5:1.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(FieldRule::Color);
        let digits = text.strip_prefix('#').ok_or_else(invalid)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(|_| invalid())?.to_be_bytes();
        let color = Self { red, green, blue };
        if color.contrast_with_white() < Self::MIN_CONTRAST {
            return Err(Invalid::new(FieldRule::ColorContrast));
        }
        Ok(color)
    }

    /// The contrast with white, from 1 to 21 (WCAG 2.2, "contrast ratio").
    fn contrast_with_white(self) -> f64 {
        1.05 / (self.relative_luminance() + 0.05)
    }

    /// The relative luminance, from 0 for black to 1 for white (WCAG 2.2, "relative luminance").
    fn relative_luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl TryFrom<String> for AccentColor {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<AccentColor> for String {
    fn from(AccentColor { red, green, blue }: AccentColor) -> Self {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

impl PartialSchema for AccentColor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^#[0-9A-Fa-f]{6}$"))
            .description(Some("A color whose contrast with white is at least 4.5:1, such as #0f6a5b."))
            .examples([serde_json::json!("#0f6a5b")])
            .into()
    }
}

impl ToSchema for AccentColor {}

/// A logo as a `data:` URL, such as `data:image/png;base64,iVBORw0…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Logo(String);

impl Logo {
    /// The maximum size of a logo's file, in bytes. `GET /branding` returns the logo with each visit of the sign-in page.
    pub const MAX_BYTES: usize = 32 * 1024;

    /// The maximum width and height of a logo, in pixels.
    pub const MAX_SIDE: u32 = 1024;

    /// The logo with this file, which must be verified.
    pub fn of_verified(format: PhotoType, base64: &str) -> Self {
        Self(format!("data:{};base64,{base64}", format.content_type()))
    }

    /// The type and the base64 text that a `data:` URL declares, if it declares one of the accepted types.
    pub fn declared(url: &str) -> Option<(PhotoType, &str)> {
        let (content_type, base64) = url.strip_prefix("data:")?.split_once(";base64,")?;
        let format = PhotoType::ALL.into_iter().find(|format| format.content_type() == content_type)?;
        Some((format, base64))
    }

    /// The `data:` URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rule for a value that isn't a logo.
    pub fn rule() -> FieldRule {
        FieldRule::Logo { kibibytes: (Self::MAX_BYTES / 1024) as u64, pixels: Self::MAX_SIDE.into() }
    }
}

/// Serializes and deserializes the branding as a field of a stored item.
pub mod stored {
    use serde::{Deserializer, Serialize, Serializer};

    use super::Branding;
    use crate::stored::known_fields;

    /// Writes the branding.
    ///
    /// # Errors
    /// The serializer fails.
    pub fn serialize<S: Serializer>(branding: &Branding, serializer: S) -> Result<S::Ok, S::Error> {
        branding.serialize(serializer)
    }

    /// Reads the branding of this or another release. A value that this release doesn't know counts as absent.
    ///
    /// # Errors
    /// The deserializer fails.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Branding, D::Error> {
        known_fields::<Branding, D>(deserializer).map(|(branding, _)| branding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_color_that_isnt_known_counts_as_absent() {
        let newer =
            r#"{"accent_color": "oklch(0.5 0.1 180)", "logo": "data:image/png;base64,iVBORw0=", "font": "serif"}"#;
        let read = stored::deserialize(&mut serde_json::Deserializer::from_str(newer)).unwrap();
        assert_eq!(read.accent_color, None);
        assert!(read.logo.is_some());
    }

    #[test]
    fn a_color_has_six_hexadecimal_digits() {
        assert_eq!(String::from(AccentColor::parse("#0F6A5B").unwrap()), "#0f6a5b");
        for wrong in
            ["", "0f6a5b", "#0f6a5", "#0f6a5b0", "#0f6a5g", "#+f6a5b", "teal", "rgb(15, 106, 91)", "#ＯＦ６Ａ５Ｂ"]
        {
            assert_eq!(AccentColor::parse(wrong), Err(Invalid::new(FieldRule::Color)), "{wrong}");
        }
    }

    #[test]
    fn a_color_has_a_contrast_of_at_least_4_5_with_white() {
        for dark in ["#000000", "#0f6a5b", "#767676", "#c2185b"] {
            assert!(AccentColor::parse(dark).is_ok(), "{dark}");
        }
        for bright in ["#ffffff", "#777777", "#ff9800", "#62cbb5"] {
            assert_eq!(AccentColor::parse(bright), Err(Invalid::new(FieldRule::ColorContrast)), "{bright}");
        }
    }

    #[test]
    fn black_has_the_highest_contrast_and_white_the_lowest() {
        let of = |red, green, blue| AccentColor { red, green, blue }.contrast_with_white();
        assert!((of(0, 0, 0) - 21.0).abs() < 1e-9);
        assert!((of(255, 255, 255) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_logo_declares_one_of_the_types_of_photos() {
        assert_eq!(Logo::declared("data:image/png;base64,iVBORw0="), Some((PhotoType::Png, "iVBORw0=")));
        for other in
            ["", "iVBORw0=", "data:image/svg+xml;base64,PHN2Zz4=", "data:image/png,x", "https://example.com/logo.png"]
        {
            assert_eq!(Logo::declared(other), None, "{other}");
        }
        let logo = Logo::of_verified(PhotoType::Webp, "UklGRg==");
        assert_eq!(Logo::declared(logo.as_str()), Some((PhotoType::Webp, "UklGRg==")));
    }
}
