//! Parses a sheet of people: a row is a person, and a column is a field of the profile.

use std::collections::BTreeMap;

use app::people::imports::PersonRow;
use domain::{
    FieldFault, FieldRule, Invalid, calendar::Zone, email::Email, language::Language, patch_field::PatchField,
    settings::LeaveAllowance, text::NewName, user::UserStatus, username::Username,
};
use sheets::{Cells, Columns, MAX_ERRORS, Sheet, date, flag, number, wrong};

/// The maximum number of rows in a sheet.
const MAX_ROWS: usize = 5000;

/// The columns of a sheet, in the order in which the list of people is exported.
pub(in crate::users) const COLUMNS: [&str; 12] = [
    "username",
    "full_name",
    "email",
    "status",
    "department",
    "site",
    "time_zone",
    "language",
    "hired_on",
    "left_on",
    "tracks_attendance",
    "annual_leave_days",
];

/// Parses a sheet. Returns all errors if any value is invalid, or if a person is named twice.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<PersonRow>, Vec<FieldFault>> {
    let sheet = Sheet::read(bytes, MAX_ROWS).map_err(|error| vec![error])?;
    let (columns, mut errors) = Columns::of(&sheet, &COLUMNS);
    errors.extend(columns.missing(&["username"]));
    if !errors.is_empty() {
        return Err(errors);
    }
    if sheet.lines.is_empty() {
        return Err(vec![columns.without_rows()]);
    }
    let (mut rows, mut usernames, mut emails) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for line in &sheet.lines {
        let number = line.number;
        match row(Cells::new(line, &columns), &columns) {
            Ok(row) => {
                if usernames.insert(row.username.clone(), number).is_some() {
                    errors.push(wrong(number, "username", FieldRule::GivenTwice));
                }
                let email = row.email.as_ref().cloned();
                if email.is_some_and(|email| emails.insert(email, number).is_some()) {
                    errors.push(wrong(number, "email", FieldRule::GivenTwice));
                }
                rows.push(row);
            }
            Err(of_row) => errors.extend(of_row),
        }
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

fn row(cells: Cells<'_>, columns: &Columns) -> Result<PersonRow, Vec<FieldFault>> {
    let number = cells.number();
    let text = |text: &str| Ok(text.to_owned());
    let username = cells.value("username", Username::parse);
    let full_name = |text: &str| NewName::try_from(text.to_owned());
    let full_name = if columns.has("full_name") { cells.value("full_name", full_name) } else { None };
    let email = patch(&cells, columns, "email", Email::parse);
    let status = cells.optional("status", status);
    let department = patch(&cells, columns, "department", text);
    let site = patch(&cells, columns, "site", text);
    let time_zone = patch(&cells, columns, "time_zone", Zone::parse);
    let language = patch(&cells, columns, "language", language);
    let hired_on = cells.optional("hired_on", date);
    let left_on = patch(&cells, columns, "left_on", date);
    let tracks_attendance = cells.optional("tracks_attendance", flag);
    let annual_leave_days = patch(&cells, columns, "annual_leave_days", days);
    let errors = cells.into_errors();
    let Some(username) = username.filter(|_| errors.is_empty()) else { return Err(errors) };
    Ok(PersonRow {
        number,
        username,
        full_name,
        email,
        status,
        department,
        site,
        time_zone,
        language,
        hired_on,
        left_on,
        tracks_attendance,
        annual_leave_days,
    })
}

/// Returns a field that may be removed: absent without the column or with an error, `Null` for an empty cell.
fn patch<T>(
    cells: &Cells<'_>,
    columns: &Columns,
    column: &'static str,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> PatchField<T> {
    match (columns.has(column), cells.text(column)) {
        (false, _) => PatchField::Absent,
        (true, None) => PatchField::Null,
        (true, Some(_)) => cells.value(column, parse).map_or(PatchField::Absent, PatchField::Value),
    }
}

fn status(text: &str) -> Result<UserStatus, Invalid> {
    match text.to_lowercase().as_str() {
        "pending" => Ok(UserStatus::Pending),
        "active" => Ok(UserStatus::Active),
        "disabled" => Ok(UserStatus::Disabled),
        _ => {
            let allowed = ["pending", "active", "disabled"].into_iter().collect();
            Err(Invalid::new(FieldRule::OneOf { allowed }))
        }
    }
}

fn language(text: &str) -> Result<Language, Invalid> {
    let text = text.to_lowercase();
    let found = Language::ALL.into_iter().find(|language| language.code() == text);
    let allowed = || Language::ALL.into_iter().map(Language::code).collect();
    found.ok_or_else(|| Invalid::new(FieldRule::OneOf { allowed: allowed() }))
}

fn days(text: &str) -> Result<LeaveAllowance, Invalid> {
    number(text).and_then(LeaveAllowance::try_from)
}

#[cfg(test)]
mod tests {
    use app::people::imports::{ImportedProfile, PersonChange, changed};
    use domain::{text::Name, user::User};
    use fixtures::maria;

    use super::*;

    fn errors(sheet: &str) -> Vec<String> {
        parse(sheet.as_bytes()).unwrap_err().into_iter().map(|error| error.field.into_owned()).collect()
    }

    #[test]
    fn an_empty_cell_removes_a_value_and_a_missing_column_leaves_it() {
        let sheet = "Username;Full_name;Email;Hired_on;Annual_leave_days\r\nMaria;Maria Weber;;02.11.2026;27,5\r\n";
        let rows = parse(sheet.as_bytes()).unwrap();
        let row = &rows[0];
        assert_eq!((row.number, row.username.as_str()), (2, "maria"));
        assert_eq!((&row.email, &row.site), (&PatchField::Null, &PatchField::Absent));
        assert_eq!(row.hired_on, Some("2026-11-02".parse().unwrap()));
        assert_eq!(row.annual_leave_days, PatchField::Value(LeaveAllowance::try_from(27.5).unwrap()));
        assert_eq!((row.status, row.tracks_attendance), (None, None));
    }

    #[test]
    fn every_error_has_its_row_and_column() {
        let sheet = "username,full_name,email,status,language,time_zone,hired_on,tracks_attendance,annual_leave_days\n\
            m,,nobody,gone,xx,Mars,11/2/2026,perhaps,many\n\
            maria,Maria,m@harbour.example,active,de,Europe/Berlin,2026-11-02,yes,20\n\
            maria,Maria,m@harbour.example,active,de,Europe/Berlin,2026-11-02,no,20\n";
        let columns = "username full_name email status time_zone language hired_on tracks_attendance annual_leave_days";
        let of_row_2 = columns.split(' ').map(|column| format!("row 2, column {column}"));
        let twice = ["username", "email"].map(|column| format!("row 4, column {column}"));
        assert_eq!(errors(sheet), of_row_2.chain(twice).collect::<Vec<_>>());
        assert_eq!(errors("username,role\nmaria,admin\n"), ["row 1, column role"]);
        assert_eq!(errors("full_name\nMaria\n"), ["row 1, column username"]);
        assert_eq!(errors("username\n"), ["row 2"]);
    }

    fn row(sheet: &str) -> PersonRow {
        parse(sheet.as_bytes()).unwrap().remove(0)
    }

    fn change(before: &User, sheet: &str) -> Option<ImportedProfile> {
        match changed(before, row(sheet), PatchField::Absent, PatchField::Absent)? {
            PersonChange::Change { profile, .. } => Some(*profile),
            PersonChange::Create { .. } => panic!("the person exists"),
        }
    }

    #[test]
    fn only_what_differs_is_changed() {
        let same = "username,full_name,email,status,hired_on,left_on\nmaria.weber,Maria Weber,,active,2026-01-05,\n";
        assert_eq!(change(&maria(), same), None);
        let renamed = change(&maria(), "username,full_name,status\nmaria.weber,Maria Roth,active\n").unwrap();
        let expected =
            ImportedProfile { full_name: Some(Name::parse("Maria Roth").unwrap()), ..ImportedProfile::default() };
        assert_eq!(renamed, expected);
    }

    #[test]
    fn an_empty_last_date_ends_no_employment_of_a_leaver() {
        let gone = User { status: UserStatus::Disabled, ..maria() };
        assert_eq!(change(&gone, "username,status,left_on\nmaria.weber,disabled,\n"), None);
        let leaves = change(&maria(), "username,status,left_on\nmaria.weber,disabled,2026-11-30\n").unwrap();
        assert_eq!(leaves.status, Some(UserStatus::Disabled));
        assert_eq!(leaves.left_on, PatchField::Value("2026-11-30".parse().unwrap()));
    }
}
