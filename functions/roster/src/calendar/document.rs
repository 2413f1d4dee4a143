//! Writes the lines of an iCalendar document (RFC 5545, section 3.1): escapes free text and folds long lines.

/// The maximum length of a line without its line break, in octets.
const MAX_LINE_OCTETS: usize = 75;

/// An iCalendar document, written line by line.
#[derive(Debug, Default)]
pub(super) struct Document(String);

impl Document {
    /// Adds a property whose value isn't free text. The value is written as it is.
    pub(super) fn property(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:{value}"));
    }

    /// Adds a property of the type TEXT.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.property(name, &escape(value));
    }

    /// Returns the document.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Adds a line, folded between characters. A folded line continues after a space. A backslash and the character
    /// that it escapes stay on one line, because some programs unescape before they unfold.
    fn line(&mut self, line: &str) {
        let mut room = MAX_LINE_OCTETS;
        let mut characters = line.chars();
        while let Some(c) = characters.next() {
            let escaped = if c == '\\' { characters.next() } else { None };
            let octets = c.len_utf8() + escaped.map_or(0, char::len_utf8);
            if room < octets {
                self.0.push_str("\r\n ");
                room = MAX_LINE_OCTETS - 1;
            }
            self.0.push(c);
            self.0.extend(escaped);
            room -= octets;
        }
        self.0.push_str("\r\n");
    }
}

/// Escapes a value of the type TEXT (section 3.3.11). Every kind of line break becomes `\n`, because some programs
/// end a line at any of them. Other control characters can't be written and are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &str) -> String {
        let mut document = Document::default();
        document.text(name, value);
        document.finish()
    }

    #[test]
    fn free_text_is_escaped() {
        for (text, escaped) in [
            ("A, B; C\\new", r"A\, B\; C\\new"),
            ("two\nlines", r"two\nlines"),
            ("x\r\nX-INJECTED:1", r"x\nX-INJECTED:1"),
            ("a lone\rCR", r"a lone\nCR"),
            ("\r\r\n\n", r"\n\n\n"),
            ("\u{2028}\u{2029}\u{85}", r"\n\n\n"),
            ("a\0b\u{1b}c\td", "abc\td"),
            ("\"quoted\": yes", "\"quoted\": yes"),
        ] {
            assert_eq!(line("NAME", text), format!("NAME:{escaped}\r\n"), "{text:?}");
        }
    }

    #[test]
    fn a_line_has_75_octets_at_most_and_is_folded_between_characters() {
        assert_eq!(line("N", &"x".repeat(73)), format!("N:{}\r\n", "x".repeat(73)));
        assert_eq!(line("N", &"x".repeat(74)), format!("N:{}\r\n x\r\n", "x".repeat(73)));
        for text in ["é", "日", "👩‍👩‍👧‍👦", "x,"].map(|text| text.repeat(100)) {
            let folded = line("N", &text);
            assert!(folded.split("\r\n").all(|line| line.len() <= 75), "{folded}");
            assert!(!folded.contains("\\\r\n"), "an escaped character is split: {folded}");
            assert_eq!(folded.replace("\r\n ", ""), format!("N:{}\r\n", escape(&text)));
        }
    }
}
