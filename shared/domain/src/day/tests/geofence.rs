//! The geofence check, and its effects.

use crate::{
    day::{ClockInRefusal, Flag, Location, PunchDetails, Source},
    id::SiteId,
    schedule::{
        PatternShift,
        tests::company::{Company, MONDAY_TO_SATURDAY, site_id, times, week},
    },
    site::{Place, Radius, Site},
};

const DAY: &str = "2026-11-03";
/// A longitude on the equator, where a thousandth of a degree is 111 m.
const OFFICE: f64 = 0.0;
const PLANT: f64 = 1.0;

fn site(id: SiteId, longitude: f64) -> Site {
    let place = Place {
        latitude: 0.0.try_into().unwrap(),
        longitude: longitude.try_into().unwrap(),
        radius_m: Radius::new(200).unwrap(),
    };
    let zone = crate::calendar::Zone::UTC;
    Site {
        id,
        name: crate::text::Name::parse("S").unwrap(),
        time_zone: zone,
        place: Some(place),
        region: None,
        version: 1,
    }
}

/// A company with a person who belongs to the office. The planned shifts are at `shift_site`.
fn company(mode: &str, shift_site: Option<SiteId>) -> Company {
    let shift = PatternShift { times: times("09:00", "18:00", 60), site_id: shift_site };
    let mut company = Company::in_zone("UTC")
        .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift]))
        .settings(&format!(r#"{{"geofence": "{mode}"}}"#));
    company.sites.enter(&site(site_id(1), OFFICE));
    company.sites.enter(&site(site_id(2), PLANT));
    company.person.site_id = Some(site_id(1));
    company
}

fn at(longitude: f64) -> PunchDetails {
    let (north, east) = (0.0.try_into().unwrap(), longitude.try_into().unwrap());
    let location = Location::new(Some(north), Some(east), None, None).unwrap();
    PunchDetails { location: Some(location), ..PunchDetails::bare(Source::Own) }
}

fn clock_in(company: &mut Company, details: PunchDetails) -> Result<bool, ClockInRefusal> {
    let now = company.at("2026-11-03 09:00");
    let punched = company.punch(now, |context| context.clock_in(details))?;
    company.commit(punched);
    Ok(company.figures(DAY, "2026-11-03 10:00").flags.contains(&Flag::OutsideGeofence))
}

fn clock_out(company: &mut Company, details: PunchDetails) -> bool {
    let now = company.at("2026-11-03 18:00");
    let punched = company.punch(now, |context| context.clock_out(details)).unwrap();
    company.commit(punched);
    company.figures(DAY, "2026-11-03 19:00").flags.contains(&Flag::OutsideGeofence)
}

#[test]
fn the_off_mode_compares_no_coordinates() {
    let mut company = company("off", None);
    assert_eq!(clock_in(&mut company, at(9.0)), Ok(false));
    assert!(!clock_out(&mut company, at(9.0)));
}

#[test]
fn flag_takes_every_punch_and_flags_those_outside() {
    assert_eq!(clock_in(&mut company("flag", None), at(0.001)), Ok(false));
    assert_eq!(clock_in(&mut company("flag", None), at(0.002)), Ok(true));
    assert_eq!(clock_in(&mut company("flag", None), PunchDetails::bare(Source::Own)), Ok(false));
}

#[test]
fn enforce_wants_coordinates_within_the_circle() {
    let bare = PunchDetails::bare(Source::Own);
    assert_eq!(clock_in(&mut company("enforce", None), bare), Err(ClockInRefusal::LocationRequired));
    let outside = clock_in(&mut company("enforce", None), at(0.002));
    assert_eq!(outside, Err(ClockInRefusal::OutsideGeofence { radius_m: 200 }));
    assert_eq!(clock_in(&mut company("enforce", None), at(0.001)), Ok(false));
}

#[test]
fn a_clock_out_outside_is_flagged_and_never_refused() {
    for (mode, details, flagged) in [
        ("enforce", at(0.002), true),
        ("flag", at(0.002), true),
        ("enforce", at(0.001), false),
        ("enforce", PunchDetails::bare(Source::Own), false),
    ] {
        let mut company = company(mode, None);
        clock_in(&mut company, at(OFFICE)).unwrap();
        assert_eq!(clock_out(&mut company, details), flagged, "{mode}");
    }
}

#[test]
fn the_shifts_site_comes_before_the_persons() {
    let plant = Some(site_id(2));
    let at_office = clock_in(&mut company("enforce", plant), at(OFFICE));
    assert!(matches!(at_office, Err(ClockInRefusal::OutsideGeofence { .. })));
    let mut company = company("enforce", plant);
    assert_eq!(clock_in(&mut company, at(PLANT)), Ok(false));
    assert!(clock_out(&mut company, at(OFFICE)));
}

#[test]
fn without_a_site_no_coordinates_are_required() {
    let mut company = company("enforce", None);
    company.person.site_id = None;
    assert_eq!(clock_in(&mut company, PunchDetails::bare(Source::Own)), Ok(false));
}

#[test]
fn a_kiosk_punch_needs_no_coordinates() {
    assert_eq!(clock_in(&mut company("enforce", None), PunchDetails::bare(Source::Kiosk)), Ok(false));
}
