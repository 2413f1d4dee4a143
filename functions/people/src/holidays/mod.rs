//! `/holidays`: read by everyone, written by admins. A holiday is added and removed, never changed.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;

use domain::{
    calendar::WorkDate,
    holiday::{Half, Holiday},
    id::{HolidayId, SiteId},
    text::Name,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The version of every holiday: there is no second one.
const ONLY_VERSION: u64 = 1;

/// A holiday.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holiday)]
pub(crate) struct HolidayAnswer {
    /// The id of the holiday.
    id: HolidayId,
    /// The date of the holiday.
    date: WorkDate,
    /// The name of the holiday.
    #[schema(value_type = String)]
    name: Name,
    /// The site that has the holiday; the whole company by default.
    site_id: Option<SiteId>,
    /// The half of the day; the whole day by default.
    half_day: Option<Half>,
    /// Always 1: a holiday isn't changed.
    version: u64,
}

impl From<Holiday> for HolidayAnswer {
    fn from(holiday: Holiday) -> Self {
        let Holiday { id, date, name, site_id, half_day } = holiday;
        Self { id, date, name, site_id, half_day, version: ONLY_VERSION }
    }
}
