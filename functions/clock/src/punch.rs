//! Executes a punch: as a [`PunchRequest`], or with a photo.

use app::{
    Prepared, Refusal,
    attendance::PunchCodes,
    photos::{self, GivenPhoto, WithoutPhoto},
};
use axum::response::Response;
use domain::{
    day::{PunchContext, PunchDetails, Punched},
    kiosk::{KioskCode, PunchKiosk},
    photo::PhotoKeys,
};
use http::StatusCode;
use jiff::Timestamp;
use store::RepeatKey;
use web::{
    Answer, App, Body, Caller, Code, Detail, Failed, Problem, Repeat, RequestId, command::command_briefly,
    punching::PunchRequest,
};

use crate::{
    photo_body::MAX_BODY,
    punch_body::{Accompaniments, PunchBody},
    time_clock::TimeClock,
};

/// A punch with its caller and body.
pub(crate) struct Punch {
    pub(crate) clock: TimeClock,
    pub(crate) caller: Caller,
    pub(crate) request_id: RequestId,
    pub(crate) repeat: Repeat,
    pub(crate) body: Body<PunchBody, MAX_BODY>,
}

impl Punch {
    /// Executes the punch and returns the day that it belongs to. `decide` decides its effect, or refuses it.
    pub(crate) async fn execute(
        self,
        status: StatusCode,
        without_photo: WithoutPhoto,
        decide: impl Fn(&PunchContext<'_>, PunchDetails) -> Result<Punched, Problem>,
    ) -> Result<Response, Problem> {
        let Self { clock, caller, request_id, repeat, body } = self;
        let key = repeat.key(caller.user_id, &body.hash);
        let Accompaniments { details, photo, kiosk_code } = body.value.parse()?;
        let now = clock.app.now();
        let kiosk_code = match kiosk_code {
            None => None,
            Some(text) => match clock.keys.open_code(text.expose(), now).await? {
                Some(code) => Some(code),
                None => return refuse_code(&clock.app, key.as_ref(), now).await,
            },
        };
        if let Some(given) = photo {
            let with_photo = WithPhoto { clock, caller, request_id, key, kiosk_code, details, given };
            return Box::pin(with_photo.execute(status, decide)).await;
        }
        let cost_center = details.cost_center.clone();
        let request = PunchRequest { app: clock.app, caller, request_id, key, kiosk_code, cost_center };
        let decide = |context: &PunchContext<'_>, kiosk: Option<PunchKiosk>| {
            let punched = decide(context, PunchDetails { kiosk, ..details.clone() })?;
            without_photo.check(context.planner.settings).map_err(Refusal::from)?;
            Ok(punched)
        };
        Box::pin(request.execute(status, decide)).await
    }
}

/// Refuses a punch whose code isn't valid. If the first attempt was accepted while the code was valid, a repeat gets its answer.
async fn refuse_code(app: &App, key: Option<&RepeatKey>, now: Timestamp) -> Result<Response, Problem> {
    let refused = async || -> Result<Answer, Failed> {
        Err(Problem::new(Code::KioskCodeInvalid).detail(Detail::ScanCodeAgain).into())
    };
    command_briefly(&app.store, key, now, refused).await
}

/// A punch with a photo: both are stored, or neither. The photo is in the bucket before the punch is committed to the table.
struct WithPhoto {
    clock: TimeClock,
    caller: Caller,
    request_id: RequestId,
    key: Option<RepeatKey>,
    kiosk_code: Option<KioskCode>,
    details: PunchDetails,
    given: GivenPhoto,
}

impl WithPhoto {
    async fn execute(
        self,
        status: StatusCode,
        decide: impl Fn(&PunchContext<'_>, PunchDetails) -> Result<Punched, Problem>,
    ) -> Result<Response, Problem> {
        let Self { clock, caller, request_id, key, kiosk_code, details, given } = self;
        let TimeClock { app, photos: bucket, keys: _ } = clock;
        let request = app.request(&caller, &request_id, key.as_ref());
        let now = request.ports.now;
        let codes = PunchCodes { kiosk: kiosk_code, cost_center: details.cost_center.clone() };
        let decide = |context: &PunchContext<'_>, kiosk: Option<PunchKiosk>, keys: Option<&PhotoKeys>| {
            let details = PunchDetails { kiosk, photo: keys.cloned(), ..details.clone() };
            decide(context, details).map_err(Failed::from)
        };
        let attempt = async || -> Result<Answer, Failed> {
            // Boxed, because the future holds what the punch reads.
            let punch = Box::pin(photos::punch(&request, &codes, &bucket, &given, &decide));
            let (prepared, photo) = punch.await?;
            let Prepared { mut commit, answer: day, version } = prepared;
            let answer = Answer::json(status, &day)?.version(version);
            commit.save_answer(key.as_ref(), answer.saved())?;
            photo.commit(commit, &app.store).await?;
            Ok(answer)
        };
        command_briefly(&app.store, key.as_ref(), now, attempt).await
    }
}
