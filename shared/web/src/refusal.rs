//! The problems of the refusals of use cases.

use ::app::authorization::Denied;

use crate::{Code, Detail, Problem};

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let forbidden = |detail| Self::new(Code::Forbidden).detail(detail);
        match denied {
            Denied::NotFound => Self::not_found(),
            Denied::Forbidden => Self::new(Code::Forbidden),
            Denied::AdminOnly => forbidden(Detail::AdminOnly),
            Denied::ManagerOnly => forbidden(Detail::ManagerOnly),
            Denied::AdminsManageManagers => forbidden(Detail::AdminsManageManagers),
            Denied::OtherDepartment => forbidden(Detail::OtherDepartment),
            Denied::OnlyAskedAnswers => forbidden(Detail::OnlyAskedAnswers),
            Denied::OwnRecord => Self::new(Code::OwnRecord),
            Denied::OwnRequest => Self::new(Code::OwnRequest),
            Denied::ConfirmationRequired => Self::new(Code::ConfirmationRequired).detail(Detail::ConfirmPassword),
            Denied::PersonHasLeft => Self::new(Code::AlreadyDecided).detail(Detail::PersonHasLeft),
            Denied::Unauthenticated => Self::unauthenticated(),
            Denied::RoleChanged => Self::new(Code::TokenExpired).detail(Detail::RoleChanged),
            Denied::Session(refusal) => refusal.into(),
        }
    }
}
