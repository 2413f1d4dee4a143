//! `/sites`: everyone may read them, and admins may change them (`app::company::sites`).

use app::company::sites::{self, SiteWithMembers};
use axum::extract::{Path, State};
use domain::{
    calendar::Zone,
    id::SiteId,
    patch_field::{PatchField, given},
    site::{self, Latitude, Longitude, Radius, Region, Site, SiteUpdate},
    text::{Name, NewName},
};
use serde::{Deserialize, Serialize};
use store::sites::SiteRecord;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, Repeat, RequestId,
    cursor::{ListName, Page, paginate},
    parameter,
    query::ListQuery,
    use_case::{execute, execute_if_changed, no_content},
};

/// A site.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Site)]
pub(crate) struct SiteAnswer {
    /// The id of the site.
    id: SiteId,
    /// The name of the site.
    #[schema(value_type = String)]
    name: Name,
    /// The time zone of the site's shifts.
    time_zone: Zone,
    /// The latitude of the site's centre, in degrees.
    latitude: Option<Latitude>,
    /// The longitude of the site's centre, in degrees.
    longitude: Option<Longitude>,
    /// The radius of the site, in metres.
    #[schema(value_type = Option<u32>)]
    radius_m: Option<Radius>,
    /// The country or part of it whose public holidays the site has, by its ISO 3166 code.
    region: Option<Region>,
    /// The number of members, including former ones. A site can only be deleted if it has no members.
    members: u64,
    /// The version of the site; grows with each change.
    version: u64,
}

impl SiteAnswer {
    fn new(site: &Site, members: u64) -> Self {
        Self {
            id: site.id,
            name: site.name.clone(),
            time_zone: site.time_zone.clone(),
            latitude: site.place.map(|place| place.latitude),
            longitude: site.place.map(|place| place.longitude),
            radius_m: site.place.map(|place| place.radius_m),
            region: site.region.clone(),
            members,
            version: site.version,
        }
    }
}

impl From<SiteRecord> for SiteAnswer {
    fn from(record: SiteRecord) -> Self {
        let members = record.members;
        Self::new(&record.into(), members)
    }
}

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

impl From<NewSite> for site::NewSite {
    fn from(new: NewSite) -> Self {
        let NewSite { name, time_zone, latitude, longitude, radius_m, region } = new;
        Self { name: name.into(), time_zone, latitude, longitude, radius_m, region }
    }
}

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

impl From<ChangeSite> for SiteUpdate {
    fn from(change: ChangeSite) -> Self {
        let ChangeSite { name, time_zone, latitude, longitude, radius_m, region } = change;
        Self { name: name.map(Name::from), time_zone, latitude, longitude, radius_m, region }
    }
}

/// List sites
///
/// Lists the sites in the order in which they were created.
#[utoipa::path(
    get, path = "/sites", operation_id = "listSites", tag = "sites", params(ListQuery),
    responses((status = 200, description = "A page of sites", body = Page<SiteAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    let read = async |after: Option<SiteId>| -> Result<(Vec<SiteAnswer>, Option<SiteId>), Problem> {
        let page = app.store.sites(after, limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|site| site.id);
        Ok((page.items.into_iter().map(SiteAnswer::from).collect(), next))
    };
    Answer::ok(&paginate(&app, &caller, ListName::Sites, &(), cursor.as_deref(), read).await?)
}

/// Get a site
///
/// Returns one site with its version.
#[utoipa::path(
    get, path = "/sites/{id}", operation_id = "getSite", tag = "sites",
    params(("id" = String, Path, description = "The id of the site")),
    responses((status = 200, description = "The site", body = SiteAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let site = app.store.site(parameter::id(&id)?).await?.ok_or_else(Problem::not_found)?;
    let version = site.version;
    Ok(Answer::ok(&SiteAnswer::from(site))?.version(version))
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
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let new = site::NewSite::from(value);
    let created = |(site, members): &SiteWithMembers, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::created(format!("/sites/{}", site.id), &SiteAnswer::new(site, *members))?.version(version))
    };
    execute(&request, created, || sites::create(&request, &new)).await
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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let update = SiteUpdate::from(value);
    let changed = |(site, members): &SiteWithMembers, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::ok(&SiteAnswer::new(site, *members))?.version(version))
    };
    execute_if_changed(&request, changed, || sites::change(&request, id, &versions, &update)).await
}

/// Delete a site
///
/// For admins only. A site that people or shifts belong to can't be deleted.
#[utoipa::path(
    delete, path = "/sites/{id}", operation_id = "deleteSite", tag = "sites",
    params(
        ("id" = String, Path, description = "The id of the site"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "`site_in_use`: people or shifts belong to it"),
    ),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || sites::delete(&request, id, &versions)).await
}
