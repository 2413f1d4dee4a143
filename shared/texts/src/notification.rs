//! Notifications in the language of the reader.

use domain::{
    calendar::{WorkDate, Zone},
    correction::Decision,
    day::{ClockInFlag, Verdict},
    event::{LeaveAdjustmentCause, SwapEnding},
    job::JobStop,
    language::Language,
    leave::LeaveAmount,
    notification::{NotificationContent as Content, NotificationText},
    pay::AccountMark,
    schedule::LeaveTypeCode,
    text::Name,
    webhook::PauseReason,
};
use fluent_bundle::FluentValue;

use crate::resource::{Arguments, Texts, texts};

pub(crate) static NOTIFICATIONS: Texts = texts!("notifications.ftl");

/// A notification as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedNotification {
    /// The event in a few words.
    pub title: String,
    /// The event in a sentence.
    pub body: String,
}

/// Renders the text of a notification. `zone` is the zone of its times. Texts that an earlier release stored are returned
/// unchanged.
pub fn notification(text: &NotificationText, zone: &Zone, language: Language) -> RenderedNotification {
    match text {
        NotificationText::Content { content, more } => {
            let rendered = Renderer { zone, language }.content(content);
            let more = (*more > 0).then(|| Renderer { zone, language }.message("and-more", [("more", (*more).into())]));
            match more {
                Some(more) => RenderedNotification { body: format!("{} {more}", rendered.body), ..rendered },
                None => rendered,
            }
        }
        NotificationText::Written { title, body } => RenderedNotification { title: title.clone(), body: body.clone() },
    }
}

/// Returns an amount of leave as text: `0.5 days`, `14.99 days (14 days 7 h 58 min)`.
pub(crate) fn leave_amount(amount: &LeaveAmount, language: Language) -> String {
    Renderer { zone: &Zone::UTC, language }.amount(amount)
}

/// The language and the zone in which notifications are rendered.
pub(crate) struct Renderer<'a> {
    pub(crate) zone: &'a Zone,
    pub(crate) language: Language,
}

