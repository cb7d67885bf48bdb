//! Which addresses may be sent to. A webhook's address is a stranger's word: it must not make this server a door into the
//! network that it stands in. The addresses that are connected to are the very ones that were looked at here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::config::WebhookConfig;

/// What may be sent to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Targets {
    http: bool,
    open: fn(IpAddr) -> bool,
}

/// The address is one that must not be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address is not one that may be sent to")]
pub(super) struct Blocked;

/// The name is not known, or leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name could not be looked up")]
pub(super) struct Unknown;

impl Targets {
    pub(super) fn of(config: &WebhookConfig) -> Self {
        Self { http: config.http, open: if config.private_targets { |_| true } else { is_public } }
    }

    #[cfg(test)]
    pub(super) fn only(http: bool, open: fn(IpAddr) -> bool) -> Self {
        Self { http, open }
    }

    /// What can be told without a look-up. An address in place of a name is never looked up, so it is checked here.
    pub(super) fn check(self, url: &Url) -> Result<(), Blocked> {
        let scheme = url.scheme() == "https" || (self.http && url.scheme() == "http");
        if !scheme || !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked);
        }
        let host = url.host_str().ok_or(Blocked)?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal {
            Ok(address) if !(self.open)(address) => Err(Blocked),
            _ => Ok(()),
        }
    }
}

impl Resolve for Targets {
    fn resolve(&self, name: Name) -> Resolving {
        let targets = *self;
        Box::pin(async move {
            // The port is the caller's to set.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| Unknown)?.collect();
            if found.is_empty() {
                return Err(Unknown.into());
            }
            let allowed: Vec<_> = found.into_iter().filter(|address| (targets.open)(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open Internet, by the registries of special-purpose addresses of IANA.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    const CLOSED: &[(Ipv4Addr, u32)] = &[
        (Ipv4Addr::new(0, 0, 0, 0), 8),
        (Ipv4Addr::new(10, 0, 0, 0), 8),
        // Shared by a carrier's customers.
        (Ipv4Addr::new(100, 64, 0, 0), 10),
        (Ipv4Addr::new(127, 0, 0, 0), 8),
        // Link-local, with the metadata services of clouds.
        (Ipv4Addr::new(169, 254, 0, 0), 16),
        (Ipv4Addr::new(172, 16, 0, 0), 12),
        (Ipv4Addr::new(192, 0, 0, 0), 24),
        // Documentation.
        (Ipv4Addr::new(192, 0, 2, 0), 24),
        (Ipv4Addr::new(198, 51, 100, 0), 24),
        (Ipv4Addr::new(203, 0, 113, 0), 24),
        // Relays of 6to4.
        (Ipv4Addr::new(192, 88, 99, 0), 24),
        (Ipv4Addr::new(192, 168, 0, 0), 16),
        // Benchmarks.
        (Ipv4Addr::new(198, 18, 0, 0), 15),
        // Multicast, reserved, broadcast.
        (Ipv4Addr::new(224, 0, 0, 0), 3),
    ];
    let within =
        |(network, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= *bits;
    !CLOSED.iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    match parts {
        // An address of the other family in disguise is what it hides: NAT64, then 6to4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(embedded(high, low)),
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Teredo and other protocols, benchmarks, ORCHID: 2001::/23.
        [0x2001, second, ..] if second < 0x200 => false,
        // Documentation.
        [0x2001, 0xdb8, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Only this block is given out; loopback, mapped, local, link-local and multicast addresses lie outside.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OPEN: Targets = Targets { http: false, open: is_public };

    #[test]
    fn closed_and_open_addresses() {
        for closed in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:8.8.8.8",
            "::ffff:10.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(closed.parse().unwrap()), "{closed}");
        }
        for open in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2a00:1450:4001::5",
        ] {
            assert!(is_public(open.parse().unwrap()), "{open}");
        }
    }

    proptest! {
        /// What the standard library knows to be special is closed here too.
        #[test]
        fn nothing_special_is_open(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            let special = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_unspecified()
                || address.is_broadcast()
                || address.is_documentation();
            prop_assert!(!(special && is_public(IpAddr::V4(address))), "{}", address);
        }

        /// Inside of the networks that must not be reached, wherever one looks.
        #[test]
        fn every_address_of_a_closed_network_is_closed(host in any::<u32>(), which in 0_usize..9) {
            let (network, bits) = [
                ("10.0.0.0", 8), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12), ("192.168.0.0", 16),
                ("100.64.0.0", 10), ("224.0.0.0", 4), ("0.0.0.0", 8), ("240.0.0.0", 4),
            ][which];
            let network: Ipv4Addr = network.parse().unwrap();
            let address = Ipv4Addr::from_bits(network.to_bits() | (host & (u32::MAX >> bits)));
            prop_assert!(!is_public_v4(address));
            let [a, b, c, d] = address.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            prop_assert!(!is_public_v6(address.to_ipv6_mapped()));
            prop_assert!(!is_public_v6(address.to_ipv6_compatible()));
            prop_assert!(!is_public_v6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low)));
            prop_assert!(!is_public_v6(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1)));
        }

        #[test]
        fn only_what_is_given_out_is_open(bits in any::<u128>()) {
            let address = Ipv6Addr::from_bits(bits);
            let local = address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local();
            prop_assert!(!(local && is_public_v6(address)));
        }
    }

    #[test]
    fn an_address_in_place_of_a_name_is_checked_in_each_of_its_spellings() {
        let check = |url: &str| OPEN.check(&url.parse().unwrap());
        for blocked in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://169.254.169.254/latest/meta-data",
            "http://example.com/",
            "ftp://example.com/",
            "https://user@example.com/",
            "https://:secret@example.com/",
        ] {
            assert_eq!(check(blocked), Err(Blocked), "{blocked}");
        }
        assert_eq!(check("https://example.com:8443/hooks?x=1"), Ok(()));
        assert_eq!(check("https://8.8.8.8/"), Ok(()));
        let own = Targets { http: true, open: |_| true };
        assert_eq!(own.check(&"http://127.0.0.1:9/".parse().unwrap()), Ok(()));
        assert_eq!(own.check(&"http://user@127.0.0.1:9/".parse().unwrap()), Err(Blocked));
    }

    #[tokio::test]
    async fn a_name_that_leads_here_is_blocked() {
        let name = || "localhost".parse::<Name>().unwrap();
        let blocked = OPEN.resolve(name()).await.err().unwrap();
        assert!(blocked.is::<Blocked>(), "{blocked}");
        let mut found = Targets { http: false, open: |_| true }.resolve(name()).await.unwrap();
        assert!(found.all(|address| address.ip().is_loopback()));
    }
}
