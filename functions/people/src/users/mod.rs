//! `/users`: everyone sees their own profile and the directory; managers see and change the people of their departments, and
//! admins everyone.

pub(crate) mod badge;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod credentials;
pub(crate) mod directory;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod pay_profile;
pub(crate) mod replace;
mod search;
mod sheet;

use app::{
    Failed, Outcome, Request,
    people::profiles::{self, ChangedProfile},
};
use web::{Answer, Problem, use_case::execute_then};

/// Executes a change of a profile. After the commit, it ends what a person left open whose account the change ends.
pub(crate) async fn execute_change<F, R>(
    request: &Request<'_>,
    respond: impl Fn(&ChangedProfile, u64) -> Result<Answer, Problem>,
    use_case: F,
) -> Result<Answer, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Outcome<ChangedProfile>, Failed>>,
{
    execute_then(request, respond, use_case, |changed| profiles::finish(request, changed)).await
}

/// Returns a 200 response with the changed profile and its version.
pub(crate) fn shown(changed: &ChangedProfile, version: u64) -> Result<Answer, Problem> {
    Ok(Answer::ok(&changed.shown)?.version(version))
}
