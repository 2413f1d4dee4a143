//! Facts about the company: settings, departments, sites, holidays, types of leave, service tokens and webhooks.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    holiday_subscription::CalendarFailure,
    id::{EventId, HolidayId, SiteId},
    schedule::LeaveTypeCode,
    text::Name,
    webhook::PauseReason,
};

/// Facts about the company: settings, departments, sites, holidays, types of leave, service tokens and webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CompanyFact {
    /// The company was set up with its first admin.
    CompanySetUp,
    /// The settings changed. `fields` names the changed settings.
    SettingsChanged {
        /// The changed settings.
        fields: Vec<String>,
    },
    /// A department was created.
    DepartmentCreated,
    /// A department changed.
    DepartmentChanged,
    /// A department was removed.
    DepartmentDeleted,
    /// A site was created.
    SiteCreated,
    /// A site changed.
    SiteChanged,
    /// A site was removed.
    SiteDeleted,
    /// A service token was created.
    ServiceTokenCreated,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A webhook was created.
    WebhookCreated,
    /// A webhook changed. `fields` names the changed fields.
    WebhookChanged {
        /// The changed fields, by their names in the API.
        fields: Vec<String>,
    },
    /// A webhook received a new secret. The earlier secret is valid for some time.
    WebhookSecretRotated,
    /// A webhook was paused because its receiver keeps failing. All admins are notified.
    WebhookPaused {
        /// The description of the webhook.
        description: Name,
        /// The reason.
        reason: PauseReason,
    },
    /// A webhook was deleted.
    WebhookDeleted,
    /// An admin asked for a test. Only the webhook itself receives the event.
    WebhookTest,
    /// An admin asked for a delivery to be sent again.
    WebhookDeliveryReplayed {
        /// The delivery, which has the id of its event.
        delivery_id: EventId,
    },
    /// A holiday was added.
    HolidayAdded {
        /// The id of the holiday.
        id: HolidayId,
        /// The date of the holiday.
        date: WorkDate,
        /// The site of the holiday; absent where the holiday applies to all sites.
        site_id: Option<SiteId>,
    },
    /// A holiday was removed.
    HolidayRemoved {
        /// The id of the holiday.
        id: HolidayId,
        /// The date of the holiday.
        date: WorkDate,
        /// The site of the holiday; absent where the holiday applied to all sites.
        site_id: Option<SiteId>,
    },
    /// The calendar of holidays that the company subscribes to is to be read. `jobs` reads it.
    HolidaySubscriptionDue,
    /// The calendar of holidays that the company subscribes to couldn't be used. All admins are notified.
    HolidaySubscriptionFailed {
        /// The host of the calendar.
        host: String,
        /// The reason.
        reason: CalendarFailure,
    },
    /// A type of leave was created or changed.
    LeaveTypeChanged {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
    },
}
