//! Parsers under any input: parameters, scope, redirect URIs.

use durward_model::Scope;
use durward_protocol::Parameters;
use durward_testkit::{
    World,
    clients::{NATIVE, WEB_URI},
    flow::{browser, native_request, web_request, with},
};
use proptest::prelude::{
    ProptestConfig, any, prop, prop_assert, prop_assert_eq, prop_assume, proptest,
};

proptest! {
    #[test]
    fn parameters_of_any_text_either_fail_or_encode_to_themselves(text in any::<String>()) {
        if let Ok(parsed) = Parameters::parse(&text) {
            prop_assert_eq!(Parameters::parse(&parsed.encode()).unwrap(), parsed);
        }
    }

    #[test]
    fn distinct_names_are_found_with_their_values(
        pairs in prop::collection::btree_map("[a-z_]{1,12}", "[^\u{fffd}\u{0}]{0,40}", 0..20)
    ) {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let parsed = Parameters::parse(&text).unwrap();
        for (name, value) in &pairs {
            let expected = Some(value.as_str()).filter(|value| !value.is_empty());
            prop_assert_eq!(parsed.find(name), expected);
        }
    }

    #[test]
    fn a_name_given_twice_is_refused_wherever_it_stands(
        pairs in prop::collection::vec(("[a-z]{1,8}", "[a-z]{0,8}"), 1..20),
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut pairs = pairs;
        let again = pairs[which.index(pairs.len())].clone();
        prop_assume!(again.0 != "resource");
        pairs.insert(place.index(pairs.len() + 1), again);
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        prop_assert!(Parameters::parse(&text).is_err());
    }

    #[test]
    fn a_scope_is_a_set_that_keeps_its_order(text in "[ a-d]{0,40}") {
        let scope = Scope::parse(&text);
        let tokens: Vec<&str> = scope.iter().collect();
        let mut distinct = tokens.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), tokens.len());
        prop_assert_eq!(Scope::parse(&scope.to_string()), scope);
    }

    #[test]
    fn narrowing_never_widens(a in "[ a-e]{0,20}", b in "[ a-e]{0,20}") {
        let (a, b) = (Scope::parse(&a), Scope::parse(&b));
        let narrowed = a.narrowed_to(&b);
        prop_assert!(narrowed.is_within(&a) && narrowed.is_within(&b));
        for token in a.iter() {
            prop_assert_eq!(narrowed.contains(token), b.contains(token));
        }
    }
}

#[test]
fn too_many_parameters_are_refused() {
    let text = |count: usize| {
        (0..count)
            .map(|index| format!("p{index}=x"))
            .collect::<Vec<_>>()
            .join("&")
    };
    assert!(Parameters::parse(&text(96)).is_ok());
    assert!(Parameters::parse(&text(97)).is_err());
}

#[test]
fn only_the_registered_text_and_native_ports_ever_match() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    let accepted = |request: &[(&str, &str)]| {
        runtime
            .block_on(world.authorize(&mut browser(), request))
            .is_ok()
    };
    proptest!(ProptestConfig::with_cases(64), |(
        at in 0..WEB_URI.len(), with_what in "[ -~]{0,3}", cut in 0..3_usize, port in any::<u16>(), noise in "[ -.:-~]{1,3}"
    )| {
        let end = (at + cut).min(WEB_URI.len());
        let mutated = format!("{}{with_what}{}", &WEB_URI[..at], &WEB_URI[end..]);
        prop_assume!(!mutated.is_empty());
        let request = web_request();
        let request = with(&request, &[("redirect_uri", &mutated)]);
        prop_assert_eq!(accepted(&request), mutated == WEB_URI, "{}", mutated);

        let native = native_request();
        let any_port = format!("http://127.0.0.1:{port}/cb");
        prop_assert!(accepted(&with(&native, &[("redirect_uri", &any_port)])));
        let other = format!("http://127.0.0.1{noise}:{port}/cb");
        prop_assert!(!accepted(&with(&native, &[("redirect_uri", &other), ("client_id", NATIVE)])), "{}", other);
    });
}
