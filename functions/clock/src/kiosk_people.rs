//! `GET /kiosk/people`: the names that a kiosk offers, so that people don't type their username.

use app::{
    Refusal,
    kiosk::{KioskRefusal, admit},
};
use axum::extract::State;
use domain::{
    day::PresenceKind,
    id::UserId,
    text::Name,
    user::{User, UserStatus},
};
use serde::Serialize;
use store::people_lists::{ListScope, Position};
use utoipa::ToSchema;
use web::{
    Answer, App, DeviceToken, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::ListQuery,
};

/// A person of the kiosk's site.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskPerson {
    /// The id of the person, for `user_id` of `POST /kiosk/punch`.
    id: UserId,
    /// The full name of the person.
    #[schema(value_type = String, example = "Omar Haddad")]
    full_name: Name,
    /// The initials of the person: the first letters of the first and the last word of the name.
    #[schema(example = "OH")]
    initials: String,
    /// The person's current presence. It may lag behind a punch by a second.
    presence: PresenceKind,
}

/// List the people of a kiosk's site
///
/// Authenticated with a kiosk's device token, and only if the setting `kiosk.show_names` is on. Lists the active people of the
/// site who track attendance, by department and name. A page may hold fewer people than `limit` and still have a `next_cursor`.
/// Keep the list for some minutes: it reads the people of the whole company.
#[utoipa::path(
    get,
    path = "/kiosk/people",
    operation_id = "listKioskPeople",
    tag = "kiosks",
    security(("device_token" = [])),
    params(ListQuery),
    responses(
        (status = 200, description = "A page of people", body = Page<KioskPerson>),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked one"),
        (status = 403, description = "`forbidden`: the setting `kiosk.show_names` is off"),
    )
)]
pub(crate) async fn kiosk_people(
    State(app): State<App>,
    token: DeviceToken,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    let found = app.store.kiosk_and_settings(token.kiosk).await?;
    let kiosk = admit(&app.ports(app.now()), &token, found.kiosk).await?;
    if !found.settings.settings.kiosk.show_names {
        return Err(Refusal::from(KioskRefusal::ShowsNoNames).into());
    }
    let key = app.tokens.cursor_key().await?;
    let seal = CursorSeal::new(&key, ListName::KioskPeople, &kiosk.id.to_string(), &())?;
    let position: Option<Position> = seal.position(cursor.as_deref())?;
    let punches_here = |person: &User| {
        person.site_id == Some(kiosk.site_id) && person.status == UserStatus::Active && person.tracks_attendance
    };
    let page = app.store.people(&ListScope::Everyone, position, limit.get(), punches_here, true).await?;
    let next_cursor = seal.next(page.next)?;
    let ids: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
    let presences = app.store.presences(&ids).await?;
    let items = page.people.into_iter().zip(presences).map(|(person, presence)| KioskPerson {
        id: person.id,
        initials: initials(person.full_name.as_str()),
        full_name: person.full_name,
        presence: presence.kind(),
    });
    Answer::ok(&Page { items: items.collect(), next_cursor })
}

/// Returns the first letters of the first and the last word of a name, in capitals.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let letters = first.into_iter().chain(words.next_back()).filter_map(|word| word.chars().next());
    letters.flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, expected) in
            [("Omar Haddad", "OH"), ("élise van der Berg", "ÉB"), ("Madonna", "M"), ("  李 小龙 ", "李小")]
        {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
