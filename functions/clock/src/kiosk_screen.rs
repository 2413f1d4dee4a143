//! `GET /kiosk`: what a kiosk shows before anybody presses.

use axum::extract::State;
use domain::{
    calendar::Zone,
    day::PunchAction,
    id::{KioskId, SiteId},
    settings::PhotoRule,
    text::Name,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, DeviceToken, Problem, instant::Instant};

use crate::kiosk_punch::{takes_photo, takes_remark};

/// What a kiosk shows. The people who punch there aren't listed: who a username is of, a kiosk learns by a right PIN alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskScreen {
    /// The id of the kiosk.
    id: KioskId,
    /// What people call the kiosk.
    #[schema(value_type = String, example = "Entrance")]
    name: Name,
    /// The name of the company.
    #[schema(value_type = String, example = "Harbour Works")]
    company_name: Name,
    /// The site where the kiosk stands.
    site: KioskSite,
    /// The server's present instant, in the zone of the site. The kiosk's clock goes by it and not by the device's.
    now: Instant,
    /// When the device token expires unless the kiosk renews it (`POST /kiosk/token`); `null` for a token of release 0.1.0, which
    /// doesn't expire before its first renewal.
    token_expires_at: Option<Instant>,
    /// Whether punches come with a photo.
    photo: PhotoRule,
    /// What people may do.
    actions: Vec<KioskOption>,
    /// Whether `POST /kiosk/punch` takes badges.
    takes_badges: bool,
    /// Whether `GET /kiosk/qr` has a code for phones.
    shows_code: bool,
}

/// The place where a kiosk stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskSite {
    /// The id of the site.
    id: SiteId,
    /// Its name.
    #[schema(value_type = String, example = "Harbour")]
    name: Name,
    /// Its time zone.
    time_zone: Zone,
}

/// Something that people may do at a kiosk, and what comes with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskOption {
    /// What a person may do.
    action: PunchAction,
    /// Whether a remark may be given.
    takes_remark: bool,
    /// Whether a photo may be given.
    takes_photo: bool,
    /// Whether it is refused without a photo.
    needs_photo: bool,
}

/// Get what a kiosk shows
///
/// Signed with a kiosk's device token: the site, the time, the rule of photos, and what people may do. A punch without `action`
/// does what comes next, so that one button is enough.
#[utoipa::path(
    get,
    path = "/kiosk",
    operation_id = "getKioskScreen",
    tag = "kiosks",
    responses(
        (status = 200, description = "What the kiosk shows", body = KioskScreen),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked one"),
        (status = 404, description = "`not_found`: the kiosk's site was deleted")
    )
)]
pub(crate) async fn kiosk_screen(State(app): State<App>, token: DeviceToken) -> Result<Answer, Problem> {
    let found = app.store.kiosk_and_settings(token.kiosk).await?;
    let now = app.now();
    let token_expires_at = found.kiosk.as_ref().and_then(|record| record.token_expires_at);
    let kiosk = token.open(found.kiosk, now)?;
    let site = app.store.site(kiosk.site_id).await?.ok_or_else(Problem::not_found)?;
    let settings = found.settings.settings;
    let option = |action| KioskOption {
        action,
        takes_remark: takes_remark(action),
        takes_photo: takes_photo(action) && settings.photo != PhotoRule::Off,
        needs_photo: action == PunchAction::In && settings.photo == PhotoRule::Required,
    };
    Answer::ok(&KioskScreen {
        id: kiosk.id,
        name: kiosk.name,
        company_name: settings.company_name.clone(),
        now: Instant::new(now, &site.time_zone),
        token_expires_at: token_expires_at.map(|at| Instant::new(at, &site.time_zone)),
        site: KioskSite { id: site.id, name: site.name, time_zone: site.time_zone },
        photo: settings.photo,
        actions: PunchAction::ALL.map(option).into(),
        takes_badges: true,
        shows_code: true,
    })
}
