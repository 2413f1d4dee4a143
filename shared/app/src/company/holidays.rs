//! Holidays: admins add, remove and import them. A holiday is never changed.

use domain::{
    FieldFault, FieldRule,
    calendar::WorkDate,
    event::{CompanyFact, Fact, Subject},
    holiday::{Half, Holiday},
    holiday_change::YearChange,
    id::{HolidayId, SiteId},
    text::NewName,
};
use serde::Deserialize;
use store::{
    Commit,
    holidays::{MAX_HOLIDAYS, new_holiday_id, year_of},
};
use utoipa::ToSchema;

use super::CompanyRefusal;
use crate::{Denied, Failed, Outcome, Prepared, Request, Versions, authorization, use_case::ensure_not_replayed};

/// The version of every holiday: holidays aren't changed, so there is no second version.
pub const ONLY_VERSION: u64 = 1;

/// A new holiday.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"date": "2026-12-18", "name": "Company party", "half_day": "afternoon"}))]
pub struct NewHoliday {
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

/// Adds a holiday.
///
/// # Errors
/// The caller isn't an admin, the site doesn't exist, the date already has the holiday, or the year has the maximum number.
pub async fn add(request: &Request<'_>, new: &NewHoliday) -> Result<Prepared<Holiday>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.holiday_snapshot(caller.user_id, new.date.year(), repeat, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    if new.site_id.is_some_and(|site| !snapshot.sites.book.contains(site)) {
        return Err(vec![FieldFault::new("site_id", FieldRule::NotASite)].into());
    }
    let id = new_holiday_id(new.date, ports.entropy);
    let &NewHoliday { date, ref name, site_id, half_day } = new;
    let holiday = Holiday { id, date, name: name.clone().into(), site_id, half_day };
    fits(&snapshot.year.holidays, &holiday)?;
    let fact = Fact::Company(CompanyFact::HolidayAdded { id, date, site_id });
    let mut commit = Commit::new(request.stamp(), Subject::Holidays, vec![fact])?;
    commit.audit(Subject::Holidays, "holiday_added", None, Some(&holiday))?;
    commit.add_holiday(&snapshot, &holiday)?;
    Ok(Prepared { commit, answer: holiday, version: ONLY_VERSION })
}

/// Removes a holiday.
///
/// # Errors
/// The caller isn't an admin, the holiday doesn't exist, or the client knows another version.
pub async fn remove(request: &Request<'_>, id: HolidayId, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.holiday_snapshot(caller.user_id, year_of(id), None, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let holiday = snapshot.year.holidays.iter().find(|holiday| holiday.id == id).ok_or(Denied::NotFound)?;
    versions.check(ONLY_VERSION)?;
    let fact = Fact::Company(CompanyFact::HolidayRemoved { id, date: holiday.date, site_id: holiday.site_id });
    let mut commit = Commit::new(request.stamp(), Subject::Holidays, vec![fact])?;
    commit.audit(Subject::Holidays, "holiday_removed", Some(holiday), None)?;
    commit.remove_holiday(&snapshot, holiday)?;
    Ok(Prepared { commit, answer: (), version: ONLY_VERSION })
}

/// Makes the holidays of a year as a calendar says. With `preview`, nothing is committed.
///
/// # Errors
/// The caller isn't an admin, a site doesn't exist, or the year would have more than the maximum number.
pub async fn import_year(
    request: &Request<'_>,
    year: i16,
    wanted: &[Holiday],
    preview: bool,
) -> Result<Outcome<YearChange>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.holiday_snapshot(caller.user_id, year, None, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    if wanted.iter().filter_map(|holiday| holiday.site_id).any(|site| !snapshot.sites.book.contains(site)) {
        return Err(vec![FieldFault::new("site_id", FieldRule::NotASite)].into());
    }
    let change = YearChange::of(&snapshot.year.holidays, wanted);
    if MAX_HOLIDAYS < snapshot.year.holidays.len() + change.added.len() - change.removed.len() {
        return Err(CompanyRefusal::TooManyHolidays.into());
    }
    if preview || change.is_empty() {
        return Ok(Outcome::Unchanged { answer: change, version: ONLY_VERSION });
    }
    let mut commit = Commit::new(request.stamp(), Subject::Holidays, change.facts())?;
    commit.audit(Subject::Holidays, "holidays_imported", Some(&change.removed), Some(&change.added))?;
    commit.change_holidays(&snapshot, year, &change.added, &change.removed_ids())?;
    Ok(Outcome::Changed(Prepared { commit, answer: change, version: ONLY_VERSION }))
}

/// Checks that the year has room for another holiday, and doesn't have this one yet.
fn fits(year: &[Holiday], new: &Holiday) -> Result<(), CompanyRefusal> {
    let place = |holiday: &Holiday| (holiday.date, holiday.site_id, holiday.half_day);
    if year.iter().any(|holiday| place(holiday) == place(new)) {
        return Err(CompanyRefusal::HolidayExists);
    }
    if year.len() >= MAX_HOLIDAYS {
        return Err(CompanyRefusal::TooManyHolidays);
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
        assert_eq!(twice, CompanyRefusal::HolidayExists);
    }

    #[test]
    fn a_year_has_at_most_200_holidays() {
        let full: Vec<Holiday> = (0..200).map(|_| holiday(Some(Half::Morning), None)).collect();
        assert_eq!(fits(&full, &holiday(None, None)).unwrap_err(), CompanyRefusal::TooManyHolidays);
        assert!(fits(&full[1..], &holiday(None, None)).is_ok());
    }
}
