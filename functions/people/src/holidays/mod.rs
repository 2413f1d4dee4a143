//! `/holidays`: everyone may read them, and admins may add and delete them. A holiday is never changed.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod subscription;

use app::company::holidays::ONLY_VERSION;
use domain::{
    calendar::WorkDate,
    holiday::{Half, Holiday},
    id::{HolidayId, SiteId},
    text::Name,
};
use serde::Serialize;
use utoipa::ToSchema;

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
    /// The site that has the holiday; `null` if the whole company has it.
    site_id: Option<SiteId>,
    /// The half of the day; `null` for the whole day.
    half_day: Option<Half>,
    /// The version of the holiday: always 1, because holidays aren't changed.
    version: u64,
}

impl From<Holiday> for HolidayAnswer {
    fn from(holiday: Holiday) -> Self {
        let Holiday { id, date, name, site_id, half_day } = holiday;
        Self { id, date, name, site_id, half_day, version: ONLY_VERSION }
    }
}
