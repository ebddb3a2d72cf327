//! The surface that scripts see: every class, method and bean of every contract, in both
//! hosts.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use durward_script::{program::Runtime, types};
use serde_json::{Value, json};

use crate::{
    stand::{Heard, native, open, program, python, result},
    support::jvm::{host_jar_for, java_for},
};

/// Public classes of the JVM host and their methods, as `name(count of arguments)`.
fn in_java(test: &str) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let (jar, java) = (host_jar_for(test)?, java_for(test)?);
    let answer = Command::new(java)
        .arg("-jar")
        .arg(jar)
        .arg("--list-api")
        .output()
        .unwrap();
    assert!(answer.status.success(), "{answer:?}");
    Some(serde_json::from_slice(&answer.stdout).unwrap())
}

/// Members by simple name; classes of one name share theirs.
fn simple_names(classes: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<&str, BTreeSet<String>> {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, members) in classes {
        let simple = name.rsplit('.').next().unwrap();
        found.entry(simple).or_default().extend(members.clone());
    }
    found
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[test]
fn every_contract_is_in_java() {
    let Some(classes) = in_java("every_contract_is_in_java") else {
        return;
    };
    let by_simple_name = simple_names(&classes);
    let mut missing = Vec::new();
    for script_type in types::ALL {
        let interface = classes.get(script_type.interface);
        for method in script_type.methods {
            let signature = format!("{}({})", method.name, method.parameters.len());
            // What is ours and optional is found by its name where a script has it.
            if !method.optional && !interface.is_some_and(|members| members.contains(&signature)) {
                missing.push(format!("{}.{signature}", script_type.interface));
            }
        }
        // The servlet API's own interface is not among the classes listed.
        let beans = script_type.host_contract().beans.into_iter();
        for bean in beans.filter(|bean| bean.name != "HttpServletRequest") {
            let members = by_simple_name.get(bean.name.as_str());
            for property in bean.properties {
                let name = capitalised(&property.name);
                let has =
                    |signature: String| members.is_some_and(|members| members.contains(&signature));
                // Java scripts find them in the execution context, as in Jans; the base of all
                // contexts has none, so that Python's come from the contract on both hosts.
                if bean.name == "ExternalScriptContext" && ["Client", "User"].contains(&&*name) {
                    continue;
                }
                if !has(format!("get{name}(0)")) && !has(format!("is{name}(0)")) {
                    missing.push(format!("{}.get{name}", bean.name));
                }
                if property.writable && !has(format!("set{name}(1)")) {
                    missing.push(format!("{}.set{name}", bean.name));
                }
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Methods that Python's own exceptions have.
const OF_PYTHON: &[&str] = &["add_note", "with_traceback"];

/// Methods that every object, exception and enumeration of Java has, and those that our
/// own Java classes need among themselves.
const OF_JAVA: &[&str] = &[
    "addSuppressed",
    "compareTo",
    "describeConstable",
    "equals",
    "fillInStackTrace",
    "getCause",
    "getDeclaringClass",
    "getLocalizedMessage",
    "getStackTrace",
    "getSuppressed",
    "hashCode",
    "initCause",
    "jsonForm",
    "ordinal",
    "printStackTrace",
    "property",
    "setProperty",
    "setStackTrace",
    "snapshotOf",
    "toString",
];

/// Small parts of helper classes that no published script uses and that only the JVM host
/// has so far. Contexts have no place here.
const ONLY_IN_JAVA: &[&str] = &[
    "AuthzDetails.simpleMerge",
    "HttpService.constructServerUrl",
    "JwtClaims.getClaimAsCharacter",
    "JwtClaims.load",
    "JwtClaims.setClaimFromJsonObject",
    "JwtClaims.toBase64JsonObject",
    "JwtHeader.getClaimAsCharacter",
    "JwtHeader.load",
    "JwtHeader.setClaimFromJsonObject",
    "JwtHeader.toBase64JsonObject",
    "RedirectUri.getResponseTypes",
    "Response.hasEntity",
];

/// Classes of the native host's tables that are Jans's own, and their public methods.
async fn in_python() -> BTreeMap<String, BTreeSet<String>> {
    let source = python(
        "from durward import packages\n\
         found = {}\n\
         for package, classes in packages.CLASSES.items():\n    \
             if not package.startswith('io.jans.') and not package.startswith('jakarta.'): continue\n    \
             if package in [line.split('|')[0].strip() for line in packages.STALE.splitlines()]: continue\n    \
             for name, module in classes.items():\n        \
                 made = getattr(__import__(module, {}, {}, [name]), name)\n        \
                 found[package + '.' + name] = [each for each in dir(made)\n            \
                     if not each.startswith('_') and (callable(getattr(made, each, None)) or isinstance(getattr(made, each, None), type))]\n\
         return found",
    );
    let engine = native(&std::sync::Arc::new(Heard::default()));
    let opened = open(&engine, program(&source, Runtime::Native)).await;
    let found: Value = result(&opened, json!({})).await;
    opened.program.close().await;
    serde_json::from_value(found).unwrap()
}

#[tokio::test]
async fn what_python_offers_java_offers_too() {
    let Some(java) = in_java("what_python_offers_java_offers_too") else {
        return;
    };
    let python = in_python().await;
    assert!(python.len() > 20, "{python:?}");
    let mut missing = Vec::new();
    for (class, methods) in &python {
        let Some(members) = java.get(class) else {
            missing.push(class.clone());
            continue;
        };
        let names: BTreeSet<&str> = members
            .iter()
            .filter_map(|member| member.split('(').next())
            .collect();
        // Constants are fields in Java, which the list leaves out.
        let lost = methods.iter().filter(|name| {
            name.chars().any(char::is_lowercase)
                && !names.contains(name.as_str())
                && !OF_PYTHON.contains(&name.as_str())
                && !java.contains_key(&format!("{class}.{name}"))
        });
        missing.extend(lost.map(|name| format!("{class}.{name}")));
    }
    assert!(missing.is_empty(), "not in Java:\n{}", missing.join("\n"));
    let mut missing = BTreeSet::new();
    for (class, methods) in &python {
        // What a script implements, and need not call; what has its getters from the record
        // that it is made of.
        if class.ends_with("Type") || class.ends_with(".CustomScript") {
            continue;
        }
        if class.ends_with("Context") && !is_asked(class) {
            continue;
        }
        // Parts of contexts have what their contract lists; the test above compares it. Java
        // refuses the rest by name.
        if !class.ends_with("Context") && !properties_of(class).is_empty() {
            continue;
        }
        let mut of_contract = properties_of(class);
        if class.ends_with("Context") {
            // Every context of Java inherits these, empty where its type has none.
            of_contract.extend(properties_of("ExternalScriptContext"));
        }
        for member in &java[class] {
            let name = member.split('(').next().unwrap();
            let known = methods.contains(name)
                || of_contract.contains(name)
                || OF_JAVA.contains(&name)
                || ONLY_IN_JAVA
                    .iter()
                    .any(|only| format!("{class}.{name}").ends_with(only))
                || name == "new";
            if !known {
                missing.insert(format!("{class}.{name}"));
            }
        }
    }
    let missing: Vec<String> = missing.into_iter().collect();
    assert!(missing.is_empty(), "not in Python:\n{}", missing.join("\n"));
}

/// Whether a script of some type that is asked gets this context.
fn is_asked(class: &str) -> bool {
    types::ALL
        .iter()
        .any(|script_type| class.ends_with(&format!(".{}", script_type.context.name)))
}

/// Getters and setters that the contracts give a class.
fn properties_of(class: &str) -> BTreeSet<String> {
    let simple = class.rsplit('.').next().unwrap();
    let beans = types::ALL
        .iter()
        .flat_map(|script_type| script_type.host_contract().beans)
        .filter(|bean| bean.name == simple);
    beans
        .flat_map(|bean| bean.properties)
        .flat_map(|property| {
            let name = capitalised(&property.name);
            [
                format!("get{name}"),
                format!("is{name}"),
                format!("set{name}"),
            ]
        })
        .collect()
}
