//! The subject of an event.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::{DepartmentId, JobId, KioskId, ServiceTokenId, SiteId, UserId, WebhookId},
    scheduled_jobs::Check,
};

/// The subject of an event or audit entry. Its text (`user:<id>`, `settings`) is part of keys and of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A person and all the person's records.
    User(UserId),
    /// The settings.
    Settings,
    /// A department.
    Department(DepartmentId),
    /// A site.
    Site(SiteId),
    /// A kiosk.
    Kiosk(KioskId),
    /// A service token.
    ServiceToken(ServiceTokenId),
    /// A webhook.
    Webhook(WebhookId),
    /// The holidays of the company.
    Holidays,
    /// The types of leave of the company.
    LeaveTypes,
    /// The pay codes, pay rules and cost centers of the company.
    Pay,
    /// A long-running job.
    Job(JobId),
    /// A scheduled job.
    Check(Check),
}

impl utoipa::PartialSchema for Subject {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("What an event is about; events of one subject stay in order."))
            .pattern(Some(
                "^((user|department|site|kiosk|service-token|webhook|job):[0-9A-HJKMNP-TV-Z]{26}|check:[a-z-]+|settings|holidays|leave-types|pay)$",
            ))
            .examples(["user:01JBN2V7Q4W0M3T9K5ZXH8R6CD"])
            .into()
    }
}

impl utoipa::ToSchema for Subject {}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Settings => f.write_str("settings"),
            Self::Department(id) => write!(f, "department:{id}"),
            Self::Site(id) => write!(f, "site:{id}"),
            Self::Kiosk(id) => write!(f, "kiosk:{id}"),
            Self::ServiceToken(id) => write!(f, "service-token:{id}"),
            Self::Webhook(id) => write!(f, "webhook:{id}"),
            Self::Holidays => f.write_str("holidays"),
            Self::LeaveTypes => f.write_str("leave-types"),
            Self::Pay => f.write_str("pay"),
            Self::Job(id) => write!(f, "job:{id}"),
            Self::Check(check) => write!(f, "check:{check}"),
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = crate::Invalid;

    fn from_str(text: &str) -> Result<Self, crate::Invalid> {
        match text.split_once(':') {
            Some(("user", id)) => id.parse().map(Self::User),
            Some(("department", id)) => id.parse().map(Self::Department),
            Some(("site", id)) => id.parse().map(Self::Site),
            Some(("kiosk", id)) => id.parse().map(Self::Kiosk),
            Some(("service-token", id)) => id.parse().map(Self::ServiceToken),
            Some(("webhook", id)) => id.parse().map(Self::Webhook),
            Some(("job", id)) => id.parse().map(Self::Job),
            Some(("check", name)) => name.parse().map(Self::Check),
            None if text == "settings" => Ok(Self::Settings),
            None if text == "holidays" => Ok(Self::Holidays),
            None if text == "leave-types" => Ok(Self::LeaveTypes),
            None if text == "pay" => Ok(Self::Pay),
            Some(_) | None => Err(crate::Invalid::new(crate::FieldRule::Subject)),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = crate::Invalid;

    fn try_from(text: String) -> Result<Self, crate::Invalid> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}
