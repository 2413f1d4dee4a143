//! The device tokens of kiosks, as requests present them.

use std::ops::Deref;

use ::app::{Refusal, kiosk::KioskRefusal};
use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::{Problem, caller::bearer};

/// A kiosk's token, as the device sends it. Only the stored kiosk shows whether the token is valid:
/// [`DeviceToken::open`](::app::kiosk::DeviceToken::open).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceToken(pub ::app::kiosk::DeviceToken);

impl Deref for DeviceToken {
    type Target = ::app::kiosk::DeviceToken;

    fn deref(&self) -> &::app::kiosk::DeviceToken {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for DeviceToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let token = bearer(parts).and_then(::app::kiosk::DeviceToken::parse);
        token.map(Self).ok_or_else(|| Refusal::from(KioskRefusal::TokenInvalid).into())
    }
}
