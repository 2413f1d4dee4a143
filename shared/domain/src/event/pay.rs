//! Facts about pay: codes, rules, cost centers, pay profiles, time accounts and pay runs.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    id::{JobId, PayRulesId},
    pay::{AccountMark, ApprovalVerdict, CostCenterCode, PayCode, PayPeriod},
};

/// Facts about pay: codes, rules, cost centers, pay profiles, time accounts and pay runs.
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
    /// Time of a person's date begins to wait for approval before it is paid.
    PayApprovalNeeded {
        /// The work date.
        date: WorkDate,
    },
    /// An admin requested a pay run, or a run that didn't fit into one invocation continues.
    PayRunRequested {
        /// The id of the run.
        run_id: JobId,
        /// The pay period.
        period: PayPeriod,
        /// Whether the run continues.
        #[serde(default)]
        continues: bool,
    },
    /// A pay run is complete, or its lines don't fit the file.
    PayRunMade {
        /// The id of the run.
        run_id: JobId,
        /// The pay period.
        period: PayPeriod,
    },
    /// A template of payroll files was added, changed or deleted.
    PayTemplateChanged {
        /// The name of the template.
        name: String,
    },
    /// A manager adjusted a person's time account, or paid time out.
    TimeAccountChanged {
        /// The date of the entry.
        date: WorkDate,
        /// The seconds that the entry adds; negative if it takes time.
        seconds: i64,
    },
    /// A person's time account has passed a mark.
    TimeAccountMarkPassed {
        /// The side of the mark on which the balance is.
        mark: AccountMark,
        /// The balance in seconds.
        balance_seconds: i64,
    },
    /// A manager decided about time of a person's date that needs approval.
    PayApprovalDecided {
        /// The work date.
        date: WorkDate,
        /// The decision.
        verdict: ApprovalVerdict,
    },
}