impl Renderer<'_> {
    /// Returns the title and the body of a content.
    #[expect(clippy::too_many_lines, reason = "a message for each content")]
    fn content(&self, content: &Content) -> RenderedNotification {
        match content {
            Content::RegistrationPending { name } => self.say("registration-pending", [("name", text(name))]),
            Content::RegistrationsPending { count, names } => {
                let named = names.iter().map(ToString::to_string);
                self.say("registrations-pending", [("count", (*count).into()), ("names", self.listed(named, *count))])
            }
            Content::PasswordReset { by } => {
                self.say("password-reset", [("by", self.colleague(by.as_ref(), "somebody"))])
            }
            Content::AdminPasswordReset { name, by } => self
                .say("admin-password-reset", [("name", text(name)), ("by", self.colleague(by.as_ref(), "somebody"))]),
            Content::PinReset { by } => self.say("pin-reset", [("by", self.colleague(by.as_ref(), "somebody"))]),
            Content::SecondFactorReset { by } => {
                self.say("second-factor-reset", [("by", self.colleague(by.as_ref(), "somebody"))])
            }
            Content::KioskPinsFailing { kiosk } => self.say("kiosk-pins-failing", [("kiosk", text(kiosk))]),
            Content::TerminalSilent { terminal, last_seen_at } => {
                self.say("terminal-silent", [("terminal", text(terminal)), ("time", self.time(*last_seen_at))])
            }
            Content::TerminalClockWrong { terminal, seconds } => self.say(
                if *seconds < 0 { "terminal-clock-behind" } else { "terminal-clock-ahead" },
                [("terminal", text(terminal)), ("duration", self.duration(seconds.abs()))],
            ),
            Content::HolidaySubscriptionFailed { host, reason } => self
                .say("holiday-subscription-failed", [("host", host.as_str().into()), ("reason", reason.name().into())]),
            Content::WebhookPaused { webhook, reason } => {
                self.say("webhook-paused", [("webhook", text(webhook)), ("reason", pause_key(*reason).into())])
            }
            Content::LateArrival { name, date, seconds } => self.say(
                "late-arrival",
                [("name", text(name)), ("date", self.date(*date)), ("duration", self.duration(*seconds))],
            ),
            Content::NotArrived { name, date } => {
                self.say("not-arrived", [("name", text(name)), ("date", self.date(*date))])
            }
            Content::PeopleNotArrived { count, names } => {
                let named = names.iter().map(ToString::to_string);
                self.say("people-not-arrived", [("count", (*count).into()), ("names", self.listed(named, *count))])
            }
            Content::DaysToReview { days, oldest, count, people } => {
                let named = people.iter().map(|person| {
                    self.message("name-and-days", [("name", text(&person.name)), ("days", person.days.into())])
                });
                let people = self.listed(named, *count);
                self.say("days-to-review", [("days", (*days).into()), ("names", people), ("date", self.date(*oldest))])
            }
            Content::Absent { name, date } => self.say("absent", [("name", text(name)), ("date", self.date(*date))]),
            Content::LeftEarly { name, date, seconds } => self.say(
                "left-early",
                [("name", text(name)), ("date", self.date(*date)), ("duration", self.duration(*seconds))],
            ),
            Content::ClockOutReminder { date, ended_at } => {
                self.say("clock-out-reminder", [("date", self.date(*date)), ("time", self.time(*ended_at))])
            }
            Content::OwnAutoClockOut { date, at } => {
                self.say("own-auto-clock-out", [("date", self.date(*date)), ("time", self.time(*at))])
            }
            Content::AutoClockOut { name, date, at } => {
                self.say("auto-clock-out", [("name", text(name)), ("date", self.date(*date)), ("time", self.time(*at))])
            }
            Content::DayEdited { date } => self.say("day-edited", [("date", self.date(*date))]),
            Content::DayExcused { date } => self.say("day-excused", [("date", self.date(*date))]),
            Content::ClockInFlagged { name, date, reason } => self.say(
                "clock-in-flagged",
                [("name", text(name)), ("date", self.date(*date)), ("reason", flag(*reason).into())],
            ),
            Content::ClockInReviewed { date, verdict } => {
                self.say("clock-in-reviewed", [("date", self.date(*date)), ("verdict", verdict_key(*verdict).into())])
            }
            Content::CorrectionRequested { name, date } => {
                self.say("correction-requested", [("name", text(name)), ("date", self.date(*date))])
            }
            Content::CorrectionDecided { date, decision } => self
                .say("correction-decided", [("date", self.date(*date)), ("decision", decision_key(*decision).into())]),
            Content::PatternChanged { effective_from } => {
                self.say("pattern-changed", [("date", self.date(*effective_from))])
            }
            Content::DayPlanned { date } => self.say("day-planned", [("date", self.date(*date))]),
            Content::DayPlanRemoved { date } => self.say("day-plan-removed", [("date", self.date(*date))]),
            Content::SwapRequested { name, my_date, their_date } => self.say(
                "swap-requested",
                [("name", text(name)), ("mine", self.date(*my_date)), ("theirs", self.date(*their_date))],
            ),
            Content::TakeoverRequested { name, date } => {
                self.say("takeover-requested", [("name", text(name)), ("date", self.date(*date))])
            }
            Content::SwapAccepted { other, needs_approval } => {
                let approval = if *needs_approval { "needed" } else { "none" };
                let other = self.colleague(other.as_ref(), "a-colleague");
                self.say("swap-accepted", [("other", other), ("approval", approval.into())])
            }
            Content::SwapToApprove { name, other } => {
                let other = self.colleague(other.as_ref(), "with-a-colleague");
                self.say("swap-to-approve", [("name", text(name)), ("other", other)])
            }
            Content::SwapMade { partner, date, other_date } => {
                let dates = match other_date {
                    Some(other_date) => {
                        self.fragment("both-dates", [("first", self.date(*date)), ("second", self.date(*other_date))])
                    }
                    None => self.date(*date),
                };
                let partner = self.colleague(partner.as_ref(), "with-a-colleague");
                self.say("swap-made", [("partner", partner), ("dates", dates)])
            }
            Content::SwapEnded { partner, ending } => {
                let partner = self.colleague(partner.as_ref(), "with-a-colleague");
                self.say("swap-ended", [("partner", partner), ("ending", ending_key(*ending).into())])
            }
            Content::LeaveAdjusted { leave_type, year, amount, cause } => self.say(
                "leave-adjusted",
                [
                    ("amount", self.signed(amount)),
                    ("leave", self.leave_type(leave_type)),
                    ("year", (*year).into()),
                    ("cause", cause_key(*cause, amount).into()),
                ],
            ),
            Content::LeaveRequested { name, start_date, end_date } => {
                self.say("leave-requested", [("name", text(name)), ("dates", self.period(*start_date, *end_date))])
            }
            Content::LeaveRequestChanged { name, start_date, end_date } => self
                .say("leave-request-changed", [("name", text(name)), ("dates", self.period(*start_date, *end_date))]),
            Content::LeaveDecided { start_date, end_date, decision } => self.say(
                "leave-decided",
                [("dates", self.period(*start_date, *end_date)), ("decision", decision_key(*decision).into())],
            ),
            Content::TimesheetSubmitted { name, start_date, end_date } => {
                self.say("timesheet-submitted", [("name", text(name)), ("dates", self.period(*start_date, *end_date))])
            }
            Content::TimesheetDecided { start_date, end_date, decision } => self.say(
                "timesheet-decided",
                [("dates", self.period(*start_date, *end_date)), ("decision", decision_key(*decision).into())],
            ),
            Content::OwnTimesheetVoided { start_date, end_date } => {
                self.say("own-timesheet-voided", [("dates", self.period(*start_date, *end_date))])
            }
            Content::TimesheetVoided { name, start_date, end_date } => {
                self.say("timesheet-voided", [("name", text(name)), ("dates", self.period(*start_date, *end_date))])
            }
            Content::PayPeriodEnds { start_date, end_date } => self.say(
                "pay-period-ends",
                [("date", self.date(*end_date)), ("dates", self.period(*start_date, *end_date))],
            ),
            Content::TimesheetDue { start_date, end_date } => {
                self.say("timesheet-due", [("dates", self.period(*start_date, *end_date))])
            }
            Content::TimesheetsToApprove { count, names } => {
                let named = names.iter().map(ToString::to_string);
                self.say("timesheets-to-approve", [("count", (*count).into()), ("names", self.listed(named, *count))])
            }
            Content::PayApprovalNeeded { name, date } => {
                self.say("pay-approval-needed", [("name", text(name)), ("date", self.date(*date))])
            }
            Content::PayApprovalDecided { date, decision } => self.say(
                "pay-approval-decided",
                [("date", self.date(*date)), ("decision", decision_key(*decision).into())],
            ),
            Content::LeaveApproved { name, start_date, end_date } => {
                self.say("leave-approved", [("name", text(name)), ("dates", self.period(*start_date, *end_date))])
            }
            Content::OwnLeaveCancelled { start_date, end_date } => {
                self.say("own-leave-cancelled", [("dates", self.period(*start_date, *end_date))])
            }
            Content::LeaveCancelled { name, start_date, end_date } => {
                self.say("leave-cancelled", [("name", text(name)), ("dates", self.period(*start_date, *end_date))])
            }
            Content::LateDeducted { date, amount } => {
                self.say("late-deducted", [("date", self.date(*date)), ("amount", self.amount(amount).into())])
            }
            Content::LeaveExpiring { leave_type, year, amount, take_by } => self.say(
                "leave-expiring",
                [
                    ("amount", self.amount(amount).into()),
                    ("leave", self.leave_type(leave_type)),
                    ("year", (*year).into()),
                    ("date", self.date(*take_by)),
                ],
            ),
            Content::OwnTimeAccountMarkPassed { mark, seconds } => self.say(
                match mark {
                    AccountMark::Above => "own-time-account-above",
                    AccountMark::Below => "own-time-account-below",
                },
                [("duration", self.duration(seconds.abs()))],
            ),
            Content::TimeAccountMarkPassed { name, mark, seconds } => self.say(
                match mark {
                    AccountMark::Above => "time-account-above",
                    AccountMark::Below => "time-account-below",
                },
                [("name", text(name)), ("duration", self.duration(seconds.abs()))],
            ),
            Content::OwnLeaveBalanceLow { leave_type, year, amount } => self.say(
                "own-leave-balance-low",
                [
                    ("amount", self.amount(amount).into()),
                    ("leave", self.leave_type(leave_type)),
                    ("year", (*year).into()),
                ],
            ),
            Content::LeaveBalanceLow { name, leave_type, year, amount } => self.say(
                "leave-balance-low",
                [
                    ("name", text(name)),
                    ("amount", self.amount(amount).into()),
                    ("leave", self.leave_type(leave_type)),
                    ("year", (*year).into()),
                ],
            ),
            Content::ExportReady { report } => self.say("export-ready", [("report", self.report(report))]),
            Content::ExportFailed { report, error } => {
                let error = self.stop(error);
                let (known, report) = match report {
                    Some(report) => ("yes", self.report(report)),
                    None => ("no", "".into()),
                };
                self.say("export-failed", [("known", known.into()), ("report", report), ("error", error)])
            }
            Content::ImportFinished { import, total, failed, error } => {
                let state = match (error, failed) {
                    (Some(_), _) => "stopped",
                    (None, 0) => "complete",
                    (None, _) => "incomplete",
                };
                self.say(
                    "import-finished",
                    [
                        ("state", state.into()),
                        ("what", self.fragment("import-kind", [("import", import.name().into())])),
                        ("total", (*total).into()),
                        ("failed", (*failed).into()),
                        ("error", self.stop(error.as_deref().unwrap_or_default())),
                    ],
                )
            }
        }
    }

    /// Returns the title and the body of a message.
    fn say<'a, const N: usize>(&self, id: &str, values: [(&'a str, FluentValue<'a>); N]) -> RenderedNotification {
        let arguments: Arguments<'_> = values.into_iter().collect();
        let part = |name| NOTIFICATIONS.attribute(self.language, id, name, &arguments).unwrap_or_default();
        RenderedNotification { title: part("title"), body: part("body") }
    }

    /// Returns a message that other messages contain.
    fn message<'a, const N: usize>(&self, id: &str, values: [(&'a str, FluentValue<'a>); N]) -> String {
        let arguments: Arguments<'_> = values.into_iter().collect();
        NOTIFICATIONS.message(self.language, id, &arguments).unwrap_or_default()
    }

    /// Returns such a message as the argument of another message.
    fn fragment<'a, const N: usize>(&self, id: &str, values: [(&'a str, FluentValue<'a>); N]) -> FluentValue<'static> {
        self.message(id, values).into()
    }

    /// Returns the reason for which a job stopped. A text that is no [`JobStop`] stays in English.
    fn stop(&self, error: &str) -> FluentValue<'static> {
        let reason = JobStop::of_text(error).map_or("other", JobStop::name);
        self.fragment("job-stopped", [("reason", reason.into()), ("text", error.into())])
    }

    /// Returns a date, such as `Mon 2 Nov 2026`.
    pub(crate) fn date(&self, date: WorkDate) -> FluentValue<'static> {
        let date = date.date();
        self.fragment(
            "date",
            [
                ("weekday", date.weekday().to_monday_one_offset().into()),
                ("day", date.day().into()),
                ("month", date.month().into()),
                ("year", date.year().into()),
            ],
        )
    }

    /// Returns a period: `on …` or `from … to …`.
    fn period(&self, first: WorkDate, last: WorkDate) -> FluentValue<'static> {
        if first == last {
            self.fragment("on-date", [("date", self.date(first))])
        } else {
            self.fragment("from-to", [("first", self.date(first)), ("last", self.date(last))])
        }
    }

    /// Returns a time, such as `09:20`, which all languages write alike.
    pub(crate) fn time(&self, at: jiff::Timestamp) -> FluentValue<'static> {
        self.zone.at(at).strftime("%H:%M").to_string().into()
    }

    /// Returns a duration, such as `1 h 5 min`, `20 min` or `40 s`.
    fn duration(&self, seconds: i64) -> FluentValue<'static> {
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        if (hours, minutes) == (0, 0) {
            return self.fragment("seconds", [("seconds", seconds.into())]);
        }
        self.hours_and_minutes(hours, minutes).join(" ").into()
    }

    fn hours_and_minutes(&self, hours: i64, minutes: i64) -> Vec<String> {
        let hours = (hours > 0).then(|| self.message("hours", [("hours", hours.into())]));
        let minutes = (minutes > 0).then(|| self.message("minutes", [("minutes", minutes.into())]));
        hours.into_iter().chain(minutes).collect()
    }

    /// Returns an amount of leave, such as `0.5 days` or `14.99 days (14 days 7 h 58 min)`.
    fn amount(&self, amount: &LeaveAmount) -> String {
        let days = |days: f64| self.message("days", [("days", days.into())]);
        let shown = days(amount.days.into());
        let Some(parts) = amount.exactly else { return shown };
        #[expect(clippy::cast_precision_loss, reason = "days of leave are far below 2^52")]
        let whole = (parts.days > 0).then(|| days(parts.days as f64));
        let exactly: Vec<String> =
            whole.into_iter().chain(self.hours_and_minutes(parts.hours, parts.minutes)).collect();
        let sign = if f64::from(amount.days) < 0.0 { "-" } else { "" };
        let exactly = format!("{sign}{}", exactly.join(" "));
        self.message("days-exactly", [("days", shown.into()), ("exactly", exactly.into())])
    }

    /// Returns an amount with its sign: added, or with a minus deducted.
    fn signed(&self, amount: &LeaveAmount) -> FluentValue<'static> {
        let sign = if f64::from(amount.days) > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.amount(amount)).into()
    }

    /// Returns the name of a leave type, such as `annual leave`.
    fn leave_type(&self, code: &LeaveTypeCode) -> FluentValue<'static> {
        let name = code.as_str().replace('_', " ");
        self.fragment("leave-type", [("type", code.as_str().into()), ("name", name.into())])
    }

    /// Returns the name of a report, such as `monthly work`.
    fn report(&self, report: &str) -> FluentValue<'static> {
        self.fragment("report", [("report", report.into())])
    }

    /// Returns a person's name, or the message `unknown` if the name isn't known.
    fn colleague(&self, name: Option<&Name>, unknown: &str) -> FluentValue<'static> {
        name.map_or_else(|| self.fragment(unknown, []), text)
    }

    /// Returns the first few of `count` names.
    fn listed(&self, names: impl ExactSizeIterator<Item = String>, count: usize) -> FluentValue<'static> {
        let more = count.saturating_sub(names.len());
        let names = names.collect::<Vec<_>>().join(", ");
        if more == 0 {
            names.into()
        } else {
            self.fragment("names-and-more", [("names", names.into()), ("more", more.into())])
        }
    }
}

