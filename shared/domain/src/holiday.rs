//! Public holidays of the whole company or of one site.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    id::{HolidayId, SiteId},
    text::Name,
};

/// A day, or half of a day, on which nobody is expected to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holiday {
    /// The holiday's id.
    pub id: HolidayId,
    /// The date of the holiday.
    pub date: WorkDate,
    /// The holiday's name.
    pub name: Name,
    /// The site that has the holiday; absent for the whole company.
    pub site_id: Option<SiteId>,
    /// The half of the day; absent for the whole day.
    pub half_day: Option<Half>,
}

/// A half of a day, split at the midpoint of the day's scheduled time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Before the midpoint.
    Morning,
    /// After the midpoint.
    Afternoon,
}
