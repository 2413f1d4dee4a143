//! The draft of a pattern: one week that repeats, or a rotation of several weeks.

use std::collections::BTreeMap;

use answers::roster::ShiftTimesBody;
use domain::{
    FieldFault, FieldRule, Invalid,
    calendar::{Weekday, WorkDate},
    roster::{PatternRefusal, Rescheduled, Rostering},
    schedule::{Pattern, PatternShift, Rhythm, SiteBook, Week},
    settings::WeeklyOffs,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// The maximum number of shifts on a date.
pub const MAX_SHIFTS: usize = 6;

/// A pattern: `weekly_offs` and `shifts` for a week that repeats, or `weeks` and `anchor` for a rotation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatternBody)]
#[schema(example = json!({
    "effective_from": "2026-11-16",
    "weekly_offs": ["saturday", "sunday"],
    "shifts": {
        "monday": [{"start": "08:00", "end": "16:30", "break_minutes": 30}],
        "tuesday": [{"start": "08:00", "end": "16:30", "break_minutes": 30}],
        "wednesday": [{"start": "08:00", "end": "16:30", "break_minutes": 30}],
        "thursday": [{"start": "08:00", "end": "16:30", "break_minutes": 30}],
        "friday": [{"start": "08:00", "end": "16:30", "break_minutes": 30}]
    }
}))]
pub struct PatternDraft {
    /// The first date on which the pattern applies: today or later.
    effective_from: WorkDate,
    /// The days off of the week. The setting `weekly_offs` says how many there must be: 1 or 2 by default.
    #[schema(value_type = Option<Vec<Weekday>>, max_items = 7)]
    weekly_offs: Option<WeeklyOffs>,
    /// The shifts that begin on each weekday. A weekday that isn't named is also off.
    #[schema(value_type = Option<BTreeMap<Weekday, Vec<ShiftTimesBody>>>)]
    shifts: Option<BTreeMap<Named, Vec<ShiftTimesBody>>>,
    /// The weeks of the rotation in order, at most 52.
    #[schema(min_items = 1, max_items = 52)]
    weeks: Option<Vec<WeekDraft>>,
    /// A Monday on which the first week begins.
    anchor: Option<WorkDate>,
}

/// A week of a rotation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RosterWeek)]
pub struct WeekDraft {
    /// The days off of the week. A week of a rotation may have none or seven. All weeks together need at least `min`
    /// of the setting `weekly_offs`, multiplied by the number of weeks.
    #[schema(value_type = Vec<Weekday>, max_items = 7)]
    weekly_offs: WeeklyOffs,
    /// The shifts that begin on each weekday. A weekday that isn't named is also off.
    #[schema(value_type = BTreeMap<Weekday, Vec<ShiftTimesBody>>)]
    shifts: BTreeMap<Named, Vec<ShiftTimesBody>>,
}

/// A weekday as the key of an object. It is deserialized from a string, because only then does the path of an error
/// contain the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Named(Weekday);

impl TryFrom<String> for Named {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let named = Weekday::ALL.into_iter().find(|weekday| name(*weekday) == text);
        named.map(Self).ok_or_else(|| Invalid::new(FieldRule::WeekdayNames))
    }
}

/// A shift of the draft, and its path.
struct Placed {
    path: String,
    week: usize,
    weekday: Weekday,
    shift: ShiftTimesBody,
}

/// The weeks of a draft, with the prefixes of their paths.
struct Weeks {
    weeks: Vec<(String, WeekDraft)>,
    anchor: Option<WorkDate>,
}

