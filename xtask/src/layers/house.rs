//! The law of a house of source files: imports go down, and never in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A file's place in its house: `["room", "members"]` for the module `room::members`, folder and name for a page's file.
pub(crate) type Place = Vec<String>;

/// One file imports something of another of the same house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: Place,
    pub(crate) to: Place,
}

/// The source files of one crate, or of the page, and what they import.
#[derive(Debug, Default)]
pub(crate) struct House {
    /// Where each place's file is.
    pub(crate) files: BTreeMap<Place, PathBuf>,
    pub(crate) imports: BTreeSet<Import>,
}

impl House {
    /// Everything that breaks the law of these floors, which are named from the ground up. A place stands on the floor with the
    /// longest name that leads to it; those named together share one.
    pub(crate) fn wrongs(&self, floors: &[&[&str]]) -> Vec<String> {
        let mut wrongs = self.homeless(floors);
        wrongs.extend(self.climbs(floors));
        wrongs.extend(self.circles());
        wrongs
    }

    /// Files without a floor.
    fn homeless(&self, floors: &[&[&str]]) -> Vec<String> {
        let homeless =
            self.files.iter().filter(|(place, _)| !place.is_empty() && height(place, floors).is_none());
        homeless
            .map(|(_, file)| {
                format!("{} stands on no floor: give it one in xtask/src/layers.rs", file.display())
            })
            .collect()
    }

    /// Imports from a lower floor to a higher one. The root stands above all: it is the table of contents.
    fn climbs(&self, floors: &[&[&str]]) -> Vec<String> {
        let floor = |place: &Place| if place.is_empty() { Some(floors.len()) } else { height(place, floors) };
        let climbs = self.imports.iter().filter(|import| floor(&import.from) < floor(&import.to));
        climbs
            .map(|import| format!("{} climbs to {}", self.file(&import.from), self.file(&import.to)))
            .collect()
    }

    /// Circles among the modules of each folder. A module counts with all that is inside of it, so a parent and its own
    /// children make none.
    fn circles(&self) -> Vec<String> {
        let mut levels: BTreeMap<&[String], BTreeMap<(&str, &str), &Import>> = BTreeMap::new();
        for import in &self.imports {
            let shared = import.from.iter().zip(&import.to).take_while(|(from, to)| from == to).count();
            if let (Some(from), Some(to)) = (import.from.get(shared), import.to.get(shared)) {
                let level = levels.entry(&import.from[..shared]).or_default();
                level.entry((from, to)).or_insert(import);
            }
        }
        levels.values().filter_map(|level| circle_in(level)).map(|circle| self.tell_circle(&circle)).collect()
    }

    fn tell_circle(&self, circle: &[&Import]) -> String {
        let arrows: Vec<String> = circle
            .iter()
            .map(|import| format!("{} imports {}", self.file(&import.from), self.file(&import.to)))
            .collect();
        format!("a circle: {}", arrows.join(", "))
    }

    fn file(&self, place: &Place) -> String {
        self.files.get(place).map_or_else(|| place.join("::"), |file| file.display().to_string())
    }
}

/// How high a place stands.
fn height(place: &Place, floors: &[&[&str]]) -> Option<usize> {
    let named = |name: &str| {
        let mut parts = name.split('/');
        let leads = parts.by_ref().zip(place).take_while(|(part, step)| part == step).count();
        (leads == name.split('/').count()).then_some(leads)
    };
    let heights = floors.iter().enumerate();
    let matches =
        heights.flat_map(|(height, names)| names.iter().filter_map(move |name| Some((named(name)?, height))));
    matches.max_by_key(|(length, _)| *length).map(|(_, height)| height)
}

/// A shortest circle among these arrows, if there is one.
fn circle_in<'a>(arrows: &BTreeMap<(&str, &str), &'a Import>) -> Option<Vec<&'a Import>> {
    let starts: BTreeSet<&str> = arrows.keys().map(|(from, _)| *from).collect();
    let circles = starts.into_iter().filter_map(|start| way_back(start, arrows));
    circles.min_by_key(Vec::len)
}

/// The shortest way from a module back to itself.
fn way_back<'a>(start: &str, arrows: &BTreeMap<(&str, &str), &'a Import>) -> Option<Vec<&'a Import>> {
    let mut seen = BTreeSet::new();
    let mut ways: Vec<(&str, Vec<&'a Import>)> = vec![(start, Vec::new())];
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for (at, way) in ways {
            for ((_, to), import) in arrows.range((at, "")..).take_while(|((from, _), _)| *from == at) {
                let mut way = way.clone();
                way.push(import);
                if *to == start {
                    return Some(way);
                }
                if seen.insert(*to) {
                    longer.push((*to, way));
                }
            }
        }
        ways = longer;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> Place {
        name.split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect()
    }

    fn house(imports: &[(&str, &str)]) -> House {
        let mut house = House::default();
        for (from, to) in imports {
            for name in [from, to] {
                house.files.insert(place(name), PathBuf::from(format!("{name}.rs")));
            }
            house.imports.insert(Import { from: place(from), to: place(to) });
        }
        house
    }

    const FLOORS: &[&[&str]] = &[&["base"], &["room"], &["hub", "hub/owner"], &["room/late"]];

    #[test]
    fn imports_that_go_down_are_right() {
        let right = house(&[
            ("hub/owner", "room/members"),
            ("room/members", "base/clock"),
            ("", "hub"),
            ("hub", "hub/owner"),
        ]);
        assert_eq!(right.wrongs(FLOORS), Vec::<String>::new());
    }

    #[test]
    fn an_import_that_climbs_is_told_with_both_files() {
        let wrong = house(&[("base/clock", "room/members"), ("room", "")]);
        assert_eq!(
            wrong.wrongs(FLOORS),
            ["base/clock.rs climbs to room/members.rs", "room.rs climbs to .rs"]
        );
    }

    #[test]
    fn the_longest_name_says_the_floor() {
        assert_eq!(house(&[("room/late", "hub")]).wrongs(FLOORS), Vec::<String>::new());
        assert_eq!(house(&[("hub", "room/late")]).wrongs(FLOORS), ["hub.rs climbs to room/late.rs"]);
    }

    #[test]
    fn a_file_without_a_floor_is_told() {
        let wrongs = house(&[("attic", "base")]).wrongs(FLOORS);
        assert!(wrongs.iter().any(|wrong| wrong.starts_with("attic.rs stands on no floor")), "{wrongs:?}");
    }

    #[test]
    fn a_circle_is_told_with_its_arrows_also_when_it_runs_through_folders() {
        let two = house(&[("room/a", "room/b"), ("room/b", "room/a")]);
        assert_eq!(
            two.wrongs(FLOORS),
            ["a circle: room/a.rs imports room/b.rs, room/b.rs imports room/a.rs"]
        );
        let three = house(&[("room/a", "room/b"), ("room/b", "room/c/x"), ("room/c/y", "room/a")]);
        let wrongs = three.wrongs(FLOORS);
        assert_eq!(wrongs.len(), 1, "{wrongs:?}");
        assert!(wrongs[0].contains("room/c/y.rs imports room/a.rs"), "{wrongs:?}");
    }

    #[test]
    fn a_parent_and_its_children_make_no_circle() {
        let parent = house(&[
            ("room", "room/members"),
            ("room/members", "room"),
            ("room/members", "room/members/tests"),
        ]);
        assert_eq!(parent.wrongs(FLOORS), Vec::<String>::new());
    }
}
