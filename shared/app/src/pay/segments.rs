//! Segments: a person's work in spans with one pay code each.

use domain::{FieldRule, calendar::WorkDate, id::UserId};
use store::pay::inputs::PayInputs;

use crate::{Caller, Denied, Failed, Ports, Refusal, authorization};

/// The maximum number of dates of a request: three months.
const MAX_DATES: i32 = 92;

/// Returns what the segments of a person's dates follow from, for callers who may see the person.
///
/// # Errors
/// The dates are more than 92, the person doesn't exist, or the caller may not see them.
pub async fn read(
    ports: &Ports<'_>,
    caller: &Caller,
    user: UserId,
    (from, to): (WorkDate, WorkDate),
) -> Result<PayInputs, Failed> {
    let rule = FieldRule::RangeAtMost { days: i64::from(MAX_DATES), other: "from".to_owned() };
    Refusal::unless_valid([(MAX_DATES <= to.days_since(from), "to", rule)])?;
    let inputs = ports.store.pay_inputs(user, from, to, ports.now).await?.ok_or(Denied::NotFound)?;
    authorization::may_see(caller, &inputs.person)?;
    Ok(inputs)
}
