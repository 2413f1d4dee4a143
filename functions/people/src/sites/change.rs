//! `PATCH /sites/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    calendar::Zone,
    event::{CompanyFact, Fact, Subject},
    id::SiteId,
    site::{Latitude, Longitude, Radius, Region, Site},
    text::{Name, NewName},
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::{SiteAnswer, place::place};
use crate::given::{PatchField, given};

/// The changes of a site. Absent fields stay as they are; `null` removes coordinates.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"radius_m": 300}))]
pub(crate) struct ChangeSite {
    /// The name of the site.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<NewName>,
    /// The time zone of the site's shifts.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Zone, required = false)]
    time_zone: Option<Zone>,
    /// The latitude in degrees.
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    latitude: PatchField<Latitude>,
    /// The longitude in degrees.
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    longitude: PatchField<Longitude>,
    /// The radius of the site in metres; `null` resets it to 200.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 10, maximum = 100_000)]
    radius_m: PatchField<Radius>,
    /// The country or part of it whose public holidays the site has, by its ISO 3166 code; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<Region>)]
    region: PatchField<Region>,
}

/// Update a site
///
/// For admins only. Fields that the body leaves out stay as they are.
#[utoipa::path(
    patch, path = "/sites/{id}", operation_id = "updateSite", tag = "sites",
    params(
        ("id" = String, Path, description = "The id of the site"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = ChangeSite,
    responses((status = 200, description = "The site", body = SiteAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<ChangeSite>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, id, &if_match, &request_id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    id: SiteId,
    if_match: &IfMatch,
    request_id: &RequestId,
    change: &ChangeSite,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.site_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.site.ok_or_else(Problem::not_found)?;
    let members = record.members;
    let before = Site::from(record.clone());
    let mut after = if_match.check_after(record.version, changed(&before, change))?;
    if after != before {
        after.version += 1;
        let subject = Subject::Site(id);
        let mut commit =
            Commit::new(app.stamp(caller, request_id, now), subject, vec![Fact::Company(CompanyFact::SiteChanged)])?;
        commit.audit(subject, "site_changed", Some(&before), Some(&after))?;
        commit.change_site(&snapshot.book, &record, &after)?;
        commit.send(&app.store).await?;
    }
    Ok(Answer::ok(&SiteAnswer::new(&after, members))?.version(after.version))
}

/// Returns the changed site, with its version unchanged.
fn changed(before: &Site, change: &ChangeSite) -> Result<Site, Problem> {
    let latitude = change.latitude.or(before.place.map(|place| place.latitude));
    let longitude = change.longitude.or(before.place.map(|place| place.longitude));
    // A change that removes the coordinates needn't also remove the radius: it is removed with them.
    let kept_radius = before.place.map(|place| place.radius_m).filter(|_| latitude.is_some() || longitude.is_some());
    Ok(Site {
        id: before.id,
        name: change.name.clone().map_or_else(|| before.name.clone(), Name::from),
        time_zone: change.time_zone.clone().unwrap_or_else(|| before.time_zone.clone()),
        place: place(latitude, longitude, change.radius_m.or(kept_radius))?,
        region: change.region.clone().or(before.region.clone()),
        version: before.version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let place = place(
            Some(Latitude::try_from(41.0).unwrap()),
            Some(Longitude::try_from(29.0).unwrap()),
            Some(Radius::new(50).unwrap()),
        );
        Site {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            name: Name::parse("Harbour").unwrap(),
            time_zone: Zone::UTC,
            place: place.unwrap(),
            region: None,
            version: 3,
        }
    }

    fn change(text: &str) -> Result<Site, Problem> {
        changed(&site(), &serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        assert_eq!(change("{}").unwrap(), site());
        let moved = change(r#"{"latitude": 42.5}"#).unwrap().place.unwrap();
        assert_eq!((f64::from(moved.latitude), f64::from(moved.longitude), moved.radius_m.get()), (42.5, 29.0, 50));
        assert_eq!(change(r#"{"radius_m": null}"#).unwrap().place.unwrap().radius_m.get(), 200);
        assert_eq!(change(r#"{"latitude": null, "longitude": null}"#).unwrap().place, None);
        assert!(change(r#"{"latitude": null}"#).is_err());
        assert!(change(r#"{"latitude": null, "longitude": null, "radius_m": 20}"#).is_err());
    }
}
