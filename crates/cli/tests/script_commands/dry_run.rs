//! `durward script call` without effects: stored scripts, prepared answers, contexts that are
//! nothing but data.

use serde_json::{Value, json};

use crate::support::home::{CIBA_TYPE, Home, Ran, durward, notifying};

const ASKING: &str = "from io.jans.as.model.util import JwtUtil\n\
    keys = JwtUtil.getJSONWebKeys('https://a.example/keys')\n\
    print('%s %s' % (self.greeting, keys))\n\
    return keys is not None";

fn asking() -> String {
    notifying(ASKING).replace(
        "return True\n    def destroy",
        "self.greeting = configurationAttributes.get('greeting').getValue2()\n        \
         return True\n    def destroy",
    )
}

fn call(home: &Home, name: &str, more: &[&str]) -> Ran {
    let mut arguments = vec![
        "script",
        "call",
        name,
        "--method",
        "notifyEndUser",
        "--json",
    ];
    arguments.extend(more);
    home.run(&arguments)
}

#[test]
fn a_stored_script_is_called_with_its_hidden_properties_and_nothing_is_sent() {
    let home = Home::new();
    let secret = home.file("greeting", "hello\n");
    let secret = format!("greeting={}", secret.display());
    let more = ["--hidden-property-file", &secret, "--json"];
    let before = home.script("asks", &asking(), &more).ok().json();
    let answers = home.file(
        "answers.toml",
        "host = [{ service = \"http\", answer = { status = 200, headers = {}, body = '{\"keys\":[]}' } }]",
    );
    let answers = answers.to_str().unwrap();
    let told = call(&home, "asks", &["--answers", answers]).ok().json();
    assert_eq!(told["result"], true, "{told}");
    assert_eq!(told["hostCalls"][0]["answered"], true, "{told}");
    assert!(
        told["log"][0].as_str().unwrap().starts_with("hello "),
        "{told}"
    );
    assert_eq!(told["differences"], json!([]));

    let told = call(&home, "asks", &["--dry-run", "--property", "greeting=bye"])
        .ok()
        .json();
    assert_eq!(told["result"], false, "{told}");
    assert_eq!(told["hostCalls"][0]["answered"], false, "{told}");
    assert!(told["log"].to_string().contains("bye None"), "{told}");
    assert_eq!(told["differences"].as_array().unwrap().len(), 1, "{told}");

    let after = home.run(&["script", "show", "asks", "--json"]).ok().json();
    assert_eq!(after["revision"], before["revision"]);
    assert_eq!(
        home.script_log("asks"),
        Vec::<Value>::new(),
        "no call is kept"
    );
}

#[test]
fn a_name_that_is_not_stored_is_told() {
    let home = Home::new();
    let ran = call(&home, "nobody", &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("'nobody'"), "{ran:?}");
    let ran = durward(&["script", "call", "nobody", "--method", "notifyEndUser"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("--type") && ran.stderr.contains("--data"),
        "{ran:?}"
    );
}

/// What an attacker would have run if names became code, as they did elsewhere.
const HOSTILE: [&str; 8] = [
    "scope): pass\nprint('owned')\ndef f(x",
    "x=print('owned')",
    "__class__",
    "__import__('os').system('id')",
    "scope\nprint('owned')",
    "getScope",
    "_values",
    "'+print('owned')+'",
];

fn call_file(script_type: &str, method: &str, text: &str, context: &Value) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let (script, given) = (folder.path().join("s.py"), folder.path().join("c.json"));
    std::fs::write(&script, text).unwrap();
    std::fs::write(&given, context.to_string()).unwrap();
    durward(&[
        "script",
        "call",
        script.to_str().unwrap(),
        "--type",
        script_type,
        "--method",
        method,
        "--context",
        given.to_str().unwrap(),
        "--json",
    ])
}

#[test]
fn cve_2026_25227_names_in_a_context_are_never_code() {
    let text = notifying("print('ran')\nreturn context.scope == 'openid'");
    for name in HOSTILE {
        let context = json!({ "scope": "openid", name: "print('owned')" });
        let ran = call_file(CIBA_TYPE, "notifyEndUser", &text, &context);
        assert_eq!(ran.code, Some(1), "{name}: {ran:?}");
        assert_eq!(ran.stdout, "", "{name}: nothing was run");
        assert!(ran.stderr.contains("has no member"), "{name}: {ran:?}");
        let nested = json!({ "user": { name: "print('owned')" } });
        let ran = call_file(CIBA_TYPE, "notifyEndUser", &text, &nested);
        assert_eq!(ran.code, Some(1), "{name}: {ran:?}");
    }
}

#[test]
fn cve_2026_25227_free_names_arrive_as_data() {
    let text = "import json\n\
        class EndSession:\n    \
        def __init__(self, currentTimeMillis): pass\n    \
        def init(self, customScript, configurationAttributes): return True\n    \
        def destroy(self, configurationAttributes): return True\n    \
        def getApiVersion(self): return 11\n    \
        def getFrontchannelHtml(self, context):\n        \
        given = context.getHttpRequest().getParameterMap()\n        \
        return json.dumps(sorted(given.keySet()))\n";
    let parameters: serde_json::Map<String, Value> = HOSTILE
        .iter()
        .map(|name| ((*name).to_owned(), json!("1")))
        .collect();
    let context = json!({ "httpRequest": { "parameters": parameters } });
    let ran = call_file("end_session", "getFrontchannelHtml", text, &context).ok();
    let told = ran.json();
    let mut names: Vec<&str> = HOSTILE.to_vec();
    names.sort_unstable();
    let got: Vec<String> = serde_json::from_str(told["result"].as_str().unwrap()).unwrap();
    assert_eq!(got, names);
    assert_eq!(told["log"], json!([]), "nothing was printed");
}
