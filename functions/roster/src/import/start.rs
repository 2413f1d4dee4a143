//! `POST /roster/import`

use std::collections::{BTreeMap, BTreeSet};

use app::{
    Failed, Prepared, Refusal,
    imports::{self, NewImport},
    use_case::ensure_not_replayed,
};
use axum::extract::State;
use domain::{id::JobId, job::ImportKind, roster::years_in_reach, site::Site, username::Username};
use store::{StoreError, rescheduling::ScheduleQuery, sites::MAX_SITES};
use web::{
    Answer, App, Caller, Problem, Repeat, RequestId,
    answers::ImportAnswer,
    authorization,
    body::SheetBody,
    use_case::{execute, import_started},
};

use super::{
    check::{Known, SiteNames, checked},
    sheet::{Named, RosterSheet},
};

/// The maximum size of a sheet, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Import rosters
///
/// The body is a sheet (CSV or XLSX) of weekly patterns or of single dates, for people whose rosters the caller may
/// plan. The whole sheet is checked first. If anything is wrong, nothing is written, and every error is reported with
/// its row and column. Otherwise the changes are made person by person. `GET /roster/import/{id}` returns the
/// progress.
#[utoipa::path(
    post,
    path = "/roster/import",
    operation_id = "importRoster",
    tag = "roster",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the import, so that a repeat begins no other")),
    request_body(
        content = String,
        content_type = "text/csv",
        example = "username,effective_from,weekday,start,end,break_minutes\nmaria,2026-11-16,monday,09:00,17:00,30\nmaria,2026-11-16,sunday,,,\n"
    ),
    responses(
        (status = 202, description = "The import", body = ImportAnswer, headers(("Location" = String, description = "Where to follow it"))),
        (status = 403, description = "`forbidden`: rosters are planned by managers"),
        (status = 413, description = "`body_too_large`: more than 1 MiB"),
        (status = 415, description = "The body is neither a CSV file nor an Excel workbook"),
        (status = 422, description = "The faults, each with its row and column: `row 3, column start`")
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    SheetBody { bytes, hash }: SheetBody<LARGEST>,
) -> Result<Answer, Problem> {
    authorization::must_be_manager(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let sheet = RosterSheet::parse(&bytes).map_err(Refusal::Invalid)?;
    let request = &app.request(&caller, &request_id, key.as_ref());
    let now = request.ports.now;
    let start = async || -> Result<Prepared<ImportAnswer>, Failed> {
        let query = ScheduleQuery { caller: caller.user_id, people: &[], dates: &[], repeat: request.repeat };
        let snapshot = app.store.schedule_snapshot(&query, now).await?;
        ensure_not_replayed(snapshot.earlier.clone())?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        let mut known = Known {
            caller: &caller,
            deciders: snapshot.deciders,
            settings: &snapshot.settings.settings,
            sites: &snapshot.sites.book,
            holidays: &snapshot.holidays,
            site_names: site_names(&app, &sheet).await?,
            usernames: app.store.holders(usernames(&sheet)).await?,
            rosters: BTreeMap::new(),
            now,
        };
        let ids = known.ids_of(&sheet).map_err(|fault| vec![fault])?;
        let rosters = app.store.rosters_of(app.store.all_users(ids).await?, years_in_reach(now)).await?;
        known.rosters = rosters.into_iter().map(|line| (line.person.id, line)).collect();
        let steps = checked(&sheet, &known)?;

        let id = JobId::generate(now, &*app.entropy);
        let new = NewImport { id, import: ImportKind::Roster, sha256: &hash };
        imports::start(request, new, &steps, steps.len(), 0).await
    };
    execute(request, import_started(ImportKind::Roster), start).await
}

/// Returns the usernames of a sheet.
fn usernames(sheet: &RosterSheet) -> BTreeSet<Username> {
    let username = |named: &Named| match named {
        Named::Username(username) => Some(username.clone()),
        Named::Id(_) => None,
    };
    sheet.rows.iter().filter_map(|row| username(&row.person)).collect()
}

/// Reads the sites by name, if a row names a site.
async fn site_names(app: &App, sheet: &RosterSheet) -> Result<SiteNames, StoreError> {
    if sheet.rows.iter().all(|row| row.shift.as_ref().is_none_or(|shift| shift.site.is_none())) {
        return Ok(SiteNames::default());
    }
    let sites = app.store.sites(None, MAX_SITES).await?;
    let named = |site: Site| (site.name, site.id);
    Ok(sites.items.into_iter().map(|record| named(record.into())).collect())
}
