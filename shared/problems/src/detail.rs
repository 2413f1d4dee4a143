//! The details of problems: a closed list of texts that describe the occurrence and what to do.

use domain::leave::LeaveAmount;

domain::messages! {
    /// The part of a problem that its title doesn't contain. A detail consists of whole sentences for the person who reads it.
    /// A problem whose title is sufficient has no detail.
    ///
    /// Serialized as `{"detail": "leave_on", "date": "2026-11-02"}`: the name and the arguments of a translated message.
    pub enum Detail tagged "detail" {
        // The request
        SendObject "Send a JSON object as the body.";
        SendJson "Send the body as application/json.";
        SendCalendar "Send an iCalendar file (text/calendar), or a country and years (application/json).";
        SendSheet "Send a CSV file (text/csv) or an Excel workbook (.xlsx).";
        InvalidJson { line: u64, column: u64 } "The body isn't valid JSON: see line {line}, column {column}.";
        BodyEndedEarly "The body ended before its announced length. Send the request again.";
        BodyAtMost { bytes: u64 } "The body must be at most {bytes} bytes.";
        VersionIs { version: u64 } "The current version is {version}. Read the resource again before you change it.";
        BusyWithOthers "Other requests are changing the same resource. Try again.";
        StartListAgain "Start again at the first page of the list.";

        // Signing in
        SendAccessToken "Sign in and send the access token in the Authorization header.";
        RefreshAccessToken "Get a new access token with the refresh token, or sign in again.";
        RoleChanged "Your role has changed. Refresh the access token.";
        UsernameOrPassword "The username or the password is wrong.";
        UsernameOrPin "The username or the PIN is wrong.";
        UnknownBadge "Nobody has this badge. Ask a manager to assign it.";
        DeviceToken "The kiosk's device token is missing, wrong or revoked. Set up the kiosk again.";
        ConfirmPassword "Sign in again, or confirm your password with POST /auth/confirm. Then repeat the request.";
        KioskShowsNoNames "This kiosk doesn't list names. An administrator can turn on the setting kiosk.show_names.";
        DeviceTokenExpired "The kiosk's device token has expired. Set up the kiosk again.";
        KioskWait { seconds: u64 } "Enter the next PIN in {seconds} seconds. Badges work at once.";
        SetNewPassword "Set a new password with PUT /auth/password, then refresh the access token.";
        AskForNewPassword "Ask a manager or an administrator to reset your password again.";
        AskForNewLink "Ask for a new link.";
        SetUpEmail "An operator sets up e-mail with the parameter MailFrom of the deployment.";
        SendCode "Send the code of your authenticator app, or a recovery code.";
        EnrolSecondFactor "Your role needs a second factor. Set one up with POST /auth/mfa, then refresh the access token.";
        SessionRevoked "All tokens of this session have been revoked. Sign in again.";
        TryAgainLater { minutes: u64 } "Sign-in is blocked for {minutes} more minutes.";
        ManagerActivates "A manager must activate it before you can sign in.";
        AskAdmin "Contact an administrator of your company.";

        ServiceToken "The service token is wrong, has expired or was revoked. Create a new one.";
        RequestsPerMinute { max: u64 } "At most {max} requests are taken in a minute.";

        // Permissions
        NotForServiceTokens "Service tokens can't do this. Sign in as a person.";
        NeedsScope { scope: String } "Create a service token with the scope {scope}.";
        AdminOnly "Only administrators can do this.";
        ManagerOnly "Only managers and administrators can do this.";
        OtherDepartment "The person or department isn't one that you manage.";
        AdminsManageManagers "Only administrators can change managers and administrators.";
        OnlyOwnCorrection "You can only request corrections of your own days.";
        OnlyOwnRequest "You can only change or withdraw your own requests.";
        OnlyAskedAnswers "Only the person who was asked can answer the swap.";

        // Badges
        RevokeOtherBadge "Revoke the badge of the other person first, or use another badge.";

        // Photos
        PhotoFormat "The photo must be a JPEG, PNG or WebP image.";
        PhotoOtherType { declared: String, found: String } "The photo was announced as {declared} but is {found}.";
        PhotoTruncated "The photo is incomplete. Upload it again.";
        PhotoPixels { width: u32, height: u32 } "The photo has too many pixels: {width} × {height}.";
        PhotoAnimated "The photo must not be an animation.";
        PhotoDamaged "The photo is damaged. Take it again.";
        PhotoBase64 "The photo isn't valid base64.";
        PhotoAtMost { mebibytes: u64 } "The photo must be at most {mebibytes} MiB.";
        PhotosOff "The company's settings don't allow photos.";
        UploadUnusable "The upload doesn't exist, has expired or has already been used. Upload the photo again.";
        NothingUploaded "The photo hasn't been uploaded yet. Upload it before you send the punch.";

        // Clocking in
        ClockInWithin { metres: u32 } "Clock in within {metres} m of the place of work.";
        WindowOpens { windows: String } "Clock-in is open at these times: {windows}.";
        SendLocation "Allow the device to send its location.";
        ScanCodeAgain "The code has expired or belongs to a removed kiosk. Scan the code on the kiosk again.";
        WaitForNextCode "You have already used this code. Wait until the kiosk shows the next one.";

        // Days and corrections
        UseCorrection "Change a day that is over by a correction.";
        DayVersions { now: u64, then: u64 } "The day now has version {now}. The correction was requested for version {then}.";
        CorrectionImpossible { rules: String } "The correction can't be applied any more: {rules}.";
        NoGuessedEnd "No session of the day has a guessed end.";
        PersonHasLeft "The person has left, so the request was withdrawn.";
        WasApproved "It was approved.";
        WasRejected "It was rejected.";
        WasDeclined "It was declined.";
        WasWithdrawn "It was withdrawn.";
        WasCancelled "It was withdrawn or cancelled.";
        WasMade "The swap has been made.";
        HasBegun "The first of its dates has begun.";
        WaitsForManager "It was accepted and is waiting for a manager.";

        // Leave
        LeaveStartsFrom { date: String } "Leave of this type can start on {date} at the earliest.";
        OtherLeaveOn { date: String } "There is already other leave on {date}.";
        WorkedOn { date: String } "There is already recorded work on {date}.";
        NotExpectedThen "The person isn't scheduled to work on any of these dates.";
        BalanceTooLow { from: String, to: String, available: LeaveAmount, asked: LeaveAmount }
            "The leave year from {from} to {to} has {available} left. The request needs {asked}.";
        LeaveLastDay "The last day of the leave has begun, so there is no later day to give back. A manager can cancel it in full once it is over.";
        TimeAccountLeft { available: String, asked: String }
            "The time account has {available} hours left above its limit. This needs {asked} hours.";

        // Timesheets and pay periods
        PeriodIsClosed { from: String, to: String }
            "The pay period from {from} to {to} is closed. Managers can change the day with after_close; the next period pays the difference.";
        PeriodIsClosing { from: String, to: String }
            "The pay period from {from} to {to} is being closed. Try again when it is closed.";
        PeriodBlockedBy { people: String, more: u64 } "These timesheets aren't approved: {people}. Others: {more}.";
        TimesheetBlockedBy { reasons: String } "These items must be settled first: {reasons}.";
        SetPayPeriod "Set pay_period in the settings first.";
        ReopenLaterFirst { from: String, to: String } "Reopen the pay period from {from} to {to} first.";
        ReviewFigures "Read the timesheet again before you sign it.";
        ReopenPeriods "Reopen the closed periods first.";

        // Rosters and swaps
        NotPlanned "The date isn't planned differently from the pattern.";
        SwapBegun { date: String } "The shift on {date} has already begun.";
        SwapTooFarAhead { date: String, days: u32 } "{date} is more than {days} days ahead.";
        SwapNoShift { date: String } "There is no shift on {date}.";
        SwapNotEmployed { date: String } "One of the two people isn't scheduled to work on {date}, because they aren't employed then.";
        SwapOnLeave { date: String } "One of the two people is on leave on {date}.";
        SwapDayWorked { date: String } "One of the two people has already clocked in for {date}.";
        SwapOverlap { shifts: String } "These shifts would overlap: {shifts}.";
        SwapRest { minutes: i64, earlier: String, later: String, required: i64 }
            "There would be {minutes} minutes of rest between {earlier} and {later}. At least {required} minutes are required.";

        // Reports
        SheetPeople { max: u64 } "A sheet has at most {max} people. Choose a department.";
        AnswerBytes { max: u64 } "An answer has at most {max} bytes. Order an export instead.";
        ReportParts { parts: u64, max: u64 } "The report covers {parts} dates and departments, but at most {max} are added up at once. Choose a department or fewer dates, or order an export.";
        ReportRows { max: u64 } "An answer has at most {max} rows. Choose a department or fewer dates, or order an export.";
        ReportFigures { max: u64 } "At most {max} days or months are added up at once. Choose a department or fewer dates, or order an export.";
        WorkbookRows { max: u64 } "A workbook has at most {max} rows. Choose CSV instead.";
    }
}

impl std::fmt::Display for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.english(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Detail;

    #[test]
    fn every_detail_is_a_sentence() {
        for (name, text) in Detail::TEMPLATES {
            assert!(text.ends_with('.'), "{name}: {text}");
        }
    }
}
