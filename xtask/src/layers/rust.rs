//! The imports of a Rust crate, read from its syntax: `use` lines and paths, macros included. What only tests see is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, ItemMod, UseTree};

use super::house::{House, Import, Place};

/// A crate as it is read.
#[derive(Debug, Default)]
pub(crate) struct Krate {
    pub(crate) house: House,
    /// Paths that lead out of the crate, with the place that names them.
    pub(crate) outside: BTreeSet<(Place, Vec<String>)>,
}

/// What one file says.
#[derive(Debug, Default)]
struct Said {
    paths: BTreeSet<Vec<String>>,
    /// Names that stand in this module though they are made elsewhere, by `use`.
    names: BTreeMap<String, Vec<String>>,
}

/// Reads a crate from its first file, as the compiler does: along its `mod` lines.
pub(crate) fn read(first: &Path) -> Result<Krate> {
    let mut said = BTreeMap::new();
    let mut krate = Krate::default();
    read_file(first, &[], &mut krate.house.files, &mut said)?;
    for (place, module) in &said {
        for path in &module.paths {
            match resolve(place, path, &said) {
                Some(to) if to != *place => {
                    krate.house.imports.insert(Import { from: place.clone(), to });
                }
                Some(_) => {}
                None => {
                    krate.outside.insert((place.clone(), path.clone()));
                }
            }
        }
    }
    Ok(krate)
}

fn read_file(
    file: &Path,
    place: &[String],
    files: &mut BTreeMap<Place, PathBuf>,
    said: &mut BTreeMap<Place, Said>,
) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let syntax = syn::parse_file(&text).with_context(|| format!("{} is no Rust", file.display()))?;
    let mut module = Said::default();
    let mut children = Vec::new();
    for item in &syntax.items {
        match item {
            item if is_for_tests(attributes(item)) => {}
            Item::Mod(ItemMod { ident, content: None, .. }) => children.push(ident.to_string()),
            Item::Use(used) => flatten(&used.tree, &mut Vec::new(), &mut module),
            item => paths_in(item.to_token_stream(), &mut module.paths),
        }
    }
    said.insert(place.to_vec(), module);
    files.insert(place.to_vec(), file.to_owned());
    for child in children {
        let place: Place = place.iter().cloned().chain([child.clone()]).collect();
        read_file(&file_of(file, &child), &place, files, said)?;
    }
    Ok(())
}

/// Where a child module's file is (The Rust Reference, "Module source filenames").
fn file_of(parent: &Path, child: &str) -> PathBuf {
    let folder = parent.parent().unwrap_or(Path::new(""));
    let holds_folder = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| parent.ends_with(name));
    let folder = if holds_folder { folder.to_owned() } else { parent.with_extension("") };
    let flat = folder.join(format!("{child}.rs"));
    if flat.exists() { flat } else { folder.join(child).join("mod.rs") }
}

/// Where a path leads in the crate: to the module that makes what it names. `None`: out of the crate.
fn resolve(from: &Place, path: &[String], said: &BTreeMap<Place, Said>) -> Option<Place> {
    let (first, rest) = path.split_first()?;
    let mut rest = rest.to_vec();
    let mut at = match first.as_str() {
        "crate" => Place::new(),
        "self" => from.clone(),
        "super" => from.split_last()?.1.to_vec(),
        name => {
            let child: Place = from.iter().cloned().chain([name.to_owned()]).collect();
            said.contains_key(&child).then_some(child)?
        }
    };
    // Each name is followed at most once, so that two modules that name each other's names do not go on for ever.
    for _ in 0..said.len() {
        let Some(step) = rest.first().cloned() else { break };
        let inner: Place = at.iter().cloned().chain([step.clone()]).collect();
        if step == "super" {
            at.pop();
            rest.remove(0);
        } else if said.contains_key(&inner) {
            at = inner;
            rest.remove(0);
        } else if let Some(elsewhere) = said.get(&at).and_then(|module| module.names.get(&step)) {
            // A name that another crate makes is this module's to give.
            let full: Vec<String> = elsewhere.iter().cloned().chain(rest.drain(..).skip(1)).collect();
            return resolve(&at, &full, said).or(Some(at));
        } else {
            break;
        }
    }
    Some(at)
}

