//! The imports of the page, read from its TypeScript and Svelte files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use super::house::{House, Import, Place};

/// Files that the page is made of.
const ENDINGS: [&str; 2] = ["ts", "svelte"];

/// What may stand between an import's path and its file's name.
const UNSAID: [&str; 5] = ["", ".ts", ".svelte.ts", "/index.ts", ".svelte"];

/// Reads all files under a folder.
pub(crate) fn read(root: &Path) -> Result<House> {
    let mut house = House::default();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| ENDINGS.iter().any(|ending| end == *ending)) {
                house.files.insert(place(root, &path), path);
            }
        }
    }
    let places: BTreeMap<&Path, &Place> =
        house.files.iter().map(|(place, file)| (file.as_path(), place)).collect();
    for (from, file) in &house.files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let folder = file.parent().unwrap_or(root);
        for path in paths_in(&text) {
            let near = plain(&folder.join(path));
            let mut candidates = UNSAID.iter().map(|end| PathBuf::from(format!("{}{end}", near.display())));
            let to = candidates.find_map(|file| places.get(file.as_path()).copied());
            if let Some(to) = to.filter(|to| *to != from) {
                house.imports.insert(Import { from: from.clone(), to: to.clone() });
            }
        }
    }
    Ok(house)
}

fn place(root: &Path, file: &Path) -> Place {
    let inside = file.strip_prefix(root).unwrap_or(file);
    inside.components().map(|step| step.as_os_str().to_string_lossy().into_owned()).collect()
}

/// A path without its `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for step in path.components() {
        match step {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            step => plain.push(step),
        }
    }
    plain
}

/// The relative paths that a file imports: `… from "./x"`, `import "./x"`, `import("./x")`.
fn paths_in(text: &str) -> impl Iterator<Item = &str> {
    let after = |word: &'static str| {
        text.match_indices(word).map(move |(at, _)| text[at + word.len()..].trim_start())
    };
    let said = after("from ").chain(after("import ")).chain(after("import("));
    said.filter_map(|rest| {
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (path, _) = rest[1..].split_once(quote)?;
        path.starts_with('.').then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_however_they_are_written() {
        let text = "import type { A } from \"../a\";\nexport * from './b.ts';\nimport \"./style.css\";\nconst later = () => import(\"./Later.svelte\");\nimport { x } from \"svelte\";";
        assert_eq!(paths_in(text).collect::<Vec<_>>(), ["../a", "./b.ts", "./style.css", "./Later.svelte"]);
    }

    #[test]
    fn a_path_leads_to_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [
            ("model/rooms.svelte.ts", "import { b } from \"./base\"; import S from \"../view/S.svelte\";"),
            ("model/base/index.ts", ""),
            ("view/S.svelte", "<script>import { r } from \"../model/rooms.svelte\";</script>"),
        ];
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, text).expect("written");
        }
        let house = read(folder.path()).expect("a page");
        let imports: Vec<_> = house
            .imports
            .iter()
            .map(|import| format!("{} > {}", import.from.join("/"), import.to.join("/")))
            .collect();
        let expected = [
            "model/rooms.svelte.ts > model/base/index.ts",
            "model/rooms.svelte.ts > view/S.svelte",
            "view/S.svelte > model/rooms.svelte.ts",
        ];
        assert_eq!(imports, expected);
    }
}
