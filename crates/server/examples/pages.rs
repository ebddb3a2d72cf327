//! Writes a sample of every page to a folder, to be looked at in a browser:
//! `cargo run -p durward-server --example pages -- <folder>`.

#[path = "../tests/pages/samples.rs"]
mod samples;

use std::path::PathBuf;
use std::{env, fs, io};

use durward_server::pages::assets;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("name the folder to write to"));
    };
    fs::create_dir_all(folder.join("static"))?;
    for asset in assets::ALL {
        fs::write(folder.join("static").join(asset.name), asset.body)?;
    }
    for (name, html) in samples::all(samples::FRIENDLY) {
        // Opened as files, pages find their style sheet beside them.
        let html = html.replace("\"/static/", "\"static/");
        fs::write(folder.join(format!("{name}.html")), html)?;
    }
    Ok(())
}
