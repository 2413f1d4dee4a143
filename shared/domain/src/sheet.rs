//! Sheets that people import: the faults in their cells, and things by their names.

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
