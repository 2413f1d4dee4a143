//! The company's types of leave: four built-in types, and the types that were added or changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Accrual, LeaveType};
use crate::{FieldRule, bounded::Bounded, schedule::LeaveTypeCode, text::Name};

/// The most types that a company may have. The transaction that activates someone books a grant of each, and a transaction holds
/// a hundred actions.
const MAX_COUNT: usize = 20;

/// The types of leave. They are one stored item, which only holds the differences from the built-in types.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveTypes {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    changed: BTreeMap<LeaveTypeCode, LeaveType>,
    /// The number of changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

/// The reason why a type is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.rule())]
pub enum TypeRefusal {
    /// Annual leave must be counted, because lateness and low balances depend on it.
    AnnualCounted,
    /// The allowance of annual leave can only be set in the settings.
    AnnualAllowance,
    /// A type without a balance can't have an allowance.
    AllowanceUncounted,
    /// Annual leave can't interrupt other leave. It is the leave that other leave interrupts.
    AnnualInterrupts,
    /// Time off can't have a balance of its own, because it is taken from the time account.
    TimeOffCounted,
    /// The company has reached the limit of types.
    TooMany,
}

impl TypeRefusal {
    /// Returns the rule that the type breaks.
    pub fn rule(self) -> FieldRule {
        match self {
            Self::AnnualCounted => FieldRule::AnnualLeaveCounted,
            Self::AnnualAllowance => FieldRule::AnnualAllowanceIsSetting,
            Self::AllowanceUncounted => FieldRule::AllowanceNeedsBalance,
            Self::AnnualInterrupts => FieldRule::AnnualLeaveInterrupts,
            Self::TimeOffCounted => FieldRule::TimeOffCounted,
            Self::TooMany => FieldRule::TooManyLeaveTypes { max: MAX_COUNT as u64 },
        }
    }
}

impl LeaveTypes {
    /// Returns the type of that code.
    pub fn get(&self, code: &LeaveTypeCode) -> Option<LeaveType> {
        let changed = self.changed.get(code).cloned().map(told_whole);
        changed.or_else(|| built_in().into_iter().find(|built_in| built_in.code == *code))
    }

    /// Returns all types, by code.
    pub fn all(&self) -> Vec<LeaveType> {
        let mut all: BTreeMap<LeaveTypeCode, LeaveType> =
            built_in().into_iter().map(|built_in| (built_in.code.clone(), built_in)).collect();
        all.extend(self.changed.iter().map(|(code, changed)| (code.clone(), told_whole(changed.clone()))));
        all.into_values().collect()
    }

    /// Returns the codes of the types that have balances.
    pub fn counted(&self) -> Vec<LeaveTypeCode> {
        self.all().into_iter().filter(|leave_type| leave_type.counted).map(|leave_type| leave_type.code).collect()
    }

    /// Returns the next version of the types, with this one added or changed.
    pub fn with(&self, leave_type: LeaveType) -> Result<Self, TypeRefusal> {
        if leave_type.is_annual() && !leave_type.counted {
            return Err(TypeRefusal::AnnualCounted);
        }
        if leave_type.is_annual() && leave_type.annual_days.is_some() {
            return Err(TypeRefusal::AnnualAllowance);
        }
        if !leave_type.counted && leave_type.annual_days.is_some() {
            return Err(TypeRefusal::AllowanceUncounted);
        }
        if leave_type.is_annual() && leave_type.interrupts() {
            return Err(TypeRefusal::AnnualInterrupts);
        }
        if leave_type.code == LeaveTypeCode::time_off() && leave_type.counted {
            return Err(TypeRefusal::TimeOffCounted);
        }
        let mut changed = self.changed.clone();
        changed.insert(leave_type.code.clone(), leave_type);
        let after = Self { changed, version: self.version + 1 };
        if MAX_COUNT < after.all().len() { Err(TypeRefusal::TooMany) } else { Ok(after) }
    }
}

/// Returns a stored type with the values that it lacks because it is older than their rule.
fn told_whole(leave_type: LeaveType) -> LeaveType {
    LeaveType { interrupts: Some(leave_type.interrupts()), ..leave_type }
}

