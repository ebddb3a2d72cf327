//! Chains: whom authorities vouch for, and whom not.
#![allow(clippy::unwrap_used)]

use durward_testkit::{
    certificates::{Authority, Holder, Shown},
    clock::START,
};

use super::*;

fn der(shown: &Shown) -> CertificateDer<'static> {
    CertificateDer::from(shown.der.clone())
}

fn authorities(of: &Authority) -> Authorities {
    Authorities::new(vec![der(&of.shown)]).unwrap()
}

fn client() -> Holder {
    Holder::new(1, &[("O", "Acme"), ("CN", "client-1")])
}

fn is_vouched_for(authorities: &Authorities, shown: &Shown) -> bool {
    let read = authorities.read(&[der(shown)], START).unwrap().unwrap();
    read.is_vouched_for(START)
}

#[test]
fn an_authority_vouches_for_what_it_signed() {
    let ca = Authority::new(9, "CA");
    assert!(is_vouched_for(&authorities(&ca), &client().signed_by(&ca)));
    assert!(!is_vouched_for(
        &Authorities::default(),
        &client().signed_by(&ca)
    ));
    assert!(authorities(&ca).read(&[], START).unwrap().is_none());
}

#[test]
fn another_authority_of_the_same_name_is_another_one() {
    let ca = authorities(&Authority::new(9, "CA"));
    let pretender = Authority::new(8, "CA");
    assert!(!is_vouched_for(&ca, &client().signed_by(&pretender)));
    // Nor does it help to bring the pretender along, or the true one.
    for extra in [&pretender.shown, &Authority::new(9, "CA").shown] {
        let chain = [der(&client().signed_by(&pretender)), der(extra)];
        let read = ca.read(&chain, START).unwrap().unwrap();
        assert!(!read.is_vouched_for(START));
    }
}

#[test]
fn who_signs_for_himself_is_nobodys() {
    let ca = authorities(&Authority::new(9, "CA"));
    assert!(!is_vouched_for(&ca, &client().self_signed()));
}

#[test]
fn expired_and_early_certificates_are_not_vouched_for() {
    let ca = Authority::new(9, "CA");
    for (from, to) in [(2024, 2025), (2027, 2030)] {
        let shown = client().valid(from, to).signed_by(&ca);
        assert!(!is_vouched_for(&authorities(&ca), &shown), "{from} to {to}");
    }
}

#[test]
fn an_authority_is_no_client() {
    let ca = Authority::new(9, "CA");
    assert!(!is_vouched_for(&authorities(&ca), &ca.shown));
}

#[test]
fn huge_certificates_and_endless_chains_are_not_looked_into() {
    let ca = Authority::new(9, "CA");
    let one = der(&client().signed_by(&ca));
    let chain = vec![one.clone(); MAX_CHAIN];
    assert!(authorities(&ca).read(&chain, START).unwrap().is_some());
    let endless = vec![one.clone(); MAX_CHAIN + 1];
    assert!(authorities(&ca).read(&endless, START).is_err());
    let huge = CertificateDer::from(vec![0x30; MAX_BYTES + 1]);
    assert!(authorities(&ca).read(&[one, huge.clone()], START).is_err());
    assert!(authorities(&ca).read(&[huge], START).is_err());
}

#[test]
fn the_handshake_takes_readable_certificates_of_anybody_and_no_others() {
    let verifier = ProofOfPossession::default();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(0));
    let check = |shown: &Shown, others: &[CertificateDer<'_>]| {
        verifier
            .verify_client_cert(&der(shown), others, now)
            .is_ok()
    };
    assert!(!verifier.client_auth_mandatory() && verifier.offer_client_auth());
    assert!(check(&client().self_signed(), &[]));
    assert!(!check(
        &Holder::new(1, &[("CN", "a\0b")]).self_signed(),
        &[]
    ));
    let many = vec![der(&client().self_signed()); MAX_CHAIN];
    assert!(!check(&client().self_signed(), &many));
}

#[test]
fn nobody_is_no_authority() {
    assert!(Authorities::new(Vec::new()).is_err());
    assert!(Authorities::new(vec![CertificateDer::from(vec![1, 2, 3])]).is_err());
}
