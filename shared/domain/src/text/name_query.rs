//! Search queries for names.

use super::search_key;

/// The beginnings of words of a name, in any order, in the form of [`search_key`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameQuery {
    /// The words, longest first.
    words: Vec<String>,
}

impl NameQuery {
    /// Creates the query of a text. A text without a letter or digit matches everyone.
    pub fn new(text: &str) -> Self {
        let mut words = words_of(text);
        words.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        Self { words }
    }

    /// Returns whether the query matches everyone.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the query as a text that is the same for equal queries.
    pub fn canonical(&self) -> String {
        self.words.join(" ")
    }

    /// Returns whether each word of the query begins a different word of the name.
    pub fn finds(&self, name: &str) -> bool {
        let mut left = words_of(name);
        // Where one word of the query begins with another one, the longer word matches fewer words of the name, so it is matched
        // first.
        self.words.iter().all(|wanted| {
            let found = left.iter().position(|word| word.starts_with(wanted.as_str()));
            found.map(|place| left.swap_remove(place)).is_some()
        })
    }
}

/// Returns the words of a text. Words are separated by characters that aren't letters, digits or marks. Apostrophes and joiners
/// within a word are removed. Letters with a stroke become the letters that people type for them.
fn words_of(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for letter in search_key(text).chars().filter(|c| !is_apostrophe(*c)) {
        match without_stroke(letter) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(letter),
        }
    }
    let is_part = |c: char| c.is_alphanumeric() || is_mark(c);
    plain.split(|c| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}')
}

/// Returns what people type for a letter that has no accent to drop.
const fn without_stroke(letter: char) -> Option<&'static str> {
    match letter {
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ø' => Some("o"),
        'ł' => Some("l"),
        'đ' | 'ð' => Some("d"),
        'þ' => Some("th"),
        'ħ' => Some("h"),
        _ => None,
    }
}

/// Returns whether a character is a mark within a word, in scripts whose vowels or tones are marks. `is_alphanumeric` covers most
/// of them, but not the viramas and tone marks of Indic and Southeast Asian scripts.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{109f}' | '\u{1700}'..='\u{17ff}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_finds_any_word_of_a_name_in_any_order() {
        let finds = |query: &str, name: &str| NameQuery::new(query).finds(name);
        for query in ["İbrahim", "ibrahim", "I\u{307}BRAHI", "yıldız", "YILDIZ", "Yıldız İbrahim", "y i", "  ibrahim ,"]
        {
            assert!(finds(query, "İbrahim Ethem Yıldız"), "{query}");
        }
        assert!(finds("jose", "María Jose\u{301} Núñez"));
        assert!(finds("José", "Maria JOSE"));
        assert!(finds("marie", "Anne-Marie d'Angelo"));
        assert!(finds("dangelo anne", "Anne-Marie d’Angelo"));
        assert!(finds("lukasz", "Łukasz Żak"));
        assert!(finds("SØREN", "Soren Kjær"));
        assert!(finds("हिन्दी", "श्री हिन्दी"));
        assert!(!finds("brahim", "İbrahim"), "only the beginning of a word");
        assert!(!finds("ibrahim ibrahim", "İbrahim Yıldız"), "each word is another one");
        assert!(finds("ma mar", "Maria Mat"), "the longer word leaves the other one its own");
        assert!(!finds("ibrahim kaya", "İbrahim Yıldız"));
    }

    #[test]
    fn a_query_without_letters_finds_everyone() {
        for text in ["", "   ", " - ", "\u{301}"] {
            assert!(NameQuery::new(text).is_empty() && NameQuery::new(text).finds("Maria"), "{text:?}");
        }
        assert_eq!(NameQuery::new("Weber maria").canonical(), NameQuery::new("MARIA  weber").canonical());
    }
}
