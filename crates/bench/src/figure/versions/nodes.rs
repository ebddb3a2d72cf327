//! From the request that saves a version to the moment at which two nodes serve it. Nodes
//! here are two servers on one data directory; clients read what they registered there.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    failure::{Failure, Result},
    figure::{Bound, Figure},
    http::Connection,
    load::{median, worst},
    prepared::Prepared,
    process::free_port,
    setting::{Setting, on_one_thread},
    start::{await_ready, no_pushes},
    walkers::{SECRET, basic},
};

/// Versions saved.
const SAVES: usize = 15;

/// Between two looks at a node: what the figure may be off by.
const LOOK: Duration = Duration::from_millis(2);

/// Longest wait for a version.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells its version to whoever reads a registration.
fn script(version: usize) -> String {
    format!(
        "class ClientRegistration:
    def __init__(self, currentTimeMillis):
        pass
    def init(self, customScript, configurationAttributes):
        return True
    def destroy(self, configurationAttributes):
        return True
    def getApiVersion(self):
        return 11
    def createClient(self, context):
        return True
    def updateClient(self, context):
        return True
    def modifyReadResponse(self, responseAsJsonObject, executionContext):
        responseAsJsonObject.put('served_by', 'version {version} of the bench')
        return True
"
    )
}

/// A node and what is asked there.
struct Node {
    connection: Connection,
    path: String,
    headers: String,
}

impl Node {
    /// Asks until the node answers by that version.
    async fn serves(&mut self, version: usize) -> Result<()> {
        let mark = format!("version {version} of the bench");
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let answer = self.connection.get(&self.path, &self.headers).await?;
            if answer.expect(200, "read")?.text().contains(&mark) {
                return Ok(());
            }
            sleep(LOOK).await;
        }
        Err(Failure::new(format!(
            "a node does not serve version {version}"
        )))
    }
}

/// A client of the config API.
struct Administrator {
    connection: Connection,
    address: SocketAddr,
    bearer: String,
}

impl Administrator {
    async fn at(address: SocketAddr) -> Result<Self> {
        let mut connection = Connection::to(address);
        let form = "grant_type=client_credentials";
        let headers = basic("administrator");
        let path = "/jans-auth/restv1/token";
        let answer = connection.post(path, &headers, form).await?;
        let answer: Value = serde_json::from_slice(&answer.expect(200, "token")?.body)?;
        let bearer = text(&answer, "access_token")?;
        Ok(Self {
            connection,
            address,
            bearer,
        })
    }

    async fn save(&mut self, method: &str, expected: u16, version: usize) -> Result<()> {
        let body = json!({
            "inum": "bench-versions", "name": "bench_versions", "scriptType": "client_registration",
            "enabled": true, "script": script(version),
        });
        let path = "/jans-config-api/api/v1/config/scripts";
        let bearer = format!("authorization: Bearer {}\r\n", self.bearer);
        let request = post_json(method, self.address, path, &bearer, &body);
        let answer = self.connection.send(request.as_bytes()).await?;
        answer.expect(expected, "save").map(drop)
    }
}

fn post_json(method: &str, host: SocketAddr, path: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    )
}

fn text(value: &Value, name: &str) -> Result<String> {
    let found = value.get(name).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("no {name}: {value}")))
}

pub(super) fn measure(setting: &Setting) -> Result<Figure> {
    on_one_thread(async {
        let place = setting.new_place()?;
        let prepared = Prepared::make(&setting.durward, &place, no_pushes()).await?;
        prepared.add_client(&json!({
            "client_id": "administrator", "client_secret": SECRET, "client_name": "administrator",
            "grant_types": ["client_credentials"], "response_types": [],
            "scope": "https://jans.io/oauth/config/scripts.write",
            "token_endpoint_auth_method": "client_secret_basic", "access_token_lifetime": 3600,
        }))?;
        let port = free_port()?;
        let (_one, _other) = (prepared.serve()?, prepared.serve_also(port)?);
        let first = prepared.site()?.address;
        let second = SocketAddr::new(first.ip(), port);
        await_ready(first)?;
        await_ready(second)?;
        let mut administrator = Administrator::at(first).await?;
        administrator.save("POST", 201, 0).await?;
        let mut nodes = registered(&[first, second]).await?;
        let (mut saves, mut times) = (Vec::new(), Vec::new());
        for version in 1..=SAVES {
            let began = Instant::now();
            administrator.save("PUT", 200, version).await?;
            saves.push(began.elapsed().as_secs_f64() * 1e3);
            for node in &mut nodes {
                node.serves(version).await?;
            }
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        let ours = format!(
            "slowest of {SAVES}: {:.0} ms; {:.0} ms of them the save itself",
            worst(&times),
            median(&saves)
        );
        let bound = Bound::AtMost(1_000.0);
        let figure = Figure::promised("k_save_to_served", median(&times), "ms", bound);
        Ok(figure
            .of(ours, None)
            .because("nodes look for changes four times a second, then load the script."))
    })
}

/// A client that registered at the first node, as it reads itself at each.
async fn registered(nodes: &[SocketAddr]) -> Result<Vec<Node>> {
    let first = *nodes.first().ok_or_else(|| Failure::new("no nodes"))?;
    let body = json!({ "redirect_uris": ["https://applicant.example/cb"] });
    let path = "/jans-auth/restv1/register";
    let request = post_json("POST", first, path, "", &body);
    let answer = Connection::to(first).send(request.as_bytes()).await?;
    let answer: Value = serde_json::from_slice(&answer.expect(201, "register")?.body)?;
    let uri: url::Url = text(&answer, "registration_client_uri")?.parse()?;
    let query = uri.query().map(|query| format!("?{query}"));
    let path = format!("{}{}", uri.path(), query.unwrap_or_default());
    let token = text(&answer, "registration_access_token")?;
    let headers = format!("authorization: Bearer {token}\r\n");
    let node = |address: &SocketAddr| Node {
        connection: Connection::to(*address),
        path: path.clone(),
        headers: headers.clone(),
    };
    Ok(nodes.iter().map(node).collect())
}
