//! Encodings of files.

use encoding_rs::{EncoderResult, WINDOWS_1252};
use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::template::Encoding;

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Returns a text in an encoding.
pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Bom => [BOM, text.as_bytes()].concat(),
        Encoding::Windows1252 => windows_1252(text),
    }
}

/// Returns a text in Windows-1252. A letter that it lacks is written without its marks (`ş` becomes `s`), otherwise as `?`.
fn windows_1252(text: &str) -> Vec<u8> {
    let mut encoder = WINDOWS_1252.new_encoder();
    // Windows-1252 has one byte for each character, and a character has at least one byte in UTF-8.
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return bytes,
            EncoderResult::OutputFull => bytes.reserve(rest.len() + 1),
            EncoderResult::Unmappable(character) => bytes.push(base_letter(character)),
        }
    }
}

/// Returns the letter of a character without its marks, if it is ASCII; otherwise `?`.
fn base_letter(character: char) -> u8 {
    let decomposed =
        DecomposingNormalizerBorrowed::new_nfd().normalize(character.encode_utf8(&mut [0; 4])).into_owned();
    decomposed.bytes().next().filter(u8::is_ascii).unwrap_or(match character {
        'ı' => b'i',
        'ł' => b'l',
        'Ł' => b'L',
        'đ' => b'd',
        'Đ' => b'D',
        _ => b'?',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_windows_1252_lacks_lose_their_marks() {
        let written = |text: &str| encode(text, Encoding::Windows1252);
        assert_eq!(written("Jürgen Weiß €"), b"J\xFCrgen Wei\xDF \x80");
        assert_eq!(written("Ayşe Yılmaz, Łukasz Dvořák"), b"Ayse Yilmaz, Lukasz Dvor\xE1k");
        assert_eq!(written("Ιωάννα"), b"??????");
        assert_eq!(encode("é", Encoding::Utf8Bom), b"\xEF\xBB\xBF\xC3\xA9");
    }
}
