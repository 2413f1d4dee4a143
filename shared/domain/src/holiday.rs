//! Public holidays, of the whole company or of one site.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    id::{HolidayId, SiteId},
    text::Name,
};

/// A day on which nobody is expected, or only for half of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holiday {
    /// Which.
    pub id: HolidayId,
    /// When.
    pub date: WorkDate,
    /// The name.
    pub name: Name,
    /// The site that has the holiday; the whole company by default.
    pub site_id: Option<SiteId>,
    /// The half of the day; the whole day by default.
    pub half_day: Option<Half>,
}

/// A half of a day, split at the midpoint of the day's scheduled time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Before the midpoint.
    Morning,
    /// After the midpoint.
    Afternoon,
}
