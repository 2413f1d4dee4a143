//! The names of lists in their cursors.

macro_rules! lists {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// A list, or a batch operation, that continues at cursors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ListName {
            $($(#[$doc])* $variant,)*
        }

        impl ListName {
            /// All lists, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the name that the cursors of the list are sealed with. The names never change, so that clients can
            /// continue a list with a cursor of an older release. If the positions or the filters of a list change their form, the
            /// list gets a new name (`v2:`), and its older cursors are refused.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

lists! {
    /// What waits for the caller's decision.
    Approvals "v1:approvals";
    /// The audit of an item or a person.
    Audit "v1:audit";
    /// The badges of people.
    Badges "v1:badges";
    /// The leave balances of a person.
    Balances "v1:balances";
    /// The board of a date.
    Board "v1:board";
    /// The breaks of a person.
    Breaks "v1:breaks";
    /// The corrections of a person, or of the people of a manager.
    Corrections "v1:corrections";
    /// The cost centers.
    CostCenters "v1:cost-centers";
    /// The days of a person.
    Days "v1:days";
    /// The history of a day.
    DayHistory "v1:day-history";
    /// The departments.
    Departments "v1:departments";
    /// The directory of colleagues.
    Directory "v1:directory";
    /// The holidays of a year.
    Holidays "v1:holidays";
    /// The people of a kiosk's site.
    KioskPeople "v1:kiosk-people";
    /// The kiosks.
    Kiosks "v1:kiosks";
    /// The people who are away.
    LeaveCalendar "v1:leave-calendar";
    /// The ledger of a leave balance.
    LeaveLedger "v1:leave-ledger";
    /// The leave requests of a person, or of the people of a manager.
    LeaveRequests "v1:leave-requests";
    /// The leave types.
    LeaveTypes "v1:leave-types";
    /// The caller's notifications.
    Notifications "v1:notifications";
    /// The pay codes.
    PayCodes "v1:pay-codes";
    /// The pay periods of a year.
    PayPeriods "v1:pay-periods";
    /// The pay profiles of people.
    PayProfiles "v1:pay-profiles";
    /// The pay rules.
    PayRules "v1:pay-rules";
    /// The lines of a pay run.
    PayRunLines "v1:pay-run-lines";
    /// The pay runs.
    PayRuns "v1:pay-runs";
    /// The templates of payroll files.
    PayTemplates "v1:pay-templates";
    /// The days that wait for a review.
    Reviews "v1:reviews";
    /// The roster of a range of dates.
    Roster "v1:roster";
    /// The service tokens.
    ServiceTokens "v1:service-tokens";
    /// The shifts of a person.
    Shifts "v1:shifts";
    /// The sites.
    Sites "v1:sites";
    /// The swaps of a person, or of the people of a manager.
    Swaps "v1:swaps";
    /// The terminals.
    Terminals "v1:terminals";
    /// The numbers in terminals that nobody has.
    TerminalNumbers "v1:terminal-numbers";
    /// The ledger of a time account.
    TimeAccountLedger "v1:time-account-ledger";
    /// The timesheets of a pay period.
    Timesheets "v1:timesheets";
    /// The approval of many timesheets of a pay period.
    TimesheetApprovals "v1:timesheet-approvals";
    /// The repair of the totals of a month.
    TotalsRebuild "v1:totals-rebuild";
    /// The people.
    Users "v1:users";
    /// The deliveries of a webhook.
    WebhookDeliveries "v1:webhook-deliveries";
    /// The webhooks.
    Webhooks "v1:webhooks";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names of the first release that has names. A name is added here, and never changed: a changed name refuses the
    /// cursors of clients.
    const NAMES: &str = "approvals audit badges balances board breaks corrections cost-centers days day-history departments \
        directory holidays kiosk-people kiosks leave-calendar leave-ledger leave-requests leave-types notifications pay-codes \
        pay-periods pay-profiles pay-rules pay-run-lines pay-runs pay-templates reviews roster service-tokens shifts sites \
        swaps terminals terminal-numbers time-account-ledger timesheets timesheet-approvals totals-rebuild users webhook-deliveries webhooks";

    #[test]
    fn the_names_of_lists_in_cursors_stay_the_same() {
        let names: Vec<&str> = ListName::ALL.iter().map(|list| list.as_str()).collect();
        let expected: Vec<String> = NAMES.split_whitespace().map(|name| format!("v1:{name}")).collect();
        assert_eq!(names, expected);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a name stands twice");
    }
}
