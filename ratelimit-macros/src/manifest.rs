//! The name under which a manifest knows a package, which users may change: `name = { package = "…" }`.
//!
//! Knows as much of TOML as dependencies are written in. Crates that know all of it take as long to build as the rest
//! of this one, and ask Cargo for the workspace each time that the app is compiled, which takes longer than a hundred
//! attributes do.

use std::{fs, path::Path};

/// The name of the dependency on `package` in the manifest at `path`; `None` if it is not renamed. A workspace that it
/// is inherited from is looked for in the folders above.
pub(crate) fn renamed(path: &Path, package: &str) -> Option<String> {
    let own = fs::read_to_string(path).ok()?;
    let own: Vec<_> = dependencies(&own).into_iter().filter(|it| !it.of_workspace).collect();
    if own.iter().any(|it| it.name == package && it.package.is_none()) {
        return None;
    }
    if let Some(found) = own.iter().find(|it| it.package == Some(package)) {
        return Some(found.name.to_owned());
    }
    let is_inherited = |it: &&Dependency<'_>| {
        it.of_workspace && it.package == Some(package) && own.iter().any(|own| own.name == it.name)
    };
    path.ancestors().skip(1).find_map(|folder| {
        let workspace = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        dependencies(&workspace).iter().find(is_inherited).map(|found| found.name.to_owned())
    })
}

/// What a line of a manifest says of a dependency.
#[derive(Debug, PartialEq)]
struct Dependency<'a> {
    name: &'a str,
    package: Option<&'a str>,
    /// Whether it is only there for members of the workspace to inherit.
    of_workspace: bool,
}

fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    // The table's last name, and what stands before it; the same of what is around an inline table of several lines.
    let (mut before, mut table, mut around) = ("", "", None);
    for line in manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some((header, _)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            (before, table) = header.rsplit_once('.').unwrap_or(("", header));
        } else if line.starts_with('}') {
            (before, table) = around.take().unwrap_or((before, table));
        } else if let Some((key, value)) = line.split_once('=') {
            let (key, value) = (key.trim(), value.trim());
            let (name, package) = if is_dependencies(table) {
                match key.split_once('.') {
                    Some((name, field)) => (name, (field.trim() == "package").then(|| unquoted(value))),
                    None => (key, package_within(value)),
                }
            } else if is_dependencies(before.rsplit('.').next().unwrap_or_default()) {
                (table, (key == "package").then(|| unquoted(value)))
            } else {
                continue;
            };
            let of_workspace = before.trim_start().starts_with("workspace");
            found.push(Dependency { name: unquoted(name), package, of_workspace });
            if value.starts_with('{') && !value.contains('}') && is_dependencies(table) {
                around = Some((before, table));
                (before, table) =
                    (if of_workspace { "workspace.dependencies" } else { "dependencies" }, name);
            }
        }
    }
    // Of a table there is a line each for its fields.
    let renamed: Vec<_> =
        found.iter().filter(|it| it.package.is_some()).map(|it| (it.name, it.of_workspace)).collect();
    found.retain(|it| it.package.is_some() || !renamed.contains(&(it.name, it.of_workspace)));
    found
}

fn is_dependencies(table: &str) -> bool {
    matches!(table.trim(), "dependencies" | "dev-dependencies")
}

/// The `package` of an inline table.
fn package_within(value: &str) -> Option<&str> {
    let fields = value.trim().strip_prefix('{')?.split([',', '}']);
    let mut fields = fields.filter_map(|field| field.split_once('='));
    fields.find(|(key, _)| key.trim() == "package").map(|(_, package)| unquoted(package))
}

/// A string's or a key's text; what follows a string is a comment.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    quote.and_then(|quote| text[1..].split(quote).next()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The packages of a manifest's dependencies, with their names.
    fn packages(manifest: &str) -> Vec<(&str, Option<&str>)> {
        dependencies(manifest).iter().map(|it| (it.name, it.package)).collect()
    }

    #[test]
    fn a_package_is_found_however_its_name_is_written() {
        let renamed = [("a", Some("b"))];
        for manifest in [
            "[dependencies]\na = { version = \"1, 2\", package = \"b\" } # c",
            "[dev-dependencies]\n'a' = {package='b'}",
            "[target.'cfg(unix)'.dependencies]\na.package = \"b\" # c",
            "[dependencies.a]\npackage = \"b\"",
            "[target.\"cfg(unix)\".dependencies.\"a\"] # c\npackage=\"b\"",
            "[package]\nname = \"d\"\n[dependencies]\na = {\n  package = \"b\",\n}\n[features]\ne = []",
        ] {
            assert_eq!(packages(manifest), renamed, "{manifest}");
        }
        let several = "[dependencies.a]\nversion = \"1\"\npackage = \"b\"\n[dependencies]\nc = \"1\"\n";
        assert_eq!(packages(several), [("a", Some("b")), ("c", None)]);
        assert_eq!(packages("[dependencies]\n# a = { package = \"b\" }"), []);
        assert_eq!(packages("[build-dependencies]\na = \"1\"\n[package.metadata.x]\npackage = \"b\""), []);
    }

    #[test]
    fn what_a_workspace_offers_is_told_apart() {
        for manifest in [
            "[workspace.dependencies]\na = { package = \"b\" }",
            "[workspace.dependencies.a]\npackage = \"b\"",
        ] {
            assert_eq!(
                dependencies(manifest),
                [Dependency { name: "a", package: Some("b"), of_workspace: true }]
            );
        }
    }

    #[test]
    fn an_inherited_name_is_looked_up_in_the_folders_above() {
        let above = std::env::temp_dir().join(format!("ratelimit-macros-{}", std::process::id()));
        let member = above.join("crates/member");
        fs::create_dir_all(&member).expect("a folder");
        let write = |folder: &Path, text| fs::write(folder.join("Cargo.toml"), text).expect("a file");
        write(
            &above,
            "[workspace.dependencies]\na = { package = \"b\" }\nc = { package = \"b\" }\nd = \"1\"",
        );
        let name = |manifest| {
            write(&member, manifest);
            renamed(&member.join("Cargo.toml"), "b")
        };
        assert_eq!(name("[dependencies]\nc = { workspace = true }").as_deref(), Some("c"));
        assert_eq!(name("[dependencies]\nc.workspace = true").as_deref(), Some("c"));
        assert_eq!(name("[dependencies]\nd.workspace = true"), None);
        assert_eq!(name("[dependencies]\nb = \"1\"\nc = { workspace = true }"), None);
        let of_root = "[workspace.dependencies]\nc = { package = \"b\" }\n[dependencies]\nc.workspace = true";
        assert_eq!(name(of_root).as_deref(), Some("c"));
        fs::remove_dir_all(above).expect("a folder");
    }
}
