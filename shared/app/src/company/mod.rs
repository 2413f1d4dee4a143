//! The company: its settings, branding, departments, sites, holidays, kiosks and service tokens, which admins change.

pub mod branding;
pub mod chats;
pub mod departments;
pub mod holiday_subscription;
pub mod holidays;
pub mod kiosks;
pub mod service_tokens;
pub mod settings;
pub mod sites;
pub mod webhooks;

/// The reason why a change of the company is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanyRefusal {
    /// People belong to the department.
    DepartmentInUse,
    /// People or shifts belong to the site.
    SiteInUse,
    /// The company has the maximum number of sites.
    TooManySites,
    /// The date already has the holiday.
    HolidayExists,
    /// The year has the maximum number of holidays.
    TooManyHolidays,
    /// The length of a leave day is fixed, because the leave ledger has entries.
    LedgerStarted,
    /// The pay periods are fixed, because one of them is closed.
    PayPeriodInUse,
}
