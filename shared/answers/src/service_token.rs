//! Service tokens, as the API and the audit show them.

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    id::{DepartmentId, ServiceTokenId, UserId},
    service_token::{Scope, ServiceToken},
    text::Name,
};
use serde::Serialize;
use store::service_tokens::ServiceTokenRecord;
use utoipa::ToSchema;

use crate::instant::Instant;

/// A service token as the API and the audit show it. The token itself is never shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceToken)]
pub struct ServiceTokenAnswer {
    /// The id of the service token.
    id: ServiceTokenId,
    /// The name of the system that uses the token.
    #[schema(value_type = String)]
    name: Name,
    /// The scopes of the token.
    scopes: BTreeSet<Scope>,
    /// The departments whose people the token gives access to; null for all people.
    #[schema(required = true)]
    department_ids: Option<BTreeSet<DepartmentId>>,
    /// The instant at which the token expires.
    expires_at: Instant,
    /// The instant at which the token was created.
    created_at: Instant,
    /// The administrator who created the token.
    created_by: UserId,
    /// An instant within an hour of the last request with the token; null if there was none.
    #[schema(required = true)]
    last_used_at: Option<Instant>,
}

impl ServiceTokenAnswer {
    /// Returns the service token, with instants in the reader's time zone.
    pub fn new(record: &ServiceTokenRecord, zone: &Zone) -> Self {
        let ServiceToken { id, name, scopes, department_ids, expires_at, created_at, created_by } =
            record.token.clone();
        let instant = |at| Instant::new(at, zone);
        Self {
            id,
            name,
            scopes,
            department_ids,
            expires_at: instant(expires_at),
            created_at: instant(created_at),
            created_by,
            last_used_at: record.last_used_at.map(instant),
        }
    }
}
