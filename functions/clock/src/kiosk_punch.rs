//! `POST /kiosk/punch`: a punch at a shared device.

use app::{
    attendance,
    kiosk::{self, Claim, KioskRequest, Shown, Typed},
    photos::{GivenPhoto, PunchPhoto, WithoutPhoto},
};
use axum::{extract::State, response::Response};
use domain::{
    FieldRule,
    badge::BadgeNumber,
    calendar::WorkDate,
    day::{ClockInFlag, PresenceKind, PunchAction, PunchDetails, Punched, Source},
    event::{Fact, PunchFact},
    id::UserId,
    pay::CostCenterCode,
    text::{Name, Remark},
    user::User,
};
use http::StatusCode;
use jiff::Timestamp;
use password_hash::Argon2Hasher;
use serde::{Deserialize, Serialize};
use store::RepeatKey;
use utoipa::ToSchema;
use web::{
    Answer, Body, DeviceToken, Failed, Problem, Repeat, RequestId, Secret, body, command::command_briefly,
    instant::Instant, punching::punch_problem,
};

use crate::{
    photo_body::{MAX_BODY, PhotoBody},
    time_clock::TimeClock,
};

/// A punch at a kiosk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "omar", "pin": "7391"}))]
pub(crate) struct KioskPunchBody {
    /// The username of the person. Required with `pin`, unless `user_id` or `badge` is given.
    #[schema(example = "maria")]
    username: Option<String>,
    /// The id of the person, from `GET /kiosk/people`, in place of `username`.
    user_id: Option<UserId>,
    /// The PIN of the person.
    #[schema(value_type = Option<String>, format = "password", example = "7391")]
    pin: Option<Secret>,
    /// The number of the person's badge, in place of `username` and `pin`.
    #[schema(value_type = Option<String>, format = "password", max_length = 1024)]
    badge: Option<Secret>,
    /// The action. Without it the next action applies: `in` if the person is clocked out, `break_end` on a break, otherwise
    /// `out`.
    action: Option<PunchAction>,
    /// The remark of the person; not allowed with `break_end`.
    #[schema(value_type = Option<String>, max_length = 500)]
    remark: Option<Remark>,
    /// A photo of the person, where the settings allow or require one; only with `in` and `out`.
    photo: Option<PhotoBody>,
    /// The cost center of the work that a clock-in begins; only with `in`.
    cost_center: Option<CostCenterCode>,
}

/// The short form of the day. A kiosk shows it briefly, so it contains nothing that the next person mustn't see.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskPunchAnswer {
    /// The full name of the person.
    #[schema(value_type = String)]
    full_name: Name,
    /// The executed action.
    action: PunchAction,
    /// The presence after the punch.
    presence: PresenceKind,
    /// The instant since which `presence` holds.
    since: Option<Instant>,
    /// The work date of the punch.
    date: WorkDate,
    /// The time worked in closed sessions of that date, in seconds.
    worked_seconds: i64,
    /// The instant of the punch.
    at: Instant,
    /// The action that a punch without `action` would take after this one. A kiosk that reads the same badge again within seconds
    /// asks the person for confirmation.
    next_action: PunchAction,
    /// The reason for which the clock-in is flagged and waits for a manager's acknowledgement; absent where it isn't flagged.
    #[serde(skip_serializing_if = "Option::is_none")]
    flagged: Option<ClockInFlag>,
}

/// A parsed punch at a kiosk.
struct KioskPunch {
    clock: TimeClock,
    token: DeviceToken,
    request_id: RequestId,
    key: Option<RepeatKey>,
    shown: Shown,
    /// The requested action, or none for the next one.
    action: Option<PunchAction>,
    details: PunchDetails,
    photo: Option<GivenPhoto>,
}

