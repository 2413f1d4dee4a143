//! Templates of payroll files: admins put and delete them. The crate `payroll` defines their content, which these use cases
//! don't need to know.

use domain::event::{Fact, PayFact, Subject};
use serde::{Serialize, de::DeserializeOwned};
use store::{
    Commit,
    pay::templates::{MAX_TEMPLATES, StoredTemplate},
};

use super::PayRefusal;
use crate::{Denied, Failed, Prepared, Request, Versions, authorization};

/// Puts a template of the company.
///
/// # Errors
/// The caller isn't an admin, the template has another version, or the company has the maximum number of templates.
pub async fn put<T: Clone + Serialize + DeserializeOwned>(
    request: &Request<'_>,
    name: &str,
    versions: &Versions,
    template: &T,
) -> Result<Prepared<StoredTemplate<T>>, Failed> {
    let before: Option<StoredTemplate<T>> = current(request, name, versions).await?;
    if before.is_none() && request.ports.store.pay_templates::<T>().await?.len() >= MAX_TEMPLATES {
        return Err(PayRefusal::TooManyTemplates.into());
    }
    let version = before.as_ref().map_or(0, |before| before.version) + 1;
    let after = StoredTemplate { name: name.to_owned(), template: template.clone(), version };
    let mut commit = changed(request, name)?;
    commit.audit(Subject::Pay, "pay_template_changed", before.as_ref(), Some(&after))?;
    commit.put_pay_template(&after)?;
    Ok(Prepared { commit, answer: after, version })
}

/// Deletes a template of the company.
///
/// # Errors
/// The caller isn't an admin, the template has another version, or it doesn't exist.
pub async fn delete<T: Serialize + DeserializeOwned>(
    request: &Request<'_>,
    name: &str,
    versions: &Versions,
) -> Result<Prepared<()>, Failed> {
    let before: Option<StoredTemplate<T>> = current(request, name, versions).await?;
    let before = before.ok_or(Denied::NotFound)?;
    let mut commit = changed(request, name)?;
    commit.audit(Subject::Pay, "pay_template_deleted", Some(&before), None)?;
    commit.delete_pay_template(name, before.version)?;
    Ok(Prepared { commit, answer: (), version: before.version })
}

/// Returns the template of the company with a name, for an admin. A template that doesn't exist has version 0.
async fn current<T: DeserializeOwned>(
    request: &Request<'_>,
    name: &str,
    versions: &Versions,
) -> Result<Option<StoredTemplate<T>>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    authorization::current_profile(caller, ports.store.user(caller.user_id).await?.as_ref())?;
    let template: Option<StoredTemplate<T>> = ports.store.pay_template(name).await?;
    versions.check(template.as_ref().map_or(0, |template| template.version))?;
    Ok(template)
}

/// Returns a change of a template.
fn changed(request: &Request<'_>, name: &str) -> Result<Commit, Failed> {
    let fact = Fact::Pay(PayFact::PayTemplateChanged { name: name.to_owned() });
    Ok(Commit::new(request.stamp(), Subject::Pay, vec![fact])?)
}
