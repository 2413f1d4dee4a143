//! Facts about pay: codes, rules, cost centers and pay profiles.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    id::PayRulesId,
    pay::{ApprovalVerdict, CostCenterCode, PayCode},
};

/// Facts about pay: codes, rules, cost centers and pay profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PayFact {
    /// A pay code was added or changed.
    PayCodeChanged {
        /// The code.
        code: PayCode,
    },
    /// Pay rules were created.
    PayRulesCreated {
        /// The id of the rules.
        rules_id: PayRulesId,
    },
    /// Pay rules changed.
    PayRulesChanged {
        /// The id of the rules.
        rules_id: PayRulesId,
    },
    /// Pay rules were deleted.
    PayRulesDeleted {
        /// The id of the rules.
        rules_id: PayRulesId,
    },
    /// A person's pay profile changed.
    PayProfileChanged {
        /// The first date of the profile.
        effective_from: WorkDate,
    },
    /// A cost center was added or changed.
    CostCenterChanged {
        /// The code of the cost center.
        cost_center: CostCenterCode,
    },
    /// Time of a person's date waits for approval before it is paid.
    PayApprovalNeeded {
        /// The work date.
        date: WorkDate,
    },
    /// A manager adjusted a person's time account, or paid time out.
    TimeAccountChanged {
        /// The date of the entry.
        date: WorkDate,
        /// The seconds that the entry adds; negative if it takes time.
        seconds: i64,
    },
    /// A manager decided about time of a person's date that needs approval.
    PayApprovalDecided {
        /// The work date.
        date: WorkDate,
        /// The decision.
        verdict: ApprovalVerdict,
    },
}