/// Punch at a kiosk
///
/// Authenticated with a kiosk's device token, which is valid for nothing else; people's access tokens aren't accepted here. The
/// person shows a badge, or gives a PIN with a username or a name from
/// `GET /kiosk/people`. Without `action` the next action applies. The answer contains the action
/// and its time.
#[utoipa::path(
    post,
    path = "/kiosk/punch",
    operation_id = "punchAtKiosk",
    tag = "kiosks",
    security(("device_token" = [])),
    request_body = KioskPunchBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the punch, so that repeats don't punch again")),
    responses(
        (status = 200, description = "The day's short form", body = KioskPunchAnswer),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked one; `invalid_credentials`: username or PIN, or a badge that nobody has"),
        (status = 403, description = "`account_pending`, `account_disabled`: after a right PIN or badge only"),
        (status = 409, description = "`already_clocked_in`; `outside_window`; `not_scheduled`; `on_leave`; `not_clocked_in`; `already_on_break`; `not_on_break`"),
        (status = 422, description = "`photo_required`; `photo_invalid`; `location_required`; `outside_geofence`; `invalid_values`"),
        (status = 429, description = "`account_locked`: five wrong PINs of the person within 15 minutes; `kiosk_throttled`: 20 wrong PINs at the kiosk within 15 minutes, so that it takes one PIN in 30 seconds"),
    )
)]
pub(crate) async fn kiosk_punch(
    State(clock): State<TimeClock>,
    token: DeviceToken,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash: _ }: Body<KioskPunchBody, MAX_BODY>,
) -> Result<Response, Problem> {
    let checked = value.action.map_or(Ok(()), |action| {
        check(action, value.remark.is_some(), value.photo.is_some(), value.cost_center.is_some())
    });
    let KioskPunchBody { username, user_id, pin, badge, action, remark, photo, cost_center } = value;
    let photo = photo.map(PhotoBody::parse).transpose();
    let (shown, ((), photo)) =
        Problem::together(shown(username, user_id, pin, badge), Problem::together(checked, photo))?;
    let details = PunchDetails {
        remark: remark.filter(|remark| !remark.as_str().is_empty()),
        cost_center,
        ..PunchDetails::bare(Source::Kiosk)
    };
    let now = clock.app.now();
    let person = match &shown {
        Shown::Typed(Typed { claim: Claim::Username(username), .. }) => username.clone(),
        Shown::Typed(Typed { claim: Claim::Chosen(id), .. }) => id.to_string(),
        // The fingerprint contains the badge's hash, because the number itself could be found by trying all numbers.
        Shown::Badge(number) => clock.keys.badge_hashes(number, now).await?.current,
    };
    let key = repeat.key(token.kiosk, &fingerprint(&person, action, &details, photo.as_ref()));
    let punch = KioskPunch { clock, token, request_id, key, shown, action, details, photo };
    command_briefly(&punch.clock.app.store, punch.key.as_ref(), now, || Box::pin(punch.attempt(now))).await
}

/// Parses what the person shows: a badge, or a PIN with a username or an id.
pub(crate) fn shown(
    username: Option<String>,
    user_id: Option<UserId>,
    pin: Option<Secret>,
    badge: Option<Secret>,
) -> Result<Shown, Problem> {
    match (username, user_id, pin, badge) {
        (None, None, None, Some(badge)) => {
            let number = BadgeNumber::parse(badge.expose()).map_err(|error| Problem::invalid("badge", error))?;
            Ok(Shown::Badge(number))
        }
        (Some(username), None, Some(pin), None) => Ok(typed(Claim::Username(username), &pin)),
        (None, Some(id), Some(pin), None) => Ok(typed(Claim::Chosen(id), &pin)),
        (username, user_id, pin, badge) => {
            let unless = || FieldRule::RequiredUnless { other: "badge".to_owned() };
            let not_with = |other: &str| FieldRule::NotWith { other: other.to_owned() };
            let has_badge = badge.is_some();
            Err(Problem::of_faults([
                (!has_badge && username.is_none() && user_id.is_none(), "username", unless()),
                (!has_badge && pin.is_none(), "pin", unless()),
                (!has_badge && username.is_some() && user_id.is_some(), "user_id", not_with("username")),
                (has_badge && username.is_some(), "username", not_with("badge")),
                (has_badge && user_id.is_some(), "user_id", not_with("badge")),
                (has_badge && pin.is_some(), "pin", not_with("badge")),
            ]))
        }
    }
}

