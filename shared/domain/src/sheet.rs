//! Sheets that people import and export: the faults in their cells, things by their names, and texts that look like formulas.

use std::{collections::BTreeMap, str::FromStr};

use crate::{
    FieldFault, FieldRule,
    text::{Name, search_key},
};

/// The maximum number of faults of a sheet that are reported at once.
pub const MAX_ERRORS: usize = 100;

/// Returns the fault of a row and column.
pub fn wrong(row: u32, column: &str, rule: impl Into<FieldRule>) -> FieldFault {
    FieldFault::new(format!("row {row}, column {column}"), rule)
}

/// The first characters of texts that spreadsheet programs compute as formulas.
const FORMULA_STARTS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Returns a cell that spreadsheet programs don't treat as a formula: a name such as `=HYPERLINK(…)` is shown, not computed. A
/// text that starts like a formula gets a leading apostrophe. A text that already starts with an apostrophe before a formula
/// gets another one, so that [`unescape_formula`] returns every text as it was.
pub fn escape_formula(cell: &str) -> String {
    if cell.trim_start_matches('\'').starts_with(FORMULA_STARTS) { format!("'{cell}") } else { cell.to_owned() }
}

/// Returns the text of a cell that [`escape_formula`] wrote: without the apostrophe before a formula.
pub fn unescape_formula(cell: &str) -> &str {
    let unescaped = cell.strip_prefix('\'');
    unescaped.filter(|text| text.trim_start_matches('\'').starts_with(FORMULA_STARTS)).unwrap_or(cell)
}

/// Things by name. Names are compared without regard to case and normal form.
#[derive(Debug, Clone)]
pub struct Names<I>(BTreeMap<String, Vec<(Name, I)>>);

/// The reason for which a text names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNamed {
    /// Nothing has that name or id.
    Unknown,
    /// Several things have that name.
    Several,
}

impl<I> Default for Names<I> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<I> FromIterator<(Name, I)> for Names<I> {
    fn from_iter<T: IntoIterator<Item = (Name, I)>>(things: T) -> Self {
        let mut names: BTreeMap<String, Vec<(Name, I)>> = BTreeMap::new();
        for (name, id) in things {
            names.entry(search_key(name.as_str())).or_default().push((name, id));
        }
        Self(names)
    }
}

impl<I: Copy + PartialEq + FromStr> Names<I> {
    /// Returns the id of the thing with that name or id. If several names differ only in case or accents, the exact spelling
    /// decides.
    ///
    /// # Errors
    ///
    /// The text names nothing, or several things.
    pub fn find(&self, named: &str) -> Result<I, NotNamed> {
        let called: &[(Name, I)] = self.0.get(&search_key(named)).map_or(&[], Vec::as_slice);
        let mut spelled_so = called.iter().filter(|(name, _)| name.as_str() == named);
        match (called, spelled_so.next(), spelled_so.next()) {
            ([], ..) => self.with_id(named).ok_or(NotNamed::Unknown),
            ([(_, id)], ..) | (_, Some((_, id)), None) => Ok(*id),
            (_, _, _) => Err(NotNamed::Several),
        }
    }

    fn with_id(&self, text: &str) -> Option<I> {
        let id = text.parse::<I>().ok()?;
        self.0.values().flatten().any(|(_, known)| *known == id).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_a_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(escape_formula(cell), format!("'{cell}"));
        }
        for cell in ["Maria = Mary", "'s-Hertogenbosch", "'", ""] {
            assert_eq!(escape_formula(cell), cell);
        }
    }

    #[test]
    fn every_text_is_read_back_as_it_was_written() {
        for text in ["=1+1", "@Home", "'=1+1", "''-1", "'s-Hertogenbosch", "'quoted'", "'", "", "Maria = Mary"] {
            assert_eq!(unescape_formula(&escape_formula(text)), text);
        }
        assert_eq!(unescape_formula("=1+1"), "=1+1");
    }
}
