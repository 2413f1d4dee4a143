//! `POST /holidays`

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    FieldRule,
    calendar::WorkDate,
    event::{CompanyFact, Fact, Subject},
    holiday::{Half, Holiday},
    id::SiteId,
    text::NewName,
};
use serde::Deserialize;
use store::{
    Commit, RepeatKey,
    holidays::{MAX_HOLIDAYS, new_holiday_id},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
};

use super::{HolidayAnswer, ONLY_VERSION};

/// A new holiday.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"date": "2026-12-18", "name": "Company party", "half_day": "afternoon"}))]
pub(crate) struct NewHoliday {
    /// The date of the holiday.
    date: WorkDate,
    /// The name of the holiday.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// The site that has the holiday; by default, the whole company has it.
    site_id: Option<SiteId>,
    /// The half of the day; by default, the whole day.
    half_day: Option<Half>,
}

/// Create a holiday
///
/// For admins only. Leave and daily records from today on are recalculated.
#[utoipa::path(
    post, path = "/holidays", operation_id = "createHoliday", tag = "holidays",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewHoliday,
    responses(
        (status = 201, description = "The holiday", body = HolidayAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`holiday_exists`: that date is one there already; `too_many_holidays`: a year has at most 200"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewHoliday>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewHoliday,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.holiday_snapshot(caller.user_id, new.date.year(), key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    if new.site_id.is_some_and(|site| !snapshot.sites.book.contains(site)) {
        return Err(Problem::invalid("site_id", FieldRule::NotASite).into());
    }
    let id = new_holiday_id(new.date, &*app.entropy);
    let &NewHoliday { date, ref name, site_id, half_day } = new;
    let holiday = Holiday { id, date, name: name.clone().into(), site_id, half_day };
    fits(&snapshot.year.holidays, &holiday)?;
    let answer = Answer::json(StatusCode::CREATED, &HolidayAnswer::from(holiday.clone()))?.version(ONLY_VERSION);
    let stamp = app.stamp(caller, request_id, now);
    let mut commit =
        Commit::new(stamp, Subject::Holidays, vec![Fact::Company(CompanyFact::HolidayAdded { id, date, site_id })])?;
    commit.audit(Subject::Holidays, "holiday_added", None, Some(&holiday))?;
    commit.add_holiday(&snapshot, &holiday)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer)
}

/// Checks that the year has room for another holiday, and doesn't have this one yet.
fn fits(year: &[Holiday], new: &Holiday) -> Result<(), Problem> {
    let place = |holiday: &Holiday| (holiday.date, holiday.site_id, holiday.half_day);
    if year.iter().any(|holiday| place(holiday) == place(new)) {
        return Err(Problem::new(Code::HolidayExists));
    }
    if year.len() >= MAX_HOLIDAYS {
        return Err(Problem::new(Code::TooManyHolidays));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::text::Name;

    use super::*;

    fn holiday(half_day: Option<Half>, site: Option<&str>) -> Holiday {
        Holiday {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            date: "2026-11-02".parse().unwrap(),
            name: Name::parse("Founders' day").unwrap(),
            site_id: site.map(|site| site.parse().unwrap()),
            half_day,
        }
    }

    #[test]
    fn a_date_is_a_holiday_once_for_each_place_and_half() {
        let year = [holiday(Some(Half::Morning), None)];
        assert!(fits(&year, &holiday(Some(Half::Afternoon), None)).is_ok());
        assert!(fits(&year, &holiday(Some(Half::Morning), Some("01JBN2V7Q4W0M3T9K5ZXH8R6CE"))).is_ok());
        let twice = fits(&year, &holiday(Some(Half::Morning), None)).unwrap_err();
        assert_eq!(twice.code(), Code::HolidayExists);
    }

    #[test]
    fn a_year_has_room_for_200() {
        let full: Vec<Holiday> = (0..200).map(|_| holiday(Some(Half::Morning), None)).collect();
        assert_eq!(fits(&full, &holiday(None, None)).unwrap_err().code(), Code::TooManyHolidays);
        assert!(fits(&full[1..], &holiday(None, None)).is_ok());
    }
}