fn built_in() -> [LeaveType; 4] {
    let annual = LeaveType {
        code: LeaveTypeCode::annual(),
        name: named("Annual leave"),
        counted: true,
        paid: true,
        annual_days: None,
        accrual: Accrual::Yearly,
        half_days: true,
        holidays_count: false,
        backdate_days: Bounded::constant::<0>(),
        interrupts: Some(false),
    };
    let uncounted = LeaveType { counted: false, ..annual.clone() };
    let sick = LeaveType {
        code: LeaveTypeCode::sick(),
        name: named("Sick leave"),
        backdate_days: Bounded::constant::<7>(),
        interrupts: Some(true),
        ..uncounted.clone()
    };
    let time_off = LeaveType { code: LeaveTypeCode::time_off(), name: named("Time off in lieu"), ..uncounted.clone() };
    let unpaid = LeaveType { code: LeaveTypeCode::unpaid(), name: named("Unpaid leave"), paid: false, ..uncounted };
    [annual, sick, time_off, unpaid]
}

#[expect(clippy::expect_used, reason = "literals that keep the rules of a name, held by a test")]
fn named(name: &str) -> Name {
    Name::parse(name).expect("the literal is a valid name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> LeaveTypeCode {
        LeaveTypeCode::parse(text).unwrap()
    }

    fn study() -> LeaveType {
        LeaveType { code: code("study"), ..LeaveTypes::default().get(&LeaveTypeCode::annual()).unwrap() }
    }

    #[test]
    fn four_types_are_built_in() {
        let types = LeaveTypes::default();
        let codes: Vec<String> = types.all().into_iter().map(|leave_type| leave_type.code.into()).collect();
        assert_eq!(codes, ["annual", "sick", "time_off", "unpaid"]);
        assert_eq!(types.counted(), [LeaveTypeCode::annual()]);
        assert_eq!(types.get(&LeaveTypeCode::sick()).unwrap().backdate_days.get(), 7);
        assert!(!types.get(&LeaveTypeCode::unpaid()).unwrap().paid);
        assert_eq!(types.get(&code("study")), None);
    }

    #[test]
    fn a_type_is_added_or_changed_and_read_back() {
        let types = LeaveTypes::default().with(study()).unwrap();
        let sick = LeaveType { name: Name::parse("Illness").unwrap(), ..types.get(&LeaveTypeCode::sick()).unwrap() };
        let types = types.with(sick.clone()).unwrap();
        assert_eq!((types.version, types.all().len()), (2, 5));
        let types: LeaveTypes = serde_json::from_str(&serde_json::to_string(&types).unwrap()).unwrap();
        assert_eq!(types.get(&LeaveTypeCode::sick()), Some(sick));
        assert_eq!(types.counted(), [LeaveTypeCode::annual(), code("study")]);
    }

    #[test]
    fn a_type_stored_before_leave_could_be_interrupted_is_as_built_in() {
        let types = LeaveTypes::default();
        let sick = types.get(&LeaveTypeCode::sick()).unwrap();
        let types = types.with(LeaveType { name: Name::parse("Illness").unwrap(), ..sick }).unwrap();
        let mut stored = serde_json::to_value(types.with(study()).unwrap()).unwrap();
        for code in ["sick", "study"] {
            stored["changed"][code].as_object_mut().unwrap().remove("interrupts").unwrap();
        }
        let types: LeaveTypes = serde_json::from_value(stored).unwrap();
        assert_eq!(types.get(&LeaveTypeCode::sick()).unwrap().interrupts, Some(true));
        assert_eq!(types.get(&code("study")).unwrap().interrupts, Some(false));
    }

    #[test]
    fn contradictory_leave_types_are_refused() {
        let types = LeaveTypes::default();
        let annual = types.get(&LeaveTypeCode::annual()).unwrap();
        let days = Some(crate::settings::LeaveAllowance::of_hundredths::<500>());
        assert_eq!(types.with(LeaveType { counted: false, ..annual.clone() }), Err(TypeRefusal::AnnualCounted));
        assert_eq!(types.with(LeaveType { annual_days: days, ..annual.clone() }), Err(TypeRefusal::AnnualAllowance));
        assert_eq!(
            types.with(LeaveType { interrupts: Some(true), ..annual.clone() }),
            Err(TypeRefusal::AnnualInterrupts)
        );
        let sick = types.get(&LeaveTypeCode::sick()).unwrap();
        assert_eq!(types.with(LeaveType { annual_days: days, ..sick }), Err(TypeRefusal::AllowanceUncounted));
        let time_off = types.get(&LeaveTypeCode::time_off()).unwrap();
        assert_eq!(types.with(LeaveType { counted: true, ..time_off }), Err(TypeRefusal::TimeOffCounted));
        let many =
            (0..16).try_fold(types, |types, n| types.with(LeaveType { code: code(&format!("t{n}")), ..study() }));
        assert_eq!(many.unwrap().with(study()), Err(TypeRefusal::TooMany));
    }
}
