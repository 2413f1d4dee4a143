//! The settings of breaks.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use utoipa::ToSchema;

use super::MinutesOfDay;
use crate::{FieldRule, Invalid};

/// The rules for breaks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct BreakRules {
    /// Whether breaks are paid.
    pub paid: bool,
    /// The maximum break in a day. If breaks are longer, the day is flagged; if breaks are paid, the excess is unpaid.
    pub max_minutes_per_day: Option<MinutesOfDay>,
    /// The breaks that are automatically deducted from long days.
    pub auto_deduct: AutoDeduct,
}

/// A break of `minutes` in a day with more than `after_minutes` of work. The part of the break that the person didn't take is
/// deducted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BreakTier {
    /// The minutes of work after which the deduction begins.
    pub after_minutes: MinutesOfDay,
    /// The break in total from this point, including the break of the previous tiers.
    pub minutes: MinutesOfDay,
}

/// The breaks that are automatically deducted from long days: at most four tiers, in ascending order of the work after which they
/// apply. If there are no tiers, nothing is deducted.
///
/// Accepts a list of tiers, `null`, or a single tier, which was the only form until 0.1.0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutoDeduct(Vec<BreakTier>);

impl AutoDeduct {
    /// The maximum number of tiers.
    pub const MAX_TIERS: usize = 4;

    /// Sorts tiers and checks them.
    ///
    /// # Errors
    /// There are more than four tiers, two tiers begin at the same time, or a tier adds nothing to the previous tier.
    pub fn new(mut tiers: Vec<BreakTier>) -> Result<Self, Invalid> {
        if tiers.len() > Self::MAX_TIERS {
            return Err(Invalid::new(FieldRule::ItemsAtMost { max: Self::MAX_TIERS as u64 }));
        }
        tiers.sort_by_key(|tier| tier.after_minutes);
        for [earlier, next] in tiers.array_windows() {
            let after = next.after_minutes.as_i64();
            if earlier.after_minutes == next.after_minutes {
                return Err(Invalid::new(FieldRule::TiersDistinct { minutes: after }));
            }
            if next.minutes <= earlier.minutes {
                return Err(Invalid::new(FieldRule::TiersAscending { after, minutes: earlier.minutes.as_i64() }));
            }
        }
        Ok(Self(tiers))
    }

    /// The tiers, in ascending order.
    pub fn tiers(&self) -> &[BreakTier] {
        &self.0
    }
}

impl Serialize for AutoDeduct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { serializer.serialize_none() } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for AutoDeduct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Forms)
    }
}

/// Parses all forms of [`AutoDeduct`].
struct Forms;

impl<'de> Visitor<'de> for Forms {
    type Value = AutoDeduct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of tiers or null")
    }

    fn visit_unit<E>(self) -> Result<AutoDeduct, E> {
        Ok(AutoDeduct::default())
    }

    fn visit_none<E>(self) -> Result<AutoDeduct, E> {
        Ok(AutoDeduct::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<AutoDeduct, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, tiers: A) -> Result<AutoDeduct, A::Error> {
        let tiers = Vec::deserialize(SeqAccessDeserializer::new(tiers))?;
        AutoDeduct::new(tiers).map_err(serde::de::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, tier: A) -> Result<AutoDeduct, A::Error> {
        Ok(AutoDeduct(vec![BreakTier::deserialize(MapAccessDeserializer::new(tier))?]))
    }
}

impl utoipa::PartialSchema for AutoDeduct {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Ref, Type};
        let tier = || Ref::from_schema_name(BreakTier::name());
        let tiers = ArrayBuilder::new().items(tier()).min_items(Some(1)).max_items(Some(Self::MAX_TIERS));
        OneOfBuilder::new()
            .description(Some(
                "The breaks that are taken off long days by themselves: one to four tiers. A single tier may be given \
                 instead of a list, and is answered as a list of one.",
            ))
            .item(tiers)
            .item(tier())
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .into()
    }
}

impl ToSchema for AutoDeduct {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        schemas.push((BreakTier::name().into(), <BreakTier as utoipa::PartialSchema>::schema()));
        BreakTier::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> Result<Vec<(u32, u32)>, String> {
        let read: AutoDeduct = serde_json::from_str(document).map_err(|error| error.to_string())?;
        Ok(read.tiers().iter().map(|tier| (tier.after_minutes.get(), tier.minutes.get())).collect())
    }

    #[test]
    fn tiers_are_read_in_any_order_and_the_old_form_as_one_tier() {
        let late_first = r#"[{"after_minutes": 540, "minutes": 45}, {"after_minutes": 360, "minutes": 30}]"#;
        assert_eq!(read(late_first).unwrap(), [(360, 30), (540, 45)]);
        assert_eq!(read(r#"{"after_minutes": 360, "minutes": 30}"#).unwrap(), [(360, 30)]);
        assert_eq!((read("null").unwrap(), read("[]").unwrap()), (vec![], vec![]));
    }

    #[test]
    fn tiers_are_written_as_a_list_and_none_as_null() {
        let written = |document: &str| serde_json::to_string(&serde_json::from_str::<AutoDeduct>(document).unwrap());
        let one = r#"{"after_minutes":360,"minutes":30}"#;
        assert_eq!(written(one).unwrap(), format!("[{one}]"));
        assert_eq!(written("[]").unwrap(), "null");
    }

    #[test]
    fn tiers_that_contradict_each_other_are_refused() {
        let tier = |after: u32, minutes: u32| format!(r#"{{"after_minutes": {after}, "minutes": {minutes}}}"#);
        let refused = |tiers: &[String]| read(&format!("[{}]", tiers.join(","))).unwrap_err();
        let five: Vec<String> = (1..=5).map(|n| tier(60 * n, 10 * n)).collect();
        assert!(refused(&five).starts_with("must have at most 4 items"));
        assert!(refused(&[tier(360, 30), tier(360, 45)]).starts_with("must have only one tier with after_minutes 360"));
        let less = "must deduct more than 30 minutes in the tier after 540 minutes";
        assert!(refused(&[tier(360, 30), tier(540, 30)]).starts_with(less));
        assert!(read(r#"[{"after_minutes": 360}]"#).unwrap_err().starts_with("missing field `minutes`"));
        assert!(read(r#""six hours""#).unwrap_err().contains("expected a list of tiers or null"));
    }
}
