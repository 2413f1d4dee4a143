//! The rules for values of requests. The list is closed, so that all messages about fields are in one place.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// A field that breaks a rule, with the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field, by its name or path in the API: `end_date`, `shifts.monday[0].site_id`.
    pub field: Cow<'static, str>,
    /// The rule that the field breaks.
    pub rule: FieldRule,
}

impl FieldFault {
    /// Creates the fault of a field.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: impl Into<FieldRule>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }

    /// Returns the faults of all broken rules. `faults` are tuples `(is broken, field, rule)`.
    pub fn broken(faults: impl IntoIterator<Item = (bool, &'static str, FieldRule)>) -> Vec<Self> {
        let broken = faults.into_iter().filter(|(is_broken, ..)| *is_broken);
        broken.map(|(_, field, rule)| Self::new(field, rule)).collect()
    }
}

/// Marks the machine-readable form of a rule ([`FieldRule::decode`]). No message begins with this character.
const ENCODED: char = '\u{1}';

crate::messages! {
    /// A rule that a value breaks, with the rule's arguments. The message is the predicate of a sentence about the value ("must
    /// be at most 500 characters"). It never repeats the value, which may be a secret or a megabyte long.
    ///
    /// Serialized as `{"rule": "length_at_most", "max": 500}`: the name and the arguments of a translated message.
    #[expect(clippy::doc_markdown, reason = "each message documents itself, and users read it without Markdown")]
    pub enum FieldRule tagged "rule" {
        // Presence
        Required "is required";
        RequiredWith { other: String } "is required together with {other}";
        RequiredUnless { other: String } "is required unless {other} is given";
        NotWith { other: String } "can't be combined with {other}";
        OnlyWith { other: String } "is only allowed together with {other}";
        UnknownField "is not a known field";
        UnknownParameter "is not a known parameter";
        GivenTwice "is given more than once";
        NotNull "must not be null";

        // Types
        Text "must be a string";
        Boolean "must be true or false";
        Number "must be a number";
        WholeNumber "must be a whole number";
        Object "must be an object";
        List "must be a list";

        // Bounds
        OneOf { allowed: Words } "must be one of {allowed}";
        WholeNumberBetween { min: i64, max: i64 } "must be a whole number from {min} to {max}";
        WholeNumberAtLeast { min: i64 } "must be a whole number of at least {min}";
        NumberBetween { min: i64, max: i64 } "must be a number from {min} to {max}";
        NumberAtLeast { min: i64 } "must be a number of at least {min}";
        NotZero "must not be 0";
        DaysBetween { min: i64, max: i64 } "must be a number of days from {min} to {max} with at most two decimals";
        LengthBetween { min: u64, max: u64 } "must be {min} to {max} characters";
        LengthAtMost { max: u64 } "must be at most {max} characters";
        BytesAtMost { max: u64 } "must be at most {max} bytes";
        ItemsBetween { min: u64, max: u64 } "must have {min} to {max} items";
        ItemsAtLeast { min: u64 } "must have at least {min} items";
        ItemsAtMost { max: u64 } "must have at most {max} items";
        Distinct "must not have the same item twice";

        // Texts of a form
        NoControlCharacters "must not contain control characters";
        /// Names are one line; `character` is the first that is refused, as `U+000A`.
        OneLine { character: String } "must be one line without control or invisible characters, but contains {character}";
        VisibleCharacter "must have a visible character";
        VisibleAscii { min: u64, max: u64 } "must be {min} to {max} visible ASCII characters";
        Date "must be a date such as 2026-11-02, from 2000 to 2199";
        DateTime "must be a date and time with an offset, such as 2026-11-02T08:57:03+03:00";
        TimeOfDay "must be a time of day such as 08:30";
        MonthDay "must be a month and day that every year has, such as 04-01";
        Region "must be an ISO 3166 code such as DE or DE-BY";
        RegionOfSite "must be the region of a site";
        NoPublicHolidays "must be a country whose public holidays are known";
        TimeZone "must be an IANA time zone name such as Europe/Berlin";
        Id "must be an id, 26 letters and digits";
        ShiftId "must be a date and a start time such as 2026-11-02T09:00";
        Email "must be an e-mail address such as maria@example.com";
        Username "must be 3 to 32 letters a-z, digits, dots, underscores or hyphens, and begin with a letter or digit";
        LeaveTypeCode "must be 1 to 32 letters a-z, digits or underscores";
        BadgeNumber "must be 4 to 64 letters and digits";
        PayCode "must be 1 to 32 letters a-z, digits or underscores, such as overtime";
        PayPeriod "must be the first and the last date of a pay period, such as 2026-11-01..2026-11-30";
        FiguresHash "must be the figures_hash of a timesheet";
        DayOfEveryMonth "must be one of the first 28 days of a month";
        PersonnelNumber "must be 1 to 20 letters, digits, dots, hyphens or underscores, such as 00417";
        Serial "must be 1 to 40 letters, digits, hyphens or underscores, as the device shows it";
        TerminalNumber "must be 1 to 24 letters and digits";
        CostCenterCode "must be 1 to 32 letters, digits, dots, hyphens or underscores, such as 4711";
        Multiplier "must be a number from 0 to 10 with at most two decimals";
        Color "must be a color such as #0f6a5b";
        ColorContrast "must be darker: the contrast with white must be at least 4.5:1";
        Logo { kibibytes: u64, pixels: u64 } "must be a PNG, JPEG or WebP image of at most {kibibytes} KiB and {pixels} pixels a side, as a data URL such as data:image/png;base64,iVBORw0KGgo=";
        TemplateName "must be 1 to 32 letters a-z, digits or underscores, such as csv";
        ConstantNeedsText "must have a text in constant columns and in no others";
        PushEndpoint "must be the https address of a push service, of at most 2000 characters";
        BrowserKey "must be a key of a browser's push subscription, in base64url";
        ChatUrl "must be the https address of an incoming webhook, of at most 2000 characters";
        Pin "must be 4 to 8 digits";
        EasyPin "is too easy to guess: don't use sequences such as 1234 or repetitions such as 0000 or 1212";
        PasswordIsUsername "must differ from the username";
        AnotherPassword "must differ from the current password";
        CommonPassword "is one of the most common passwords; choose another one";
        PublicUrl "must be an https URL of at most 2000 characters whose host is public, without a user name or a password";
        TooManyWebhooks { max: u64 } "can't be added: a company has at most {max} webhooks";
        FactKinds "must be kinds of facts, such as clocked_in";
        EventPosition "must be the next_after of an earlier answer, or a date and time with an offset";
        Subject "must be user:<id>, department:<id>, site:<id>, kiosk:<id>, service-token:<id>, webhook:<id>, job:<id>, check:<name>, settings, holidays, leave-types or pay";

        // Dates and times
        NotBefore { other: String } "must not be before {other}";
        NotAfter { other: String } "must not be after {other}";
        NotInFuture "must not be in the future";
        InFuture "must be in the future";
        TodayOrLater "must be today or later";
        DaysAheadAtMost { days: i64 } "must be at most {days} days ahead";
        RangeAtMost { days: i64, other: String } "must be at most {days} days from {other}, both dates included";
        HoursAfterAtMost { hours: i64, other: String } "must be at most {hours} hours after {other}";
        Monday "must be a Monday";

        // References to other things
        NotADepartment "is not an existing department";
        NotDepartments "contains a department that doesn't exist";
        NotASite "is not an existing site";
        NotSites "contains a site that doesn't exist";
        NotALeaveType "is not an existing leave type";
        NotCountedLeaveType "must be a leave type with a balance";
        NotPayRules "must be existing pay rules";
        NotAPayPeriod "must be a pay period of the company";
        NotAPayTemplate "must be an existing template";
        NotAPayCode { kind: String } "must be an active pay code of the kind {kind}";
        NotACostCenter "must be an existing, active cost center";
        DepartmentAtMost { max: u64 } "must be a department of at most {max} people";
        BuiltInPayCode "must keep its kind and stay active, because the code is built in";
        TooManyPayCodes { max: u64 } "can't be added: a company has at most {max} pay codes";
        NotEmployed "must be a person who works here";
        AnotherPerson "must be another person";
        NotThatRoster "must be a person whose roster you may plan";

        // Settings
        MinAboveMax { min: String, max: String } "must have a {min} that isn't greater than its {max}";
        WeeklyOffs { days: String } "must name {days} days off";
        RotationOffs { days: u64, weeks: u64 } "must name at least {days} days off in {weeks} weeks";
        BreakShorterThanShift "must have a break that is shorter than the shift";
        TiersDistinct { minutes: i64 } "must have only one tier with after_minutes {minutes}";
        TiersAscending { after: i64, minutes: i64 } "must deduct more than {minutes} minutes in the tier after {after} minutes, because the tier before it deducts {minutes}";

        // Accounts and employments
        TokenInCookie "must be left out, because the cookie holds the token";
        NotPendingAgain "can't be set back to pending";
        EndsWhileDisabled "must have an end while the account is disabled";
        EmployedWhileActive "must not be empty for an active account";
        LatestEmploymentStart "must be the first date of the latest of employments";
        LatestEmploymentEnd "must be the last date of the latest of employments";
        AfterEarlierEmployment "must be after the end of the employment before; change employments to correct that one too";
        AfterEarlierEmploymentEnd { last: String } "must be after {last}, the end of the employment before; change employments to correct that one too";
        EmploymentsOverlap { date: String } "must not overlap, but two of them contain {date}";
        EndsBeforeItBegins "must not end before it begins";
        TooManyForOneChange "adds too many departments for one change; add some of them in a separate request";

        // Places and photos
        CoordinatePair "must have both latitude and longitude, or neither";
        AccuracyWithoutCoordinates "must not have accuracy_m without latitude and longitude";
        PlaceWithoutContent "must have coordinates or a label";
        PhotoSource "must have either upload_id or base64";
        OnlyForAction { actions: Words } "is only allowed with the actions {actions}";

        // Leave
        WholeDaysOnly "is not allowed, because this leave type is taken in whole days";
        OneHalfPerDate "can't be combined with start_half for a leave of one date; give one of the two";
        AnnualLeaveCounted "must be true, because annual leave always has a balance";
        AnnualAllowanceIsSetting "is not allowed for annual leave; change the setting annual_leave_days instead";
        AllowanceNeedsBalance "is only allowed if counted is true";
        AnnualLeaveInterrupts "must be false, because annual leave can't interrupt other leave";
        TimeOffCounted "must be false for time_off, which is taken from the time account";
        TooManyLeaveTypes { max: u64 } "can't be added: a company has at most {max} leave types";
        SameAsPath "must be the same as in the path";
        NotMutable "must not contain leave_expiring or a reset, because these notifications can't be muted";
        CountedHalves "must be a digit from 0 to 2 for each date";

        // Rosters
        WeeksOrWeek "is required unless weeks and anchor are given";
        OffOrShifts "must be true, or shifts must be given instead";
        WeekdayNames "must be a weekday, monday to sunday";
        OffAndWithShifts { weekday: String } "must not name {weekday} both as a day off and with shifts";
        NoShiftsOnDayOff "must have no shifts, because weekly_offs contains the day";
        ShiftsAtMost { max: u64 } "must have at most {max} shifts";
        ShiftsBetween { min: u64, max: u64 } "must have {min} to {max} shifts";
        ShiftsInAllPatterns { max: u64 } "must not have more than {max} shifts in all patterns";
        SitesAtMost { max: u64 } "must not name more than {max} sites";
        Rotation { max: u64 } "must have 1 to {max} weeks, and an anchor if there are several";
        Overlap { shifts: String } "must not have shifts that overlap: {shifts}";
        OverlapWithRow { row: u64, shifts: String } "must not overlap with row {row}: {shifts}";
        NotWorkedYet "must be a date that hasn't been worked; change the day by a correction";
        NotBegun "must be a date whose shift hasn't begun";
        EmployedOn { date: String } "must be a person who is employed on {date}";
        NotAParameter "is not a parameter of this report";

        // Sheets of rosters
        Spreadsheet "must be a CSV file or an Excel workbook (.xlsx) that can be opened";
        Calendar "must be an iCalendar file with events";
        RowsAtMost { max: u64 } "is one row too many: a sheet has at most {max} rows";
        PeopleAtMost { max: u64 } "is one person too many: a sheet names at most {max} people";
        NoRows "is required, because the sheet has no rows";
        NotInThisSheet "must not be in a sheet of this kind";
        BeyondColumns "must be empty, because the first row has no column here; a decimal comma needs quotes";
        EmptyOnDayOff "must be empty on a day off, which has no times";
        OwnRoster "must be another person, because you can't plan your own roster";
        AmbiguousSite "must be an id, because several sites have this name";
        AmbiguousDepartment "must be an id, because several departments have this name";
        NotManaged "must be a person or department that you manage";
        OfAnotherPerson "belongs to another person";
        WithAndWithoutTimes { day: String } "must not have rows for {day} both with times and without";
        WeekOffs { days: String, from: String } "must name {days} days off in the week from {from}, each by a row without times";

        // Days and their sessions
        SessionsAtMost { max: u64 } "must be at most {max}, with at most {max} breaks in all";
        SameClockOut { row: u64 } "must be the clock-out of row {row}, which has the same clock-in";
        OnlyImportedSessions "must be a date without sessions, or with imported ones alone";
        NothingToRemove "must not be empty, because the day has no sessions to remove";
        SessionOfDay "must be the id of a session of this day, and each id only once";
        NearDate "must be from 24 hours before to 48 hours after the beginning of the date";
        AfterSessionBefore "must not be before the clock_out of the session before";
        OverlapsSessionOf { date: String } "must not overlap with a session of {date}";
        OnlyLastOpen "is required: only the last session may be open";
        OtherSessionOpen { date: String } "is required: a session of {date} is open";
        OpenOfInactive "is required: the person's account isn't active";
        OpenTooLong "is required: a session that has been open for so long counts as forgotten";
        BreakStart "must be within the session, after the break before";
        CostCenterStart "must be within the session, after the cost center before";
        CostCentersAtMost { max: u64 } "must name at most {max} cost centers that the day doesn't have yet";
        BreakEnd "must be after started_at, within the session";
        OnlyLastBreakOpen "is required: only the last break of an open session may be open";
    }
}

/// Words that a message lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub Vec<String>);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

impl<T: Into<String>> FromIterator<T> for Words {
    fn from_iter<I: IntoIterator<Item = T>>(words: I) -> Self {
        Self(words.into_iter().map(Into::into).collect())
    }
}

impl FieldRule {
    /// Parses a rule from a text that `{:#}` wrote. Any other text becomes [`FieldRule::Other`].
    ///
    /// serde passes errors of [`TryFrom`] on as texts. A deserializer whose error type writes them with `{:#}` gets the rule
    /// back.
    pub fn decode(text: &str) -> Self {
        let decoded = text.strip_prefix(ENCODED).and_then(|encoded| serde_json::from_str(encoded).ok());
        decoded.unwrap_or_else(|| text.into())
    }
}

impl fmt::Display for FieldRule {
    /// Writes the English message, or with `{:#}` the form that [`FieldRule::decode`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match f.alternate().then(|| serde_json::to_string(self)) {
            Some(Ok(encoded)) => write!(f, "{ENCODED}{encoded}"),
            Some(Err(_)) | None => self.english(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_in_words_and_in_a_form_to_read_back() {
        for (rule, words) in [
            (FieldRule::Required, "is required"),
            (FieldRule::LengthBetween { min: 1, max: 100 }, "must be 1 to 100 characters"),
            (
                FieldRule::OneOf { allowed: ["off", "flag", "enforce"].into_iter().collect() },
                "must be one of off, flag, enforce",
            ),
            (FieldRule::from("must be odd"), "must be odd"),
        ] {
            assert_eq!(rule.to_string(), words);
            assert_eq!(FieldRule::decode(&format!("{rule:#}")), rule);
        }
        assert_eq!(FieldRule::decode("plain words"), FieldRule::from("plain words"));
    }

    #[test]
    fn a_rule_names_its_message_and_its_arguments() {
        let rule = serde_json::to_value(FieldRule::LengthAtMost { max: 500 }).unwrap();
        assert_eq!(rule, serde_json::json!({"rule": "length_at_most", "max": 500}));
    }

    #[test]
    fn every_message_is_a_predicate_without_a_full_stop() {
        let verbs = ["is ", "must ", "can't ", "contains ", "adds ", "belongs "];
        for (name, text) in FieldRule::TEMPLATES {
            assert!(verbs.iter().any(|verb| text.starts_with(verb)) && !text.ends_with('.'), "{name}: {text}");
        }
    }
}