fn flatten(tree: &UseTree, path: &mut Vec<String>, module: &mut Said) {
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            flatten(&step.tree, path, module);
            path.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, path, module)),
        UseTree::Glob(_) => {
            module.paths.insert(path.clone());
        }
        UseTree::Name(_) | UseTree::Rename(_) => {
            let (named, known_as) = match tree {
                UseTree::Rename(rename) => (rename.ident.to_string(), rename.rename.to_string()),
                UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
                _ => return,
            };
            let is_itself = named == "self";
            let full: Vec<String> = path.iter().cloned().chain((!is_itself).then_some(named)).collect();
            let known_as = if is_itself { path.last().cloned().unwrap_or_default() } else { known_as };
            module.paths.insert(full.clone());
            module.names.insert(known_as, full);
        }
    }
}

/// Paths of more than one step among these tokens.
fn paths_in(tokens: TokenStream, paths: &mut BTreeSet<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut path: Vec<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if path.is_empty() || follows_colons(&tokens, at) => {
                path.push(ident.to_string());
            }
            TokenTree::Punct(colon) if colon.as_char() == ':' => {}
            TokenTree::Group(group) => {
                close(&mut path, paths);
                paths_in(group.stream(), paths);
            }
            other => {
                close(&mut path, paths);
                if let TokenTree::Ident(ident) = other {
                    path.push(ident.to_string());
                }
            }
        }
    }
    close(&mut path, paths);
}

fn close(path: &mut Vec<String>, paths: &mut BTreeSet<Vec<String>>) {
    let path = std::mem::take(path);
    if path.len() > 1 {
        paths.insert(path);
    }
}

fn follows_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == ':');
    at >= 2 && is_colon(tokens.get(at - 1)) && is_colon(tokens.get(at - 2))
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().is_ident("test")
            || attribute.to_token_stream().to_string().replace(' ', "") == "#[cfg(test)]"
    };
    attributes.iter().any(is_test)
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn krate(files: &[(&str, &str)]) -> (tempfile::TempDir, Krate) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, text).expect("written");
        }
        let krate = read(&folder.path().join("lib.rs")).expect("a crate");
        (folder, krate)
    }

    fn imports(krate: &Krate) -> Vec<String> {
        let imports = krate.house.imports.iter();
        imports.map(|import| format!("{} > {}", import.from.join("::"), import.to.join("::"))).collect()
    }

    #[test]
    fn imports_are_found_in_use_lines_in_paths_and_in_macros() {
        let (_folder, krate) = krate(&[
            ("lib.rs", "mod base; mod room; mod hub; pub use room::{members::Members, Room};"),
            ("base.rs", ""),
            (
                "room/mod.rs",
                "mod members; pub struct Room; use self::members::Members; fn f(_: crate::base::Now) {}",
            ),
            ("room/members.rs", "pub struct Members; use super::super::base as ground;"),
            (
                "hub.rs",
                "use crate::{base::{self, Clock}, Members}; fn f() { tokio::select! { _ = crate::room::Room::new() => {} } }",
            ),
        ]);
        let found = imports(&krate);
        let expected = [
            " > room",
            " > room::members",
            "hub > base",
            "hub > room",
            "hub > room::members",
            "room > base",
            "room > room::members",
            "room::members > base",
        ];
        assert_eq!(found, expected);
        let outside: Vec<_> = krate.outside.iter().map(|(_, path)| path.join("::")).collect();
        assert!(outside.contains(&"tokio::select".to_owned()), "{outside:?}");
    }

    #[test]
    fn what_only_tests_see_is_left_out() {
        let (_folder, krate) = krate(&[
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "#[cfg(test)] mod tests { use crate::b::B; } #[cfg(test)] use crate::b::C; #[cfg(test)] mod more;",
            ),
            ("b.rs", "use std::fs::File; struct S { file: std::time::Instant }"),
        ]);
        assert_eq!(imports(&krate), Vec::<String>::new());
        let outside: Vec<_> = krate.outside.iter().map(|(_, path)| path.join("::")).collect();
        assert_eq!(outside, ["std::fs::File", "std::time::Instant"]);
    }
}
