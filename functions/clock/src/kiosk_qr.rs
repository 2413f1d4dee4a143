//! `GET /kiosk/qr`: the code that a kiosk shows for phones to scan.

use app::kiosk::admit;
use axum::extract::State;
use domain::calendar::Zone;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, DeviceToken, Problem, instant::Instant};

use crate::time_clock::TimeClock;

/// The code that a kiosk shows as a QR code. A person who scans it proves that they are at the kiosk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownCode {
    /// The code: letters, digits, `.`, `-` and `_`.
    #[schema(example = "kc1.01JBN2V7Q4W0M3T9K5ZXH8R6KK.119525856.h7nNf1sR0mBq8sV3n4x5Qw")]
    code: String,
    /// The server's current time. The kiosk uses it instead of the device's clock.
    now: Instant,
    /// The instant at which the code changes: fetch the new code then.
    changes_at: Instant,
    /// The instant from which on the code is refused.
    expires_at: Instant,
}

/// Get the code of a kiosk
///
/// Authenticated with a kiosk's device token. The code changes every 15 seconds. It is accepted for 30 seconds, once from each
/// person, as `kiosk_code` of `POST /clock/in` and `POST /clock/out`.
#[utoipa::path(
    get,
    path = "/kiosk/qr",
    operation_id = "getKioskCode",
    tag = "kiosks",
    security(("device_token" = [])),
    responses(
        (status = 200, description = "The code", body = ShownCode),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked one"),
    )
)]
pub(crate) async fn kiosk_qr(State(clock): State<TimeClock>, token: DeviceToken) -> Result<Answer, Problem> {
    let TimeClock { app, photos: _, keys } = clock;
    let now = app.now();
    let kiosk = admit(&app.ports(now), &token, app.store.kiosk(token.kiosk).await?).await?;
    let (code, step) = keys.kiosk_code(kiosk.id, now).await?;
    let instant = |at| Instant::new(at, &Zone::UTC);
    Answer::ok(&ShownCode {
        code,
        now: instant(now),
        changes_at: instant(step.changes_at()),
        expires_at: instant(step.expires_at()),
    })
}
