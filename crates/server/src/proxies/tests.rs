//! What proxies write, in each of their ways, and what nobody may have written.
#![allow(clippy::unwrap_used)]

use axum::http::HeaderValue;
use proptest::prelude::{any, prop, prop_assert_eq, proptest};

use super::*;

const DER: &[u8] = b"\x30\x82\x01\x02+/??>certificate";

fn pem() -> String {
    let text = STANDARD.encode(DER);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// nginx's `ngx_escape_uri` of a component.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|octet| match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(octet).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn read(header: ProxyHeader, pairs: &[(&'static str, &str)]) -> Result<Vec<Vec<u8>>, Unclear> {
    let proxies = TrustedProxies {
        networks: Vec::new(),
        header,
    };
    let chain = proxies.chain(&headers(pairs))?;
    Ok(chain.into_iter().map(|der| der.to_vec()).collect())
}

fn jans(text: &str) -> Result<Vec<Vec<u8>>, Unclear> {
    read(ProxyHeader::XClientCert, &[("x-clientcert", text)])
}

#[test]
fn one_certificate_in_each_form() {
    let spaced = pem().replace('\n', " ");
    let joined = pem().replace('\n', "");
    for text in [
        escaped(&pem()),
        spaced.clone(),
        joined,
        STANDARD.encode(DER),
        escaped(&STANDARD.encode(DER)),
    ] {
        assert_eq!(jans(&text).unwrap(), [DER], "{text}");
    }
    assert_eq!(jans(&format!("{spaced}{spaced}")).unwrap(), [DER, DER]);
}

#[test]
fn nothing_is_no_certificate() {
    assert_eq!(read(ProxyHeader::XClientCert, &[]).unwrap().len(), 0);
    for text in ["", "  ", "(null)"] {
        assert_eq!(jans(text).unwrap().len(), 0, "{text}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_or_none_is_refused() {
    let (one, base64) = (escaped(&pem()), STANDARD.encode(DER));
    for text in [
        "made up".to_owned(),
        "%".to_owned(),
        "%zz".to_owned(),
        "-----BEGIN CERTIFICATE-----".to_owned(),
        format!("{one}, {one}"),
        format!("{base64}, {base64}"),
        format!("{}x", pem().replace('\n', " ")),
        "-----BEGIN CERTIFICATE----------END CERTIFICATE-----".to_owned(),
        "A".repeat(MAX_HEADER_BYTES + 4),
        vec![pem().replace('\n', " "); MAX_CHAIN + 1].concat(),
    ] {
        assert_eq!(jans(&text), Err(Unclear), "{text}");
    }
}

#[test]
fn a_header_smuggled_beside_the_proxys_own_is_refused() {
    let one = escaped(&pem());
    let twice = [("x-clientcert", one.as_str()), ("x-clientcert", "(null)")];
    assert_eq!(read(ProxyHeader::XClientCert, &twice), Err(Unclear));
}

#[test]
fn rfc_9440_is_read_to_the_letter() {
    let item = format!(":{}:", STANDARD.encode(DER));
    let several = format!("{item}, {item}");
    let own = ("client-cert", item.as_str());
    let chained = [own, ("client-cert-chain", several.as_str())];
    assert_eq!(
        read(ProxyHeader::ClientCert, &chained).unwrap(),
        [DER, DER, DER]
    );
    for text in [item.trim_matches(':'), &several, "::x::", ":?:"] {
        let outcome = read(ProxyHeader::ClientCert, &[("client-cert", text)]);
        assert_eq!(outcome, Err(Unclear), "{text}");
    }
    // A chain of nobody's.
    let chain = [("client-cert-chain", item.as_str())];
    assert_eq!(read(ProxyHeader::ClientCert, &chain).unwrap().len(), 0);
}

#[test]
fn only_the_header_that_was_agreed_on_counts() {
    let item = format!(":{}:", STANDARD.encode(DER));
    let other = [("client-cert", item.as_str())];
    assert_eq!(read(ProxyHeader::XClientCert, &other).unwrap().len(), 0);
    let other = [("x-clientcert", item.as_str())];
    assert_eq!(read(ProxyHeader::ClientCert, &other).unwrap().len(), 0);
}

#[test]
fn networks_hold_what_begins_like_them() {
    let holds = |network: &str, address: &str| {
        let network: Network = network.parse().unwrap();
        network.holds(address.parse().unwrap())
    };
    for (network, address, expected) in [
        ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.0/24", "192.0.2.255", true),
        ("192.0.2.0/24", "192.0.3.0", false),
        ("192.0.2.0/25", "192.0.2.128", false),
        ("0.0.0.0/0", "198.51.100.1", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("::1", "::1", true),
        ("::1", "::2", false),
    ] {
        assert_eq!(holds(network, address), expected, "{network} {address}");
    }
    for text in [
        "",
        "192.0.2",
        "192.0.2.0/33",
        "::/129",
        "192.0.2.0/x",
        "proxy.example",
        "10.0.0.0/",
    ] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_a_certificate_is_it_is_read_back(der in prop::collection::vec(any::<u8>(), 1..300)) {
        let base64 = STANDARD.encode(&der);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        for text in [escaped(&pem), pem.replace('\n', " "), base64] {
            prop_assert_eq!(jans(&text).unwrap(), vec![der.clone()]);
        }
    }

    #[test]
    fn any_text_is_certificates_or_refused(text in "[ -~]{0,200}") {
        if let Ok(chain) = any_form(&text) {
            prop_assert_eq!(chain.iter().filter(|der| der.is_empty()).count(), 0);
        }
        let _ = byte_sequence(&text);
    }

    #[test]
    fn a_network_holds_the_address_that_it_is(address in any::<std::net::IpAddr>()) {
        let network: Network = address.to_string().parse().unwrap();
        let mapped = matches!(address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some());
        prop_assert_eq!(network.holds(address), !mapped);
    }
}