fn typed(claim: Claim, pin: &Secret) -> Shown {
    Shown::Typed(Typed { claim, pin: pin.expose().to_owned() })
}

/// Returns the hash that distinguishes a repeat from another punch. It leaves out the PIN, because the hash is stored and the PIN
/// could be found by trying all PINs.
fn fingerprint(
    person: &str,
    action: Option<PunchAction>,
    details: &PunchDetails,
    photo: Option<&GivenPhoto>,
) -> String {
    let remark = details.remark.as_ref().map_or("", Remark::as_str);
    let cost_center = details.cost_center.as_ref().map(CostCenterCode::as_str);
    let (way, photo) = match photo {
        None => ("", String::new()),
        Some(GivenPhoto::Upload(id)) => ("upload", id.to_string()),
        Some(GivenPhoto::Bytes(bytes)) => ("bytes", body::hash(bytes)),
    };
    let action = action.map_or("", PunchAction::as_str);
    let parts = [person, action, remark, way, photo.as_str()].into_iter().chain(cost_center);
    body::hash(parts.collect::<Vec<_>>().join("\0").as_bytes())
}

/// Refuses fields that the action doesn't accept, so that they aren't lost silently.
fn check(action: PunchAction, has_remark: bool, has_photo: bool, has_cost_center: bool) -> Result<(), Problem> {
    let (takes_remark, takes_photo) = (takes_remark(action), takes_photo(action));
    let only = |actions: &[PunchAction]| FieldRule::OnlyForAction {
        actions: actions.iter().map(|action| action.as_str()).collect(),
    };
    let with_remark = only(&[PunchAction::In, PunchAction::Out, PunchAction::BreakStart]);
    Problem::unless_valid([
        (has_remark && !takes_remark, "remark", with_remark),
        (has_photo && !takes_photo, "photo", only(&[PunchAction::In, PunchAction::Out])),
        (has_cost_center && action != PunchAction::In, "cost_center", only(&[PunchAction::In])),
    ])
}

/// Returns whether the action accepts a remark.
pub(crate) const fn takes_remark(action: PunchAction) -> bool {
    match action {
        PunchAction::In | PunchAction::Out | PunchAction::BreakStart => true,
        PunchAction::BreakEnd => false,
    }
}

/// Returns whether the action accepts a photo.
pub(crate) const fn takes_photo(action: PunchAction) -> bool {
    match action {
        PunchAction::In | PunchAction::Out => true,
        PunchAction::BreakStart | PunchAction::BreakEnd => false,
    }
}

impl KioskPunch {
    /// Executes the punch: the reads of [`kiosk::read_punch`], and one transaction.
    async fn attempt(&self, now: Timestamp) -> Result<Answer, Failed> {
        let TimeClock { app, photos, keys } = &self.clock;
        let (token, request_id) = (&*self.token, self.request_id.as_str());
        let request = KioskRequest { ports: app.ports(now), token, request_id, keys, hasher: &Argon2Hasher };
        let snapshot = kiosk::read_punch(&request, &self.shown, self.key.as_ref()).await?;
        let details = PunchDetails { kiosk: Some(snapshot.recognized.kiosk.clone()), ..self.details.clone() };
        let person = snapshot.person()?;
        let planner = snapshot.read.attendance.planner(person);
        let context = attendance::context(&request.ports, &snapshot.read.attendance, &planner);
        let action = if let Some(action) = self.action {
            action
        } else {
            let next = context.next_action().map_err(Problem::internal)?;
            check(next, details.remark.is_some(), self.photo.is_some(), details.cost_center.is_some())?;
            next
        };
        let refused = |refusal| punch_problem(refusal, planner.zone());
        let punched = context.punch(action, details.clone()).map_err(refused)?;
        let cost_center = self.details.cost_center.as_ref();
        let settings = snapshot.read.attendance.settings.settings.clone();
        let Some(given) = &self.photo else {
            without_photo(action).check(&settings).map_err(app::Failed::from)?;
            let answer = answer(action, person, &punched, now)?;
            let mut commit = kiosk::prepare_punch(&request, snapshot, &punched, cost_center).await?;
            commit.save_answer(self.key.as_ref(), answer.saved())?;
            commit.send(&app.store).await?;
            return Ok(answer);
        };

        let day = (person.id, punched.date);
        let photo = PunchPhoto::verify(&request.ports, photos, given, day, &settings).await?;
        let details = PunchDetails { photo: Some(photo.keys().clone()), ..details };
        let punched = context.punch(action, details).map_err(refused)?;
        let answer = answer(action, person, &punched, now)?;
        let mut commit = kiosk::prepare_punch(&request, snapshot, &punched, cost_center).await?;
        commit.save_answer(self.key.as_ref(), answer.saved())?;
        photo.commit(commit, &app.store).await?;
        Ok(answer)
    }
}