impl PatternDraft {
    /// Returns the path of the shifts.
    const fn shifts_path(&self) -> &'static str {
        if self.weeks.is_some() { "weeks" } else { "shifts" }
    }

    /// Returns the path of the days off.
    const fn weekly_offs_path(&self) -> &'static str {
        if self.weeks.is_some() { "weeks" } else { "weekly_offs" }
    }

    /// Returns the pattern.
    ///
    /// # Errors
    /// Every value that breaks a rule, with its path.
    pub fn pattern(&self, sites: &SiteBook) -> Result<Pattern, Vec<FieldFault>> {
        let weeks = self.weeks()?;
        let placed = weeks.placed();
        let mut wrong = weeks.off_and_with_shifts();
        wrong.extend(weeks.too_many());
        wrong.extend(not_sites(&placed, sites));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let rhythm = weeks.rhythm(&placed).map_err(|refused| vec![FieldFault::new(self.shifts_path(), refused)])?;
        Ok(Pattern { effective_from: self.effective_from, rhythm })
    }

    /// Returns the schedule with the pattern.
    ///
    /// # Errors
    /// Every value that breaks a rule, or the reason why the roster can't have the pattern, with its path.
    pub(super) fn rescheduled(
        &self,
        rostering: &Rostering<'_>,
        sites: &SiteBook,
    ) -> Result<Rescheduled, Vec<FieldFault>> {
        let pattern = self.pattern(sites)?;
        rostering.set_pattern(pattern).map_err(|refusal| vec![self.fault(&refusal, rostering)])
    }

    /// Returns the fault for a refused pattern.
    fn fault(&self, refusal: &PatternRefusal, rostering: &Rostering<'_>) -> FieldFault {
        let path = match refusal {
            PatternRefusal::InThePast | PatternRefusal::TooFarAhead => "effective_from".to_owned(),
            PatternRefusal::WeeklyOffs(_) => self.weekly_offs_path().to_owned(),
            PatternRefusal::UnknownSite(_) | PatternRefusal::Invalid(_) => self.shifts_path().to_owned(),
            PatternRefusal::Clash(_) => self.clash_path(|pattern| rostering.set_pattern(pattern).is_ok()),
        };
        FieldFault::new(path, refusal.rule())
    }

    /// Returns the path of the first shift with which the pattern no longer fits.
    pub fn clash_path(&self, fits: impl Fn(Pattern) -> bool) -> String {
        let path = self.weeks().ok().and_then(|weeks| {
            let placed = weeks.placed();
            let first = |count: usize| {
                let rhythm = weeks.rhythm(placed.get(..count)?).ok()?;
                Some(Pattern { effective_from: self.effective_from, rhythm })
            };
            // Two shifts overlap only once enough of them are included.
            let counts: Vec<usize> = (1..=placed.len()).collect();
            let fitting = counts.partition_point(|count| first(*count).is_some_and(&fits));
            placed.get(fitting).map(|placed| placed.path.clone())
        });
        path.unwrap_or_else(|| self.shifts_path().to_owned())
    }

    /// Returns the weeks of either form. Every field that doesn't belong to the form is reported.
    fn weeks(&self) -> Result<Weeks, Vec<FieldFault>> {
        match (&self.weeks, self.anchor) {
            (Some(weeks), Some(anchor)) => {
                let rule = || FieldRule::NotWith { other: "weeks".to_owned() };
                let max = Rhythm::MAX_WEEKS;
                let faults = [
                    (self.weekly_offs.is_some(), "weekly_offs", rule()),
                    (self.shifts.is_some(), "shifts", rule()),
                    (!(1..=max).contains(&weeks.len()), "weeks", FieldRule::ItemsBetween { min: 1, max: max as u64 }),
                    (anchor.weekday() != Weekday::Monday, "anchor", FieldRule::Monday),
                ];
                let broken = FieldFault::broken(faults);
                if !broken.is_empty() {
                    return Err(broken);
                }
                let path = |index| format!("weeks[{index}].");
                let weeks = weeks.iter().enumerate().map(|(index, week)| (path(index), week.clone())).collect();
                Ok(Weeks { weeks, anchor: Some(anchor) })
            }
            (Some(_), None) => {
                Err(vec![FieldFault::new("anchor", FieldRule::RequiredWith { other: "weeks".to_owned() })])
            }
            (None, Some(_)) => Err(vec![FieldFault::new("anchor", FieldRule::OnlyWith { other: "weeks".to_owned() })]),
            (None, None) => {
                let (Some(weekly_offs), Some(shifts)) = (self.weekly_offs.clone(), self.shifts.clone()) else {
                    let missing = [("weekly_offs", self.weekly_offs.is_none()), ("shifts", self.shifts.is_none())];
                    let faults = missing.map(|(field, missing)| (missing, field, FieldRule::WeeksOrWeek));
                    return Err(FieldFault::broken(faults));
                };
                Ok(Weeks { weeks: vec![(String::new(), WeekDraft { weekly_offs, shifts })], anchor: None })
            }
        }
    }
}

