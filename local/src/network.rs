//! The addresses at which other machines reach this one.

use std::net::IpAddr;

/// Returns the addresses on which a stack listens for other machines. If it listens everywhere, these are all
/// addresses of this machine.
pub(crate) fn addresses(host: IpAddr) -> Vec<IpAddr> {
    if !host.is_unspecified() {
        return if host.is_loopback() { Vec::new() } else { vec![host] };
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "this machine's addresses can't be read");
        Vec::new()
    });
    let reachable = interfaces.into_iter().filter(|it| !it.is_loopback() && !it.is_link_local()).map(|it| it.ip());
    let mut addresses: Vec<IpAddr> = reachable.filter(|it| it.is_ipv4() || host.is_ipv6()).collect();
    // IPv4 addresses come first, because they are easier to type.
    addresses.sort_unstable();
    addresses
}
