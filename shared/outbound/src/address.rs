//! The addresses that belong to the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 addresses that aren't public, with their prefix lengths (the special-purpose registry of IANA, and the address
/// at which Azure answers its machines).
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 17] = [
    // This network.
    (Ipv4Addr::UNSPECIFIED, 8),
    // Private.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Shared by the customers of a provider (CGNAT). Alibaba's metadata service is there.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback. The Lambda runtime API is there.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local. The metadata services of AWS, Google and Azure are there, and the X-Ray daemon of Lambda.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Protocol assignments. Oracle's metadata service is there.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Relays of 6to4.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    // Azure's machines.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Direct delegation of AS112.
    (Ipv4Addr::new(192, 175, 48, 0), 24),
];

/// The block of public IPv6 addresses. All other blocks are special: loopback, IPv4-mapped, NAT64 (`64:ff9b::/96`,
/// `64:ff9b:1::/48`), unique local (with `fd00:ec2::254`), link-local, multicast.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks within [`GLOBAL_UNICAST`] that aren't public, with their prefix lengths.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    // Protocol assignments. Teredo, which contains IPv4 addresses, is there.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    // 6to4, which contains IPv4 addresses.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

/// Returns whether an address belongs to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|block| is_in_v4(*block, address)),
        IpAddr::V6(address) => {
            is_in_v6(GLOBAL_UNICAST, address) && !NOT_PUBLIC_V6.iter().any(|block| is_in_v6(*block, address))
        }
    }
}

/// Returns whether an address is in a block. The prefix length is 1 to 32.
fn is_in_v4((block, prefix): (Ipv4Addr, u32), address: Ipv4Addr) -> bool {
    (block.to_bits() ^ address.to_bits()) >> (u32::BITS - prefix) == 0
}

/// Returns whether an address is in a block. The prefix length is 1 to 128.
fn is_in_v6((block, prefix): (Ipv6Addr, u32), address: Ipv6Addr) -> bool {
    (block.to_bits() ^ address.to_bits()) >> (u128::BITS - prefix) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.216.34",
            "52.94.236.248",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "168.63.129.15",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a05:d014::1",
            "2001:4860:4860::8888",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn metadata_services_and_the_runtime_api_are_not_public() {
        for address in [
            "169.254.169.254",
            "fd00:ec2::254",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "169.254.170.2",
            "169.254.79.129",
            "169.254.100.1",
            "127.0.0.1",
            "fe80::a9fe:a9fe",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn each_special_block_is_refused_from_its_first_to_its_last_address() {
        for (first, last) in [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.0.2.0", "192.0.2.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"),
            ("224.0.0.0", "255.255.255.255"),
            ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::ffff:1.1.1.1", "::ffff:8.8.8.8"),
            ("64:ff9b::1.1.1.1", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] {
            assert!(!public(first) && !public(last), "{first} to {last}");
        }
    }

    proptest! {
        #[test]
        fn the_standard_library_agrees_about_ipv4(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let is_special = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!(is_special && is_public(address.into())), "{address}");
        }

        #[test]
        fn an_ipv4_address_within_an_ipv6_address_is_never_public(bits: u32) {
            let low = u128::from(bits);
            let mapped = Ipv4Addr::from_bits(bits).to_ipv6_mapped();
            let compatible = Ipv6Addr::from_bits(low);
            let translated = Ipv6Addr::from_bits((0x0064_ff9b_u128 << 96) | low);
            let six_to_four = Ipv6Addr::from_bits((0x2002_u128 << 112) | (low << 80));
            let teredo = Ipv6Addr::from_bits((0x2001_u128 << 112) | low);
            for address in [mapped, compatible, translated, six_to_four, teredo] {
                prop_assert!(!is_public(address.into()), "{address}");
            }
        }

        #[test]
        fn unique_local_link_local_and_multicast_ipv6_is_never_public(bits: u128) {
            let low = bits >> 16;
            for (first, last) in [(0xfc00_u128, 0xfdff), (0xfe80, 0xfebf), (0xff00, 0xffff)] {
                let group = first + (bits & 0xffff) % (last - first + 1);
                let address = Ipv6Addr::from_bits((group << 112) | low);
                prop_assert!(!is_public(address.into()), "{address}");
            }
        }
    }
}
