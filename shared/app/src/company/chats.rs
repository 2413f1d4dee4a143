//! The chats that get news of a department's people: admins set and remove them.

use std::collections::BTreeSet;

use answers::DepartmentChatAnswer;
use domain::{
    chat::{ChatKind, ChatService},
    event::{CompanyFact, Fact, Subject},
    id::DepartmentId,
};
use store::{
    Commit,
    chats::{Chat, ChatSnapshot},
};

use crate::{Denied, Failed, Prepared, Request, authorization, sealing::SecretSealer};

/// The chat that a department is to have.
#[derive(Clone, Copy)]
pub struct NewChat<'a> {
    /// The service of the chat.
    pub service: ChatService,
    /// The address of the incoming webhook.
    pub url: &'a str,
    /// The host of the address.
    pub host: &'a str,
    /// The kinds of news that the chat gets.
    pub kinds: &'a BTreeSet<ChatKind>,
    /// The context that the encrypted address is bound to.
    pub context: &'a str,
}

/// Returns the chat of a department, for an admin.
///
/// # Errors
/// The caller isn't an admin, or there is no such department or chat.
pub async fn read(request: &Request<'_>, id: DepartmentId) -> Result<DepartmentChatAnswer, Failed> {
    let chat = snapshot(request, id).await?.chat.ok_or(Denied::NotFound)?;
    Ok(DepartmentChatAnswer::new(&chat, &request.caller.zone))
}

/// Sets the chat of a department.
///
/// # Errors
/// The caller isn't an admin or has no recent sign-in, or the department doesn't exist.
pub async fn set(
    request: &Request<'_>,
    keys: &impl SecretSealer,
    id: DepartmentId,
    new: NewChat<'_>,
) -> Result<Prepared<DepartmentChatAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let sealed = keys.seal(new.context, new.url.as_bytes(), ports.entropy, ports.now).await?;
    let snapshot = snapshot(request, id).await?;
    snapshot.department.ok_or(Denied::NotFound)?;
    let chat = Chat {
        department_id: id,
        service: new.service,
        sealed,
        host: new.host.to_owned(),
        kinds: new.kinds.clone(),
        set_by: caller.user_id,
        set_at: ports.now,
        stopped_at: None,
        version: snapshot.chat.as_ref().map_or(0, |before| before.version) + 1,
    };
    let shown = |chat: &Chat| DepartmentChatAnswer::new(chat, &caller.zone);
    let answer = shown(&chat);
    let mut commit = changed(request, id)?;
    let subject = Subject::Department(id);
    commit.audit(subject, "department_chat_set", snapshot.chat.as_ref().map(shown).as_ref(), Some(&answer))?;
    commit.check_department(id)?;
    commit.put_chat(&chat, &snapshot.list)?;
    Ok(Prepared { commit, answer, version: chat.version })
}

/// Removes the chat of a department.
///
/// # Errors
/// The caller isn't an admin, or there is no such department or chat.
pub async fn remove(request: &Request<'_>, id: DepartmentId) -> Result<Prepared<()>, Failed> {
    let snapshot = snapshot(request, id).await?;
    let chat = snapshot.chat.ok_or(Denied::NotFound)?;
    let mut commit = changed(request, id)?;
    let before = DepartmentChatAnswer::new(&chat, &request.caller.zone);
    commit.audit(Subject::Department(id), "department_chat_removed", Some(&before), None)?;
    commit.remove_chat(id, &snapshot.list)?;
    Ok(Prepared { commit, answer: (), version: chat.version })
}

/// Reads what a change of a department's chat depends on, for an admin.
async fn snapshot(request: &Request<'_>, id: DepartmentId) -> Result<ChatSnapshot, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.chat_snapshot(caller.user_id, id).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns a change of the department.
fn changed(request: &Request<'_>, id: DepartmentId) -> Result<Commit, Failed> {
    let fact = Fact::Company(CompanyFact::DepartmentChanged);
    Ok(Commit::new(request.stamp(), Subject::Department(id), vec![fact])?)
}