impl Weeks {
    fn placed(&self) -> Vec<Placed> {
        let mut placed = Vec::new();
        for (week, (prefix, body)) in self.weeks.iter().enumerate() {
            for (Named(weekday), shifts) in &body.shifts {
                placed.extend(shifts.iter().enumerate().map(|(index, shift)| Placed {
                    path: format!("{prefix}shifts.{}[{index}]", name(*weekday)),
                    week,
                    weekday: *weekday,
                    shift: *shift,
                }));
            }
        }
        placed
    }

    /// Returns the rhythm with some of the shifts.
    fn rhythm(&self, placed: &[Placed]) -> Result<Rhythm, Invalid> {
        let mut weeks: Vec<Week> = self
            .weeks
            .iter()
            .map(|(_, body)| Week { weekly_offs: body.weekly_offs.clone(), shifts: BTreeMap::new() })
            .collect();
        for Placed { week, weekday, shift, .. } in placed {
            if let Some(week) = weeks.get_mut(*week) {
                week.shifts.entry(*weekday).or_default().push(PatternShift::from(*shift));
            }
        }
        match (self.anchor, weeks.pop()) {
            (Some(anchor), last) => Rhythm::rotation(weeks.into_iter().chain(last).collect(), anchor),
            (None, Some(only)) => Rhythm::weekly(only),
            (None, None) => Err(Invalid::new(FieldRule::ItemsAtLeast { min: 1 })),
        }
    }

    fn off_and_with_shifts(&self) -> Vec<FieldFault> {
        let both = |(prefix, body): &(String, WeekDraft)| {
            let named = body
                .shifts
                .iter()
                .filter(|(Named(weekday), shifts)| body.weekly_offs.contains(*weekday) && !shifts.is_empty());
            let fault = |(Named(weekday), _): (&Named, _)| {
                FieldFault::new(format!("{prefix}shifts.{}", name(*weekday)), FieldRule::NoShiftsOnDayOff)
            };
            named.map(fault).collect::<Vec<_>>()
        };
        self.weeks.iter().flat_map(both).collect()
    }

    fn too_many(&self) -> Vec<FieldFault> {
        let of_week = |(prefix, body): &(String, WeekDraft)| {
            let full = body.shifts.iter().filter(|(_, shifts)| shifts.len() > MAX_SHIFTS);
            let fault = |(Named(weekday), _): (&Named, _)| {
                let rule = FieldRule::ShiftsAtMost { max: MAX_SHIFTS as u64 };
                FieldFault::new(format!("{prefix}shifts.{}", name(*weekday)), rule)
            };
            full.map(fault).collect::<Vec<_>>()
        };
        self.weeks.iter().flat_map(of_week).collect()
    }
}

fn not_sites(placed: &[Placed], sites: &SiteBook) -> Vec<FieldFault> {
    let unknown = placed.iter().filter(|placed| placed.shift.site_id().is_some_and(|site| !sites.contains(site)));
    unknown.map(|placed| FieldFault::new(format!("{}.site_id", placed.path), FieldRule::NotASite)).collect()
}

/// Returns the weekday as the API spells it.
fn name(weekday: Weekday) -> String {
    format!("{weekday:?}").to_lowercase()
}
