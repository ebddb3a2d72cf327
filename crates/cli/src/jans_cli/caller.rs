//! Where the server is and who calls, from options and the environment, as Jans has them.
//! Not here: the connection itself (`network`).

use std::path::Path;

use durward_protocol::client_certificate::ClientCertificate as Parsed;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::arguments::{CallerArgs, OtherArgs};
use crate::{
    failure::Failure,
    input,
    network::{ClientCertificate, Grant, Target},
};

/// Refuses what would make the connection another than it looks.
///
/// # Errors
/// Options of Jans that are not taken, each with what to do instead.
pub fn check(other: &OtherArgs) -> Result<(), Failure> {
    let refuse = |what: &str, hint: &str| Err(Failure::wrong_use(what).hint(hint));
    if other.noverify {
        return refuse(
            "-noverify is not taken: certificates are always checked",
            "name the authority that vouches for the server: --ca-file FILE",
        );
    }
    if other.key_password.is_some() {
        return refuse(
            "--key-password is not taken: others can read a command's arguments",
            "write the key without a password into a file that only you can read: openssl pkey -in KEY -out FILE",
        );
    }
    if other.username.is_some() || other.password.is_some() || other.password_file.is_some() {
        return refuse(
            "nobody's password is taken: a client calls for itself",
            "use --client-id with --client-secret-file, --access-token, or --cert-file and --key-file",
        );
    }
    if other.scim || other.auth {
        return refuse(
            "-scim and -auth are not there: this is for the config API",
            "--info TASK lists its operations",
        );
    }
    Ok(())
}

/// Where to connect, and as whom.
///
/// # Errors
/// No host, nobody who calls, files that cannot be read.
pub fn target(caller: &CallerArgs) -> Result<Target, Failure> {
    let host = caller.host.clone().or_else(|| environment("jans_host"));
    let host = host.ok_or_else(|| {
        Failure::wrong_use("which server?")
            .hint("--host HOST, or jans_host in the environment, names it")
    })?;
    let certificate = certificate(caller)?;
    Ok(Target {
        url: if host.contains("://") {
            host
        } else {
            format!("https://{host}")
        },
        ca_file: caller.ca_file.clone(),
        grant: grant(caller, certificate.as_ref())?,
        certificate,
        scope: String::new(),
        kept: None,
    })
}

fn certificate(caller: &CallerArgs) -> Result<Option<ClientCertificate>, Failure> {
    let Some(cert_file) = caller.cert_file.clone() else {
        if caller.key_file.is_some() {
            return Err(Failure::wrong_use(
                "--key-file has no --cert-file beside it",
            ));
        }
        return Ok(None);
    };
    let key_file = caller.key_file.clone();
    Ok(Some(ClientCertificate {
        key_file: key_file.unwrap_or_else(|| cert_file.clone()),
        cert_file,
    }))
}

fn grant(caller: &CallerArgs, certificate: Option<&ClientCertificate>) -> Result<Grant, Failure> {
    if let Some(token) = &caller.access_token {
        return Ok(Grant::Token(token_of(token)?));
    }
    let id = caller.client_id.clone();
    let id = id.or_else(|| environment("jca_client_id"));
    let secret = match (&caller.client_secret, &caller.client_secret_file) {
        (Some(secret), _) => Some(secret.clone()),
        (None, Some(file)) => Some(input::value_of(file)?),
        // A secret from the environment must not outweigh a certificate that was typed.
        (None, None) if certificate.is_some() => None,
        (None, None) => environment("jca_client_secret"),
    };
    match (id, secret, certificate) {
        (Some(client_id), Some(client_secret), _) => Ok(Grant::Secret {
            client_id,
            client_secret,
        }),
        (None, Some(_), _) => Err(Failure::wrong_use("whose secret is that?")
            .hint("--client-id ID, or jca_client_id in the environment, names the client")),
        (Some(client_id), None, Some(_)) => Ok(Grant::Certificate { client_id }),
        (None, None, Some(certificate)) => Ok(Grant::Certificate {
            client_id: common_name(&certificate.cert_file)?,
        }),
        (_, None, None) => Err(Failure::wrong_use("who calls?").hint(
            "use --client-id with --client-secret-file, --access-token, or --cert-file and --key-file",
        )),
    }
}

/// A token, or the one in the file of that name.
fn token_of(given: &str) -> Result<String, Failure> {
    let file = Path::new(given);
    if file.is_file() {
        return Ok(input::value_of(file)?.trim().to_owned());
    }
    Ok(given.to_owned())
}

/// Jans's clients that show a certificate are called what it calls them.
fn common_name(file: &Path) -> Result<String, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        Failure::new(format!("{}: {why}", file.display())).hint(
            "a PEM file with the client's certificate is expected; --client-id ID names the client",
        )
    };
    let der = CertificateDer::from_pem_file(file).map_err(|error| failed(&error))?;
    let parsed = Parsed::parse(&der, false).map_err(|error| failed(&error))?;
    let name = parsed.common_name().map(str::to_owned);
    name.ok_or_else(|| failed(&"it has no common name that could be the client's id"))
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
