//! Query strings, parsed like bodies: unknown parameters are refused, and a refusal names every invalid parameter.

use axum::extract::FromRequestParts;
use domain::bounded::Bounded;
use http::request::Parts;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use utoipa::IntoParams;

use crate::{Problem, json};

/// A parsed query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        json::from_query(query).map(Self).map_err(Problem::invalid_values)
    }
}

/// The page of a list that has no other filter and is short.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// The maximum number of items; all of them by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The page of a list that has no other filter and may be long.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The number of items of a page: 1 to 200, by default 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = u32, minimum = 1, maximum = 200, default = 50)]
pub struct Limit(Bounded<1, 200>);

impl Limit {
    /// Returns the number.
    pub fn get(self) -> usize {
        self.0.get() as usize
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(Bounded::constant::<50>())
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A query string has only texts.
        let text = String::deserialize(deserializer)?;
        let number = text.parse::<i64>().unwrap_or(-1);
        Bounded::try_from(number).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Parses a bounded number from a query string, which has only texts.
pub fn number<'de, D, const MIN: u32, const MAX: u32>(deserializer: D) -> Result<Option<Bounded<MIN, MAX>>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    Bounded::try_from(text.parse::<i64>().unwrap_or(-1)).map(Some).map_err(serde::de::Error::custom)
}
