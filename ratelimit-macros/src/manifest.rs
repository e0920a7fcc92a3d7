//! The name under which a manifest knows a package, which users may change: `name = { package = "…" }`.
//!
//! `proc-macro-crate` would tell it too, but asks Cargo for the workspace each time that the app is compiled, which takes
//! longer than a hundred attributes do.

use std::{fs, path::Path};

use toml::{Table, Value};

/// The name of the dependency on `package` in the manifest at `path`; `None` if it is not renamed. A workspace that it
/// is inherited from is looked for in the folders above.
pub(crate) fn renamed(path: &Path, package: &str) -> Option<String> {
    let manifest = read(path)?;
    let own: Vec<_> = dependencies(&manifest).collect();
    if own.iter().any(|(name, value)| *name == package && package_of(value).is_none()) {
        return None;
    }
    if let Some((name, _)) = own.iter().find(|(_, value)| package_of(value) == Some(package)) {
        return Some((*name).clone());
    }
    let inherited = own.iter().filter(|(_, value)| is_inherited(value)).map(|(name, _)| *name);
    let workspaces = path.ancestors().skip(1).filter_map(|folder| read(&folder.join("Cargo.toml")));
    let offered: Vec<_> = workspaces.filter_map(|manifest| table(&manifest, "workspace").cloned()).collect();
    let is_it = |name: &&String| {
        offered.iter().any(|workspace| {
            table(workspace, "dependencies").and_then(|all| package_of(all.get(name.as_str())?))
                == Some(package)
        })
    };
    inherited.clone().find(is_it).cloned()
}

fn read(path: &Path) -> Option<Table> {
    fs::read_to_string(path).ok()?.parse().ok()
}

/// Those for code and for tests, on all targets.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (&String, &Value)> {
    let targets = table(manifest, "target").into_iter().flat_map(Table::values).filter_map(Value::as_table);
    [manifest].into_iter().chain(targets).flat_map(|tables| {
        ["dependencies", "dev-dependencies"].into_iter().filter_map(|name| table(tables, name)).flatten()
    })
}

fn table<'a>(table: &'a Table, name: &str) -> Option<&'a Table> {
    table.get(name)?.as_table()
}

fn package_of(dependency: &Value) -> Option<&str> {
    dependency.get("package")?.as_str()
}

fn is_inherited(dependency: &Value) -> bool {
    dependency.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed_in(folder: &Path, manifest: &str) -> Option<String> {
        let path = folder.join("Cargo.toml");
        fs::write(&path, manifest).expect("a file");
        renamed(&path, "b")
    }

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("ratelimit-macros-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[test]
    fn a_package_is_found_wherever_it_is_renamed() {
        let folder = folder("own");
        for manifest in [
            "[dependencies]\na = { version = \"1, 2\", package = \"b\" } # c",
            "[dev-dependencies]\n'a' = {package='b'}",
            "[target.'cfg(unix)'.dependencies]\na.package = \"b\" # c",
            "[dependencies.a]\npackage = \"b\"",
            "[package]\nname = \"d\"\n[dependencies]\na = {\n  package = \"b\",\n}\n[features]\ne = []",
        ] {
            assert_eq!(renamed_in(&folder, manifest).as_deref(), Some("a"), "{manifest}");
        }
        for manifest in [
            "[dependencies]\n# a = { package = \"b\" }",
            "[build-dependencies]\na = { package = \"b\" }",
            "[dependencies]\na = { package = \"b\" }\nb = \"1\"",
            "[package.metadata.a]\npackage = \"b\"",
            "no manifest",
        ] {
            assert_eq!(renamed_in(&folder, manifest), None, "{manifest}");
        }
        fs::remove_dir_all(folder).expect("a folder");
    }

    #[test]
    fn an_inherited_name_is_looked_up_in_the_folders_above() {
        let above = folder("above");
        let member = above.join("crates/member");
        fs::create_dir_all(&member).expect("a folder");
        let _ = renamed_in(
            &above,
            "[workspace.dependencies]\na = { package = \"b\" }\nc = { package = \"b\" }\nd = \"1\"",
        );
        let name = |manifest| renamed_in(&member, manifest);
        assert_eq!(name("[dependencies]\nc = { workspace = true }").as_deref(), Some("c"));
        assert_eq!(name("[dependencies]\nc.workspace = true").as_deref(), Some("c"));
        assert_eq!(name("[dependencies]\nd.workspace = true"), None);
        assert_eq!(name("[dependencies]\nb = \"1\"\nc = { workspace = true }"), None);
        let of_root = "[workspace.dependencies]\nc = { package = \"b\" }\n[dependencies]\nc.workspace = true";
        assert_eq!(name(of_root).as_deref(), Some("c"));
        fs::remove_dir_all(above).expect("a folder");
    }
}
