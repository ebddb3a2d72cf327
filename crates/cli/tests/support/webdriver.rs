//! A small `WebDriver` client: a headless Chromium of its own by chromedriver.
//! Plain JSON over HTTP, as in the W3C `WebDriver` specification.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    caller::plain_client,
    process::{Signal, descendants, find_program, is_gone, send},
    wait::{LONG, until, until_async},
};

/// Member that names an element (`WebDriver`, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Key codes (`WebDriver`, section 17.4.2).
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";

/// Chromium and chromedriver, or the name of what is missing.
fn find_browser() -> Result<(PathBuf, PathBuf), &'static str> {
    let chromium = find_program("chromium")
        .or_else(|| find_program("chromium-browser"))
        .or_else(|| find_program("google-chrome"))
        .ok_or("chromium")?;
    Ok((
        chromium,
        find_program("chromedriver").ok_or("chromedriver")?,
    ))
}

/// The same for a test, which is told as skipped where something is missing.
pub fn browser_for(test: &str) -> Option<(PathBuf, PathBuf)> {
    find_browser()
        .inspect_err(|missing| {
            println!("skipped {test}: there is no {missing} on this machine");
        })
        .ok()
}

/// A window of a browser.
pub struct Window {
    driver: Child,
    http: Client,
    session: String,
    /// Removed after the browser is gone.
    _profile: TempDir,
}

impl Window {
    /// Starts chromedriver and a browser without a screen.
    pub async fn open((chromium, chromedriver): &(PathBuf, PathBuf)) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (driver, port) = start_driver(chromedriver);
        let http = plain_client().build().unwrap();
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--window-size=800,900",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": chromium, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let mut window = Self {
            driver,
            http,
            session: String::new(),
            _profile: profile,
        };
        let base = format!("http://127.0.0.1:{port}/session");
        let made = window
            .ask_url(Method::POST, &base, &capabilities)
            .await
            .unwrap();
        window.session = format!("{base}/{}", made["sessionId"].as_str().unwrap());
        window
    }

    async fn ask_url(&self, method: Method, url: &str, body: &Value) -> Result<Value, String> {
        let mut request = self.http.request(method.clone(), url);
        if method == Method::POST {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let good = answer.status().is_success();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        if good {
            Ok(value["value"].clone())
        } else {
            Err(value["value"].to_string())
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.session);
        self.ask_url(method, &url, &body)
            .await
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Goes to an address.
    pub async fn go(&self, url: &str) {
        self.ask(Method::POST, "/url", json!({ "url": url })).await;
    }

    /// Where it is.
    pub async fn url(&self) -> String {
        self.ask(Method::GET, "/url", Value::Null)
            .await
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Waits until it is somewhere.
    pub async fn wait_for_url(&self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        until_async(what, LONG, || async {
            let url = self.url().await;
            fits(&url).then_some(url)
        })
        .await
    }

    /// Waits until the headline holds these words.
    pub async fn wait_for_headline(&self, words: &str) {
        let what = format!("the headline '{words}'");
        until_async(&what, LONG, || async {
            let script = "const h = document.querySelector('h1'); return h ? h.innerText : ''";
            let headline = self.run(script).await;
            headline
                .as_str()
                .unwrap_or_default()
                .contains(words)
                .then_some(())
        })
        .await;
    }

    /// Runs JavaScript of the test, not of the page.
    pub async fn run(&self, script: &str) -> Value {
        self.ask(
            Method::POST,
            "/execute/sync",
            json!({ "script": script, "args": [] }),
        )
        .await
    }

    /// Types into whatever has the focus.
    pub async fn type_keys(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                let key = key.to_string();
                [
                    json!({ "type": "keyDown", "value": key }),
                    json!({ "type": "keyUp", "value": key }),
                ]
            })
            .collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.ask(Method::POST, "/actions", body).await;
    }

    /// An attribute of what has the focus.
    pub async fn focused(&self, attribute: &str) -> String {
        let active = self.ask(Method::GET, "/element/active", Value::Null).await;
        let id = active[ELEMENT].as_str().unwrap();
        let path = format!("/element/{id}/attribute/{attribute}");
        let value = self.ask(Method::GET, &path, Value::Null).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Tabs to the button of that value, at most so many steps away.
    pub async fn tab_to_button(&self, value: &str) {
        for _ in 0..20 {
            if self.focused("value").await == value && self.focused("type").await == "submit" {
                return;
            }
            self.type_keys(TAB).await;
        }
        panic!(
            "the keyboard does not reach '{value}' at {}",
            self.url().await
        );
    }

    /// Takes what the browser's console said since the last time.
    pub async fn console(&self) -> Vec<String> {
        let entries = self
            .ask(Method::POST, "/se/log", json!({ "type": "browser" }))
            .await;
        let line = |entry: &Value| format!("{} {}", entry["level"], entry["message"]);
        entries.as_array().unwrap().iter().map(line).collect()
    }

    /// The page as PNG.
    pub async fn screenshot(&self) -> Vec<u8> {
        let text = self.ask(Method::GET, "/screenshot", Value::Null).await;
        STANDARD.decode(text.as_str().unwrap()).unwrap()
    }

    /// Sets the window's size in CSS pixels, as a small phone or a desk.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Light or dark, as the person prefers.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.ask(Method::POST, "/goog/cdp/execute", body).await;
    }

    /// Ends the browser in good order.
    pub async fn close(self) {
        let _ = self
            .ask_url(Method::DELETE, &self.session, &Value::Null)
            .await;
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // A test that failed leaves a browser open; it must not outlive the test.
        let below = descendants(self.driver.id());
        for pid in &below {
            send(*pid, Signal::KILL);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        if !thread::panicking() {
            until("the browser is gone", LONG, || {
                below.iter().all(|pid| is_gone(*pid)).then_some(())
            });
        }
    }
}

/// chromedriver on a port that it chooses itself.
fn start_driver(chromedriver: &PathBuf) -> (Child, u16) {
    let mut child = Command::new(chromedriver)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (found, port) = mpsc::channel();
    thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            let number = line
                .split_once("on port ")
                .map(|(_, rest)| rest.trim_end_matches('.'));
            if let Some(port) = number
                .and_then(|number| number.parse::<u16>().ok())
                .filter(|port| *port > 0)
            {
                let _ = found.send(port);
            }
        }
    });
    let port = port.recv_timeout(LONG).expect("chromedriver says its port");
    (child, port)
}
