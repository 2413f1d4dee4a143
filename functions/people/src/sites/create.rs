//! `POST /sites`

use axum::{extract::State, response::Response};
use domain::{
    calendar::Zone,
    event::{CompanyFact, Fact, Subject},
    id::SiteId,
    site::{Latitude, Longitude, Place, Radius, Region, Site},
    text::NewName,
};
use serde::Deserialize;
use store::{Commit, RepeatKey, sites::MAX_SITES};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
};

use super::{SiteAnswer, place::place};

/// A new site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Bremen",
    "time_zone": "Europe/Berlin",
    "latitude": 53.0793,
    "longitude": 8.8017,
    "radius_m": 150
}))]
pub(crate) struct NewSite {
    /// The name of the site.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// The time zone of the site's shifts.
    time_zone: Zone,
    /// The latitude in degrees; given together with `longitude`.
    latitude: Option<Latitude>,
    /// The longitude in degrees; given together with `latitude`.
    longitude: Option<Longitude>,
    /// The radius of the site in metres, 200 by default.
    #[schema(value_type = Option<u32>, minimum = 10, maximum = 100_000)]
    radius_m: Option<Radius>,
    /// The country or part of it whose public holidays the site has, by its ISO 3166 code; for `POST /holidays/import`.
    region: Option<Region>,
}

/// Create a site
///
/// For admins only.
#[utoipa::path(
    post, path = "/sites", operation_id = "createSite", tag = "sites",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewSite,
    responses(
        (status = 201, description = "The site", body = SiteAnswer,
            headers(("ETag" = String, description = "The version"), ("Location" = String, description = "The URL of the new item"))),
        (status = 409, description = "`too_many_sites`: a company has at most 200"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewSite>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let place = place(value.latitude, value.longitude, value.radius_m)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &value, place)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewSite,
    place: Option<Place>,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.site_snapshot(caller.user_id, None, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if snapshot.book.book.count() >= MAX_SITES {
        return Err(Problem::new(Code::TooManySites).into());
    }
    let id = SiteId::generate(now, &*app.entropy);
    let (name, time_zone, region) = (new.name.clone().into(), new.time_zone.clone(), new.region.clone());
    let site = Site { id, name, time_zone, place, region, version: 1 };
    let answer = Answer::created(format!("/sites/{id}"), &SiteAnswer::new(&site, 0))?.version(site.version);
    let subject = Subject::Site(id);
    let mut commit =
        Commit::new(app.stamp(caller, request_id, now), subject, vec![Fact::Company(CompanyFact::SiteCreated)])?;
    commit.audit(subject, "site_created", None, Some(&site))?;
    commit.create_site(&snapshot.book, &site)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer)
}
