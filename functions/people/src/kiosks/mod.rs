//! `/kiosks`: shared devices at sites; for admins only. Devices punch through `POST /kiosk/punch` of `clock`.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
