//! Words of documents, such as PDF timesheets.

use domain::{calendar::Weekday, language::Language};

use crate::resource::{Arguments, Texts, texts};

pub(crate) static DOCUMENTS: Texts = texts!("documents.ftl");

/// A word or heading of a document. The doc comment of a variant is its English text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentWord {
    /// Timesheet.
    Title,
    /// Person.
    Person,
    /// Personnel number.
    PersonnelNumber,
    /// Department.
    Department,
    /// Pay period.
    Period,
    /// Cost center.
    CostCenter,
    /// Date.
    Date,
    /// Clock-in – clock-out.
    Punches,
    /// Breaks.
    Breaks,
    /// Absence.
    Absence,
    /// Target.
    Target,
    /// Worked.
    Worked,
    /// Account.
    Difference,
    /// Total.
    Total,
    /// Sums by pay code.
    Codes,
    /// Pay code.
    Code,
    /// Hours.
    Hours,
    /// Decimal.
    DecimalHours,
    /// Days.
    Days,
    /// Time account.
    Account,
    /// Balance before the period.
    Opening,
    /// Change in the period.
    Change,
    /// Balance at the end.
    Closing,
    /// Sign-off.
    Signatures,
    /// Submitted by.
    Submitted,
    /// Approved by.
    Approved,
    /// Closed by.
    Closed,
    /// Not signed yet.
    Unsigned,
    /// Hash of the figures.
    Hash,
}

impl DocumentWord {
    const fn id(self) -> &'static str {
        match self {
            Self::Title => "document-timesheet",
            Self::Person => "document-person",
            Self::PersonnelNumber => "document-personnel-number",
            Self::Department => "document-department",
            Self::Period => "document-period",
            Self::CostCenter => "document-cost-center",
            Self::Date => "document-date",
            Self::Punches => "document-punches",
            Self::Breaks => "document-breaks",
            Self::Absence => "document-absence",
            Self::Target => "document-target",
            Self::Worked => "document-worked",
            Self::Difference => "document-difference",
            Self::Total => "document-total",
            Self::Codes => "document-codes",
            Self::Code => "document-code",
            Self::Hours => "document-hours",
            Self::DecimalHours => "document-decimal-hours",
            Self::Days => "document-days",
            Self::Account => "document-account",
            Self::Opening => "document-opening",
            Self::Change => "document-change",
            Self::Closing => "document-closing",
            Self::Signatures => "document-signatures",
            Self::Submitted => "document-submitted",
            Self::Approved => "document-approved",
            Self::Closed => "document-closed",
            Self::Unsigned => "document-unsigned",
            Self::Hash => "document-hash",
        }
    }
}

/// Returns a word in a language.
pub fn document(word: DocumentWord, language: Language) -> String {
    text(word.id(), language, &Arguments::new())
}

/// Returns the short name of a weekday.
pub fn short_weekday(weekday: Weekday, language: Language) -> String {
    let id = match weekday {
        Weekday::Monday => "document-monday",
        Weekday::Tuesday => "document-tuesday",
        Weekday::Wednesday => "document-wednesday",
        Weekday::Thursday => "document-thursday",
        Weekday::Friday => "document-friday",
        Weekday::Saturday => "document-saturday",
        Weekday::Sunday => "document-sunday",
    };
    text(id, language, &Arguments::new())
}

/// Returns the number of a page and of all pages: `Page 1 of 2`.
pub fn page_number(page: usize, pages: usize, language: Language) -> String {
    let mut arguments = Arguments::new();
    arguments.set("page", page);
    arguments.set("pages", pages);
    text("document-page", language, &arguments)
}

fn text(id: &str, language: Language, arguments: &Arguments<'_>) -> String {
    DOCUMENTS.message(language, id, arguments).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_document_has_a_text() {
        for language in Language::ALL {
            for weekday in Weekday::ALL {
                assert_ne!(short_weekday(weekday, language), "", "{weekday:?}");
            }
            for word in [
                DocumentWord::Title,
                DocumentWord::Person,
                DocumentWord::PersonnelNumber,
                DocumentWord::Department,
                DocumentWord::Period,
                DocumentWord::CostCenter,
                DocumentWord::Date,
                DocumentWord::Punches,
                DocumentWord::Breaks,
                DocumentWord::Absence,
                DocumentWord::Target,
                DocumentWord::Worked,
                DocumentWord::Difference,
                DocumentWord::Total,
                DocumentWord::Codes,
                DocumentWord::Code,
                DocumentWord::Hours,
                DocumentWord::DecimalHours,
                DocumentWord::Days,
                DocumentWord::Account,
                DocumentWord::Opening,
                DocumentWord::Change,
                DocumentWord::Closing,
                DocumentWord::Signatures,
                DocumentWord::Submitted,
                DocumentWord::Approved,
                DocumentWord::Closed,
                DocumentWord::Unsigned,
                DocumentWord::Hash,
            ] {
                assert_ne!(document(word, language), "", "{word:?}");
            }
        }
        assert_eq!(page_number(1, 12, Language::De), "Seite 1 von 12");
    }
}
