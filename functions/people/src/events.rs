//! `GET /events`: the events of the last 30 days, for the company's own systems.

use std::collections::BTreeSet;

use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use domain::{
    FieldRule,
    calendar::parse_instant,
    event::{Event, Fact, Received},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::event_feed::{FeedPage, FeedPosition};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Problem, Query, authorization, query::Limit};

/// The position and the page of the feed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feed {
    /// The `next_after` of the answer before, or a date and time with an offset; by default the beginning of the feed, 30 days ago.
    after: Option<String>,
    /// Kinds of facts, separated by commas. Events with at least one of these facts are listed; by default all events.
    #[param(example = "clocked_in,clocked_out")]
    kinds: Option<String>,
    /// The maximum number of events.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
}

/// A part of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPage {
    /// The events, in the order in which they came into the feed.
    #[schema(value_type = Vec<Event>)]
    items: Vec<serde_json::Value>,
    /// The position for `after` of the next request, also if there are no events. Store it.
    next_after: String,
    /// Whether there are more events already. If not, wait before the next request.
    more: bool,
}

impl EventPage {
    fn new(page: FeedPage) -> Self {
        Self {
            items: page.events.iter().map(Received::in_order).collect(),
            next_after: BASE64URL_NOPAD.encode(page.next.to_string().as_bytes()),
            more: page.more,
        }
    }
}

/// Reads a position as `next_after` gives it, or an instant.
fn position(text: &str) -> Option<FeedPosition> {
    if let Ok(at) = parse_instant(text) {
        return Some(FeedPosition::before(at));
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    String::from_utf8(bytes).ok()?.parse().ok()
}

/// Parses the kinds of facts that a caller names.
///
/// # Errors
/// One of them isn't a kind that this release knows.
pub(crate) fn known_kinds<'a>(kinds: impl IntoIterator<Item = &'a str>) -> Result<BTreeSet<String>, FieldRule> {
    let known = |kind: &'a str| Fact::ALL_KINDS.contains(&kind).then(|| kind.to_owned());
    kinds.into_iter().map(|kind| known(kind).ok_or(FieldRule::FactKinds)).collect()
}

/// List events
///
/// For admins, and for service tokens for all people with the scope `events:read`. Lists the events of the last 30 days, oldest
/// first. An event is listed about 30 seconds after its change. An event can be listed again: process each `id` once. The order
/// is that in which events came into the feed. It is the order of the changes for events with the same subject.
#[utoipa::path(
    get, path = "/events", operation_id = "listEvents", tag = "events", params(Feed),
    responses((status = 200, description = "Events, and the position after them", body = EventPage)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(Feed { after, kinds, limit }): Query<Feed>,
) -> Result<Answer, Problem> {
    authorization::may_read_of_all_people(&caller)?;
    let after = match after {
        Some(after) => position(&after).ok_or_else(|| Problem::invalid("after", FieldRule::EventPosition))?,
        None => FeedPosition::before(Timestamp::UNIX_EPOCH),
    };
    let kinds = known_kinds(kinds.iter().flat_map(|kinds| kinds.split(',')));
    let kinds = kinds.map_err(|rule| Problem::invalid("kinds", rule))?;
    let page = app.store.event_feed(&after, &kinds, limit.get(), app.now()).await?;
    Answer::ok(&EventPage::new(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_an_instant_or_what_an_answer_gave() {
        let at = FeedPosition::before("2026-11-02T08:00:00Z".parse().unwrap());
        assert_eq!(position("2026-11-02T11:00:00+03:00"), Some(at.clone()));
        let page = FeedPage { events: Vec::new(), next: at.clone(), more: false };
        assert_eq!(position(&EventPage::new(page).next_after), Some(at));
        for wrong in ["", "yesterday", "2026-11-02", "2026-11-02T11:00+03:00", "20261102T080000Z", "AAAA"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn kinds_must_be_known() {
        assert_eq!(known_kinds(["late", "late"]).unwrap(), BTreeSet::from(["late".to_owned()]));
        assert_eq!(known_kinds(["late", "lunch"]), Err(FieldRule::FactKinds));
    }
}
