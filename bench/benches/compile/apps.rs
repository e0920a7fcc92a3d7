//! The apps, which are written anew for each run.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
};

/// The one to compare with first.
pub const APPS: [&str; 2] = ["plain", "limited"];

const HANDLERS: usize = 100;

/// Both apps. Crates of ours are built as those of others are: from a path, they would be built so that building them
/// again is cheap, which makes them half as large again to link.
const WORKSPACE: &str = "[workspace]
resolver = \"3\"
members = [\"plain\", \"limited\"]

[profile.dev.package.ratelimit-actix]
incremental = false

[profile.dev.package.ratelimit-core]
incremental = false

[profile.dev.package.ratelimit-macros]
incremental = false
";

/// What happens to `main.rs` before a build.
#[derive(Clone, Copy)]
pub enum Change {
    /// Nothing, but it is newer than what was built of it.
    Touched,
    /// A constant has another value.
    Edited,
}

/// A workspace of both.
pub struct Apps {
    pub folder: PathBuf,
    edits: Cell<u64>,
}

impl Apps {
    pub fn generate() -> Self {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = bench.join("target/compile");
        let apps = Self { folder, edits: Cell::new(0) };
        let write = |file: &str, text: &str| {
            let file = apps.folder.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder that can be written");
            fs::write(file, text).expect("a file that can be written");
        };
        write("Cargo.toml", WORKSPACE);
        let limiter = bench.parent().expect("the repository").join("ratelimit-actix");
        let limiter = format!("ratelimit-actix = {{ path = {:?} }}\n", limiter.display().to_string());
        for (app, more) in APPS.into_iter().zip(["", &limiter]) {
            write(&format!("{app}/Cargo.toml"), &manifest(app, more));
            write(&format!("{app}/src/main.rs"), &source(app, 0));
        }
        // Versions that are known to fit; what isn't needed of them is dropped by the first build.
        fs::copy(bench.join("../Cargo.lock"), apps.folder.join("Cargo.lock")).expect("a lock file");
        apps
    }

    pub fn change(&self, app: usize, change: Change) {
        if let Change::Edited = change {
            self.edits.set(self.edits.get() + 1);
        }
        let file = self.folder.join(APPS[app]).join("src/main.rs");
        fs::write(file, source(APPS[app], self.edits.get())).expect("a file that can be written");
    }
}

fn manifest(app: &str, more: &str) -> String {
    format!(
        "[package]\nname = \"{app}\"\nedition = \"2024\"\n\n[dependencies]\n\
         actix-web = {{ version = \"4\", default-features = false, features = [\"macros\"] }}\n{more}"
    )
}

/// An app of handlers that take an argument and answer a text.
fn source(app: &str, edits: u64) -> String {
    let is_limited = app == "limited";
    let (import, limiter, wrap, limit) = if is_limited {
        (
            "use ratelimit_actix::{Limiter, limit};\n",
            "    let limiter = Limiter::builder().build().expect(\"a limiter\");\n",
            ".wrap(limiter.clone())",
            "#[limit(\"100/minute\", key = ip)]\n",
        )
    } else {
        ("", "", "", "")
    };
    let handler = |number: usize| {
        format!(
            "\n#[get(\"/{number}/{{id}}\")]\n{limit}async fn handler_{number}(id: web::Path<u32>) -> impl Responder {{\n    \
             format!(\"{number} says {{id}}\")\n}}\n"
        )
    };
    let handlers: String = (0..HANDLERS).map(handler).collect();
    let services: String =
        (0..HANDLERS).map(|number| format!("    app.service(handler_{number});\n")).collect();
    format!(
        "use actix_web::{{App, HttpServer, Responder, get, web}};\n{import}\nconst EDITS: u64 = {edits};\n{handlers}\n\
         fn routes(app: &mut web::ServiceConfig) {{\n{services}}}\n\n\
         #[actix_web::main]\nasync fn main() -> std::io::Result<()> {{\n    println!(\"{{EDITS}}\");\n{limiter}    \
         HttpServer::new(move || App::new(){wrap}.configure(routes)).bind((\"127.0.0.1\", 0))?.run().await\n}}\n"
    )
}
