//! The items that a change of schedules depends on.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    calendar::WorkDate,
    day::{Day, Month, Presence},
    holiday::Holiday,
    id::UserId,
    lateness::LateMonth,
    ports::Entropy,
    schedule::{Schedule, ScheduleYear},
    user::User,
};
use jiff::Timestamp;

use crate::{
    idempotency::Earlier, leave_recount::OpenRequests, settings::VersionedSettings, sites::VersionedSiteBook,
    users::Deciders,
};

/// The items that were read.
#[derive(Debug)]
pub struct ScheduleSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The schedules of the people who exist.
    pub people: BTreeMap<UserId, PersonSchedule>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// Zones of all sites.
    pub sites: VersionedSiteBook,
    /// The holidays of the years that the change can affect.
    pub holidays: Vec<Holiday>,
    /// The number of other people who could decide.
    pub deciders: Deciders,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
    /// The instant of the read.
    pub(super) now: Timestamp,
    /// The source of randomness for ids of events of people other than the change's subject.
    pub(super) entropy: Arc<dyn Entropy>,
}

/// A person's schedule, with the items that change with it.
#[derive(Debug)]
pub struct PersonSchedule {
    /// The person.
    pub person: User,
    /// The person's patterns.
    pub schedule: Schedule,
    /// The overrides of the years that the change can affect.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The person's stored days that aren't over, and those of the requested dates.
    pub days: BTreeMap<WorkDate, Day>,
    /// The person's presence.
    pub(super) presence: Presence,
    /// The cost of lateness in the months of those days.
    pub(super) late_months: BTreeMap<Month, LateMonth>,
    /// The person's pending and future leave, with the book that it is booked in.
    pub(super) leave: OpenRequests,
}
