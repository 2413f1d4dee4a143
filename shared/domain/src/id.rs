//! Typed ids that sort by time. Each is a ULID with a type of its own, so that a department's id can't be passed as a person's.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use ulid::Ulid;

use crate::{
    FieldRule, Invalid,
    ports::{Entropy, random_bytes},
    text_form::text_form,
};

/// Returns a ULID made from the time and randomness that the caller passes.
pub fn new_ulid(at: Timestamp, entropy: &dyn Entropy) -> Ulid {
    // No instant before 1970 occurs in a running system. Clamping makes the function total.
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    entropy.ordered(Ulid::from_parts(millis, u128::from_be_bytes(random_bytes(entropy))))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
        #[schema(value_type = String, pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$", example = $example)]
        pub struct $name(Ulid);

        text_form!($name);

        impl $name {
            /// A new id, ordered by `at`.
            pub fn generate(at: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(new_ulid(at, entropy))
            }

            /// The ULID, for keys that contain it.
            pub const fn ulid(self) -> Ulid {
                self.0
            }

            /// The instant at which the id was made, in milliseconds.
            pub fn generated_at(self) -> Timestamp {
                let millis = i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX);
                // An id that a client makes up may name an instant after the last one of the calendar.
                Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
            }
        }

        impl From<Ulid> for $name {
            fn from(ulid: Ulid) -> Self {
                Self(ulid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let ulid = Ulid::from_string(text).map_err(|_| Invalid::new(FieldRule::Id))?;
                // A ULID has several spellings (lower case, `l` for `1`). Only the canonical spelling is accepted as a key.
                if ulid.array_to_str(&mut [0; ulid::ULID_LEN]) == text { Ok(Self(ulid)) } else { Err(Invalid::new(FieldRule::Id)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// A person.
    UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    /// A department.
    DepartmentId = "01JBN2V7Q4W0M3T9K5ZXH8R6DP";
    /// A place of work with a time zone.
    SiteId = "01JBN2V7Q4W0M3T9K5ZXH8R6ST";
    /// A holiday.
    HolidayId = "01JBN2V7Q4W0M3T9K5ZXH8R6HD";
    /// A session: the time between a clock-in and its clock-out.
    SessionId = "01JBN2V7Q4W0M3T9K5ZXH8R6SN";
    /// A break within a session.
    BreakId = "01JBN2V7Q4W0M3T9K5ZXH8R6BK";
    /// A raw punch, which is stored unchanged and never deleted.
    PunchId = "01JBN2V7Q4W0M3T9K5ZXH8R6PN";
    /// The photo of a punch.
    PhotoId = "01JBN2V7Q4W0M3T9K5ZXH8R6PH";
    /// A photo that was uploaded before its punch. The 80 random bits of the id can't be guessed, and only the owner can use the
    /// id.
    UploadId = "01JBN2V7Q4W0M3T9K5ZXH8R6VP";
    /// A shared device at a site.
    KioskId = "01JBN2V7Q4W0M3T9K5ZXH8R6KK";
    /// A service token.
    ServiceTokenId = "01JBN2V7Q4W0M3T9K5ZXH8R6SV";
    /// A webhook: an address of the company's own systems that receives events.
    WebhookId = "01JBN2V7Q4W0M3T9K5ZXH8R6WH";
    /// The position of an item in its inbox, which grows with each item.
    NotificationNumber = "01JBN2V7Q4W0M3T9K5ZXH8R6NN";
    /// An event of the outbox.
    EventId = "01JBN2V7Q4W0M3T9K5ZXH8R6EV";
    /// A long-running job: an import or an export.
    JobId = "01JBN2V7Q4W0M3T9K5ZXH8R6JB";
    /// A set of pay rules.
    PayRulesId = "01JBN2V7Q4W0M3T9K5ZXH8R6PR";
    /// A sign-in and all refresh tokens that were issued for it.
    FamilyId = "01JBN2V7Q4W0M3T9K5ZXH8R6FM";
}

pub use crate::owned_id::{LeaveRequestId, SwapId};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_only_in_its_canonical_spelling() {
        let text = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
        assert_eq!(text.parse::<UserId>().unwrap().to_string(), text);
        assert!(text.to_lowercase().parse::<UserId>().is_err());
        assert!("me".parse::<UserId>().is_err());
    }
}
