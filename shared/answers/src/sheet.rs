//! Sheets that people open in a spreadsheet program.

/// A cell that no spreadsheet program takes for a formula: a name such as `=HYPERLINK(…)` is shown, not computed. What
/// begins like one gets an apostrophe before it, which such programs don't show.
pub fn escape_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_a_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(escape_formula(cell), format!("'{cell}"));
        }
        assert_eq!(escape_formula("Maria = Mary"), "Maria = Mary");
        assert_eq!(escape_formula(""), "");
    }
}
