//! Ids of things that belong to one person. Each id contains the owner's id, so that the thing can be found by its id alone.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use ulid::Ulid;

use crate::{
    FieldRule, Invalid,
    id::{UserId, new_ulid},
    ports::Entropy,
    text_form::text_form,
};

macro_rules! owned_ids {
    ($($(#[doc = $doc:literal])* $name:ident = $example:literal;)*) => {$(
        $(#[doc = $doc])*
        ///
        /// The id contains the owner's id, so that the thing can be found by the id alone. The time comes first, so that ids sort
        /// by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            number: Ulid,
            owner: UserId,
        }

        text_form!($name);

        impl $name {
            /// A new id of a thing of that owner, ordered by `at`.
            pub fn generate(owner: UserId, at: Timestamp, entropy: &dyn Entropy) -> Self {
                Self { number: new_ulid(at, entropy), owner }
            }

            /// The id of the owner's thing with that number.
            pub const fn of(owner: UserId, number: Ulid) -> Self {
                Self { number, owner }
            }

            /// The person to whom the thing belongs.
            pub const fn owner(self) -> UserId {
                self.owner
            }

            /// The part of the id that differs between things of the same owner.
            pub const fn number(self) -> Ulid {
                self.number
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", self.number, self.owner)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let invalid = || Invalid::new(FieldRule::Id);
                let (number, owner) = text.split_at_checked(ulid::ULID_LEN).ok_or_else(invalid)?;
                // A ULID is parsed like a user's id, so that only its canonical spelling is accepted.
                let number: UserId = number.parse()?;
                Ok(Self { number: number.ulid(), owner: owner.parse()? })
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

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!($($doc),*).trim()))
                    .pattern(Some("^([0-7][0-9A-HJKMNP-TV-Z]{25}){2}$"))
                    .examples([$example])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

owned_ids! {
    /// A correction that a person requests.
    CorrectionId = "01JBPB7N3C5V7X9Z1B3D5F7HCR01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    /// A person's leave request.
    LeaveRequestId = "01JBPB7N3C5V7X9Z1B3D5F7HRV01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    /// An item of a person's inbox.
    NotificationId = "01JBPB7N3C5V7X9Z1B3D5F7HNT01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    /// A swap of shifts; its owner is the person who requests it.
    SwapId = "01JBPB7N3C5V7X9Z1B3D5F7HSW01JBN2V7Q4W0M3T9K5ZXH8R6CD";
}