fn text(name: &Name) -> FluentValue<'static> {
    name.to_string().into()
}

const fn pause_key(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::Failing => "failing",
        PauseReason::Gone => "gone",
    }
}

const fn flag(reason: ClockInFlag) -> &'static str {
    match reason {
        ClockInFlag::OutsideWindow => "outside-window",
        ClockInFlag::OnLeave => "on-leave",
        ClockInFlag::Unknown => "unknown",
    }
}

const fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Acknowledged => "acknowledged",
        Verdict::Rejected => "rejected",
    }
}

const fn decision_key(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "approved",
        Decision::Rejected => "rejected",
    }
}

const fn ending_key(ending: SwapEnding) -> &'static str {
    match ending {
        SwapEnding::Declined => "declined",
        SwapEnding::Rejected => "rejected",
        SwapEnding::Withdrawn => "withdrawn",
        SwapEnding::Expired => "expired",
    }
}

/// Returns the message for the cause of an adjustment. Leave that interrupts other leave gives days back; its cancellation
/// takes them again.
fn cause_key(cause: LeaveAdjustmentCause, amount: &LeaveAmount) -> &'static str {
    match cause {
        LeaveAdjustmentCause::Manager => "manager",
        LeaveAdjustmentCause::HiringDate => "hiring-date",
        LeaveAdjustmentCause::Recount => "recount",
        LeaveAdjustmentCause::LateDeductionReversed => "late-deduction-reversed",
        LeaveAdjustmentCause::Interruption if f64::from(amount.days) > 0.0 => "interrupted",
        LeaveAdjustmentCause::Interruption => "no-longer-interrupted",
    }
}
