//! A file that is being written, and the people whom it is about.

use bucket::Upload;
use domain::{job::Job, user::User};
use runtime::Deadline;
use store::{StoreError, people_lists::ListScope};

use crate::context::Jobs;

/// The number of people that one read returns.
const PAGE: usize = 200;

/// A file that is being written.
pub(crate) struct WrittenFile<'a> {
    pub(crate) jobs: &'a Jobs,
    pub(crate) job: &'a mut Job,
    pub(crate) deadline: Deadline,
    pub(crate) upload: &'a mut Upload,
}

/// Returns the people whom a file is about, by department and name.
pub(crate) async fn people(
    jobs: &Jobs,
    scope: &ListScope,
    wanted: impl Fn(&User) -> bool + Copy,
) -> Result<Vec<User>, StoreError> {
    let mut people = Vec::new();
    let mut position = None;
    loop {
        let page = jobs.store.people(scope, position, PAGE, wanted, true).await?;
        people.extend(page.people);
        position = page.next;
        if position.is_none() {
            return Ok(people);
        }
    }
}
