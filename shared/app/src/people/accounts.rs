//! New accounts, and the invitations to set their first password.

use answers::UserAnswer;
use domain::{
    FieldRule,
    event::{AccountFact, Fact, Subject},
    id::UserId,
    outgoing::LinkPurpose,
    password::NewPassword,
    ports::Entropy,
    user::{MAX_MANAGED, NewAccount, User},
};
use store::{
    Commit,
    credentials::NewCredential,
    idempotency::Earlier,
    leave_grants::Grants,
    people_snapshot::{PeopleQuery, PeopleSnapshot},
};

use super::{PeopleRefusal, check_named, must_send_email, profiles::workplaces};
use crate::{
    Failed, Prepared, Refusal, Request,
    allowed::user_actions,
    auth::{account_links::send_link, passwords::new_password},
    authorization,
    hashing::SecretHasher,
    use_case::ensure_not_replayed,
};

/// A new account, with what its person needs to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Creation<'a> {
    /// The profile of the account.
    pub account: &'a NewAccount,
    /// The first password.
    pub password: FirstPassword<'a>,
    /// Whether the person gets a link to set their password.
    pub invite: bool,
    /// Whether this deployment sends e-mail.
    pub sends_email: bool,
}

/// The first password of a new account.
#[derive(Clone, Copy)]
pub enum FirstPassword<'a> {
    /// A password that the creator has chosen, as it was typed.
    Chosen(&'a str),
    /// A generated password, which the person must replace.
    Temporary(&'a NewPassword),
}

impl std::fmt::Debug for FirstPassword<'_> {
    /// Leaves the password out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Chosen(_) => "Chosen",
            Self::Temporary(_) => "Temporary",
        })
    }
}

/// A created account.
#[derive(Debug)]
pub struct CreatedAccount {
    /// The id of the person.
    pub id: UserId,
    /// The account, as the caller receives it.
    pub shown: UserAnswer,
}

/// Creates an active account for another person.
///
/// # Errors
/// The caller may not create the account, its values are invalid, or its username or address is taken.
pub async fn create(
    request: &Request<'_>,
    hasher: &impl SecretHasher,
    creation: &Creation<'_>,
) -> Result<Prepared<CreatedAccount>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let (now, account) = (ports.now, creation.account);
    let (password, is_temporary) = checked(request, creation)?;
    let departments = account.departments();
    let query = PeopleQuery {
        caller: caller.user_id,
        person: None,
        departments: &departments,
        username: Some(&account.username),
        email: account.email.as_ref(),
        repeat,
    };
    let mut snapshot = ports.store.people_snapshot(&query, now).await?;
    authorization::ensure_current(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(std::mem::replace(&mut snapshot.earlier, Earlier::Never))?;
    if account.gives_rights() {
        authorization::must_have_recent_sign_in(caller, now)?;
    }
    let id = UserId::generate(now, ports.entropy);
    let decided = account.account(id, &workplaces(&snapshot), now).map_err(Refusal::from);
    let (user, ()) = Refusal::together(decided, check_named(&snapshot, id, &account.manages))?;
    let hash = hasher.hash(ports.entropy, password.expose()).await?;
    let shown = UserAnswer::new(&user, snapshot.zone_of(&user));
    let subject = Subject::User(id);
    let stamp = request.stamp();
    let PeopleSnapshot { settings, leave_types, ledger_started, .. } = &snapshot;
    let (today, by) = (snapshot.today_of(&user, now), (stamp.actor, now));
    let grants = Grants::of_newcomer(&user, settings, leave_types.clone(), *ledger_started, today, by);
    let facts = std::iter::once(&Fact::Account(AccountFact::UserCreated)).chain(grants.facts()).cloned().collect();
    let mut commit = Commit::new(stamp, subject, facts)?;
    commit.audit(subject, "user_created", None, Some(&shown))?;
    commit.create_user(&user)?;
    commit.grant_leave(&user, &grants, settings)?;
    for managed in user.authority.manages() {
        // The same transaction counts the new member of the department that the person joins, which already requires it to
        // exist.
        if user.department_id != Some(managed) {
            commit.check_department(managed)?;
        }
    }
    let credential = if is_temporary { NewCredential::temporary(hash, now) } else { NewCredential::lasting(hash, now) };
    commit.create_credential(id, credential)?;
    if creation.invite {
        send_invitation(ports.entropy, &mut commit, &user)?;
    }
    let shown = shown.allowing(user_actions(caller, &user, snapshot.deciders));
    Ok(Prepared { commit, answer: CreatedAccount { id, shown }, version: user.version })
}

/// Checks what can be checked before anything is read. Returns the password, and whether it is temporary.
fn checked(request: &Request<'_>, creation: &Creation<'_>) -> Result<(NewPassword, bool), Refusal> {
    let Creation { account, password, invite, sends_email } = *creation;
    authorization::must_be_manager(request.caller)?;
    if account.gives_rights() {
        authorization::must_be_admin(request.caller)?;
    }
    authorization::may_place_in(request.caller, account.department_id)?;
    let (parsed, is_chosen) = match password {
        FirstPassword::Chosen(typed) => (new_password("password", typed, &account.username), true),
        FirstPassword::Temporary(password) => (Ok(password.clone()), false),
    };
    if invite {
        must_send_email(sends_email)?;
        Refusal::unless_valid([
            (account.email.is_none(), "email", FieldRule::Required),
            (is_chosen, "password", FieldRule::NotWith { other: "invite".to_owned() }),
        ])?;
    }
    let manages_too_many = MAX_MANAGED < account.manages.len();
    let faults = [(manages_too_many, "manages", FieldRule::ItemsAtMost { max: MAX_MANAGED as u64 })];
    let ((), parsed) = Refusal::together(Refusal::unless_valid(faults), parsed)?;
    Ok((parsed, !is_chosen))
}

/// Stores the e-mail with the link to set a first password.
pub(super) fn send_invitation(entropy: &dyn Entropy, commit: &mut Commit, user: &User) -> Result<(), Failed> {
    let email = user.email.as_ref().ok_or(PeopleRefusal::NoEmailAddress)?;
    send_link(entropy, commit, user.id, LinkPurpose::Invitation, email)?;
    Ok(())
}
