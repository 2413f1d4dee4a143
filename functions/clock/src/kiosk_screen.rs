//! `GET /kiosk`: the content of a kiosk's screen before a person punches.

use app::kiosk::admit;
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

/// The content of a kiosk's screen. It doesn't list the people who punch there: unless the setting `kiosk.show_names` is on, a
/// kiosk learns whose username it is only with the right PIN.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskScreen {
    /// The id of the kiosk.
    id: KioskId,
    /// The name of the kiosk.
    #[schema(value_type = String, example = "Entrance")]
    name: Name,
    /// The name of the company.
    #[schema(value_type = String, example = "Harbour Works")]
    company_name: Name,
    /// The site of the kiosk.
    site: KioskSite,
    /// The server's current time, in the zone of the site. The kiosk uses it instead of the device's clock.
    now: Instant,
    /// The instant at which the device token expires unless the kiosk renews it (`POST /kiosk/token`); `null` for a token of
    /// release 0.1.0, which doesn't expire before its first renewal.
    token_expires_at: Option<Instant>,
    /// The rule for photos of punches.
    photo: PhotoRule,
    /// The actions that people may take.
    actions: Vec<KioskOption>,
    /// Whether `POST /kiosk/punch` accepts badges.
    takes_badges: bool,
    /// Whether `GET /kiosk/qr` returns a code for phones.
    shows_code: bool,
    /// Whether `GET /kiosk/people` lists the people of the site: the setting `kiosk.show_names`.
    shows_names: bool,
}

/// The site of a kiosk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskSite {
    /// The id of the site.
    id: SiteId,
    /// The name of the site.
    #[schema(value_type = String, example = "Harbour")]
    name: Name,
    /// The time zone of the site.
    time_zone: Zone,
}

/// An action that people may take at a kiosk, and what it accepts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KioskOption {
    /// The action.
    action: PunchAction,
    /// Whether the action accepts a remark.
    takes_remark: bool,
    /// Whether the action accepts a photo.
    takes_photo: bool,
    /// Whether the action is refused without a photo.
    needs_photo: bool,
}

/// Get what a kiosk shows
///
/// Authenticated with a kiosk's device token. Returns the site, the time, the rule for photos, and the actions that people may
/// take. A punch without `action` takes the next action, so one button is enough.
#[utoipa::path(
    get,
    path = "/kiosk",
    operation_id = "getKioskScreen",
    tag = "kiosks",
    security(("device_token" = [])),
    responses(
        (status = 200, description = "The data that the kiosk shows", body = KioskScreen),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked one"),
        (status = 404, description = "`not_found`: the kiosk's site was deleted")
    )
)]
pub(crate) async fn kiosk_screen(State(app): State<App>, token: DeviceToken) -> Result<Answer, Problem> {
    let found = app.store.kiosk_and_settings(token.kiosk).await?;
    let now = app.now();
    let token_expires_at = found.kiosk.as_ref().and_then(|record| record.token_expires_at);
    let kiosk = admit(&app.ports(now), &token, found.kiosk).await?;
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
        shows_names: settings.kiosk.show_names,
    })
}
