//! The company: its departments and sites, which admins change.

pub mod departments;
pub mod sites;

use crate::{Failed, Refusal};

/// The reason why a change of the company's departments or sites is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanyRefusal {
    /// People belong to the department.
    DepartmentInUse,
    /// People or shifts belong to the site.
    SiteInUse,
    /// The company has the maximum number of sites.
    TooManySites,
}

impl From<CompanyRefusal> for Refusal {
    fn from(refusal: CompanyRefusal) -> Self {
        Self::Company(refusal)
    }
}

impl From<CompanyRefusal> for Failed {
    fn from(refusal: CompanyRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}
