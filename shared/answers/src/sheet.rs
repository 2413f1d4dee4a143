//! Sheets that people open in a spreadsheet program.

/// Returns a cell that spreadsheet programs don't treat as a formula: a name such as `=HYPERLINK(…)` is shown, not computed. A
/// text that starts like a formula gets a leading apostrophe, which spreadsheet programs hide.
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