/// Returns how a punch without the required photo is handled.
const fn without_photo(action: PunchAction) -> WithoutPhoto {
    match action {
        PunchAction::In => WithoutPhoto::Refused,
        PunchAction::Out | PunchAction::BreakStart | PunchAction::BreakEnd => WithoutPhoto::Flagged,
    }
}

/// Builds the answer that the kiosk shows.
fn answer(action: PunchAction, person: &User, punched: &Punched, now: Timestamp) -> Result<Answer, Problem> {
    let day = punched.day().ok_or_else(|| Problem::internal("a punch changed no day"))?;
    let zone = day.zone();
    let answer = KioskPunchAnswer {
        full_name: person.full_name.clone(),
        action,
        presence: punched.presence.kind(),
        since: punched.presence.since().map(|since| Instant::new(since, zone)),
        date: day.date(),
        worked_seconds: day.figures(now).worked_seconds,
        at: Instant::new(now, zone),
        next_action: punched.presence.kind().next_action(),
        flagged: punched.facts.iter().find_map(|fact| {
            let Fact::Punch(PunchFact::ClockInFlagged { reason, .. }) = fact else { return None };
            Some(*reason)
        }),
    };
    Answer::json(StatusCode::OK, &answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> KioskPunchBody {
        serde_json::from_str(body).unwrap()
    }

    #[test]
    fn the_fingerprint_contains_all_fields_but_the_pin() {
        let remark = Remark::parse("late").unwrap();
        let photo = GivenPhoto::Bytes(vec![1, 2, 3]);
        let bare = PunchDetails::bare(Source::Kiosk);
        let late = PunchDetails { remark: Some(remark), ..bare.clone() };
        let north = PunchDetails { cost_center: Some("4711".to_owned().try_into().unwrap()), ..bare.clone() };
        let all = [
            fingerprint("maria", Some(PunchAction::In), &bare, None),
            fingerprint("john", Some(PunchAction::In), &bare, None),
            fingerprint("maria", Some(PunchAction::Out), &bare, None),
            fingerprint("maria", None, &bare, None),
            fingerprint("maria", Some(PunchAction::In), &late, None),
            fingerprint("maria", Some(PunchAction::In), &north, None),
            fingerprint("maria", Some(PunchAction::In), &bare, Some(&photo)),
        ];
        assert_eq!(std::collections::BTreeSet::from(all.clone()).len(), all.len());
        assert_eq!(fingerprint("maria", Some(PunchAction::In), &bare, None), all[0]);
    }

    #[test]
    fn fields_that_the_action_does_not_accept_are_refused() {
        let checked = |fields: &str| {
            let body = read(&format!(r#"{{"username": "maria", "pin": "7391", {fields}}}"#));
            check(body.action.unwrap(), body.remark.is_some(), body.photo.is_some(), body.cost_center.is_some())
        };
        for taken in [
            r#""action": "in", "remark": "x", "photo": {"base64": "AAAA"}"#,
            r#""action": "break_start", "remark": "x""#,
            r#""action": "break_end""#,
        ] {
            assert!(checked(taken).is_ok(), "{taken}");
        }
        for refused in
            [r#""action": "break_end", "remark": "x""#, r#""action": "break_start", "photo": {"base64": "AAAA"}"#]
        {
            assert!(checked(refused).is_err(), "{refused}");
        }
    }
}
