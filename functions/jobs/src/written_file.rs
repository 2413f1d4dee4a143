//! A file that is being written, and the people whom it is about.

use bucket::Upload;
use domain::{job::Job, user::User};
use runtime::Deadline;
use store::{
    StoreError,
    people_lists::{PeoplePage, Position},
};

use crate::context::Jobs;

/// The number of people of a page.
pub(crate) const PAGE: usize = 200;

/// A file that is being written.
pub(crate) struct WrittenFile<'a> {
    pub(crate) jobs: &'a Jobs,
    pub(crate) job: &'a mut Job,
    pub(crate) deadline: Deadline,
    pub(crate) upload: &'a mut Upload,
}

/// Returns the people whom a file is about, by department and name: those of all pages. `page` returns the page at a position.
pub(crate) async fn people<R>(page: impl Fn(Option<Position>) -> R) -> Result<Vec<User>, StoreError>
where
    R: Future<Output = Result<PeoplePage, StoreError>>,
{
    let (mut people, mut position) = (Vec::new(), None);
    loop {
        let read = page(position).await?;
        people.extend(read.people);
        position = read.next;
        if position.is_none() {
            return Ok(people);
        }
    }
}
