//! Kiosks: shared devices at which people punch. `app::company::kiosks` has what admins do with them.

pub mod batch;
mod device;
mod punches;
mod recognition;

pub use self::{
    device::{DeviceToken, RenewedToken, admit, renew_token},
    punches::{KioskPunchSnapshot, prepare_punch, read_punch},
    recognition::{Claim, KioskRequest, Recognized, Shown, Typed},
};

/// The reason why a request of a kiosk is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KioskRefusal {
    /// The device token is missing, wrong or revoked.
    TokenInvalid,
    /// The device token has expired.
    TokenExpired,
    /// Nobody has the badge.
    UnknownBadge,
    /// The username or the PIN is wrong.
    WrongPin,
    /// The kiosk had too many wrong PINs.
    Throttled {
        /// The number of seconds until the kiosk takes the next PIN.
        seconds: u64,
    },
    /// The settings don't allow kiosks to show names.
    ShowsNoNames,
}
