//! The roster (presence) as a page reduces it: who is here by what the host told, and by the entries that follow. As
//! `ui/src/model/room/annotations.ts`.

use hearth_protocol::{Body, Entry, MemberId, Person, ROSTER_LISTED, Seq};

use crate::update::RoomSnapshot;

/// The people of a room as the host last told them, kept up to date by the entries that follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    people: Vec<Person>,
    /// How many are here; more than are listed in a large room.
    online: u32,
    /// The list is as of this entry: entries up to it have nothing more to say. `None` where nothing is told: then none has.
    as_of: Option<Seq>,
}

impl Roster {
    /// The whole list, as of the entry `as_of`.
    pub fn told(people: Vec<Person>, online: u32, as_of: Option<Seq>) -> Self {
        Self { people, online, as_of }
    }

    /// What the host told last, and what has come since, in its order. `entries`: all of the room that the page has.
    pub fn of(room: &RoomSnapshot, entries: &[Entry]) -> Self {
        let mut roster = Self::told(room.people.clone(), room.online, room.roster_at);
        let is_gone = |entry: &&Entry| entries.first().is_none_or(|first| entry.seq < first.seq);
        let mut entries = room.roster_entries.iter().filter(is_gone).chain(entries).peekable();
        for change in &room.roster_changes {
            while let Some(entry) = entries.next_if(|entry| entry.seq <= change.at) {
                roster.follow(entry);
            }
            roster.change(&change.joined, &change.left, change.online);
        }
        entries.for_each(|entry| roster.follow(entry));
        roster
    }

    /// Who is here.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// How many are here.
    pub fn online(&self) -> u32 {
        self.online
    }

    /// Another log begins: its entries say nothing before its roster is told.
    pub fn begin_anew(&mut self) {
        self.as_of = None;
    }

    /// Changes told by the host.
    pub fn change(&mut self, joined: &[Person], left: &[MemberId], online: u32) {
        self.people.retain(|person| !left.contains(&person.member));
        for person in joined {
            self.put(person.clone());
        }
        self.online = online;
    }

    /// What an entry changes in the list.
    pub fn follow(&mut self, entry: &Entry) {
        if self.as_of.is_none_or(|as_of| entry.seq <= as_of) {
            return;
        }
        let member = &entry.from.member;
        let listed = self.find(member);
        match entry.body {
            Body::Joined { dialect } => {
                self.online = self.online.saturating_add(u32::from(listed.is_none()));
                self.put(Person { member: member.clone(), nickname: entry.from.nickname.clone(), dialect });
            }
            Body::Left => {
                let all_listed = self.people.len() >= self.online as usize;
                if listed.is_some() || !all_listed {
                    self.online = self.online.saturating_sub(1);
                }
                if let Some(at) = listed {
                    self.people.remove(at);
                }
            }
            Body::Renamed { .. } => {
                if let Some(at) = listed {
                    self.people[at].nickname = entry.from.nickname.clone();
                }
            }
            _ => {}
        }
    }

    fn find(&self, member: &MemberId) -> Option<usize> {
        self.people.iter().position(|person| person.member == *member)
    }

    /// Lists somebody, or their new nickname, if there is room.
    fn put(&mut self, person: Person) {
        match self.find(&person.member) {
            Some(at) => self.people[at] = person,
            None if self.people.len() < ROSTER_LISTED => self.people.push(person),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::Dialect;

    use super::*;
    use crate::session::testing::{entry, member, nickname, person, seq};

    fn roster() -> Roster {
        Roster::told(vec![person("ming"), person("li")], 2, Some(seq(10)))
    }

    fn joined(at: u64, who: &str) -> Entry {
        entry(at - 1, at, who, Body::Joined { dialect: Dialect::V1 })
    }

    fn here(roster: &Roster) -> (Vec<&str>, u32) {
        let names = roster.people().iter().map(|person| person.nickname.as_str()).collect();
        (names, roster.online())
    }

    #[test]
    fn entries_after_the_list_change_it_and_older_ones_do_not() {
        let mut roster = roster();
        roster.follow(&entry(9, 10, "li", Body::Left));
        assert_eq!(here(&roster), (vec!["ming", "li"], 2));
        roster.follow(&joined(11, "wei"));
        assert_eq!(here(&roster), (vec!["ming", "li", "wei"], 3));
        roster.follow(&entry(11, 12, "li", Body::Left));
        assert_eq!(here(&roster), (vec!["ming", "wei"], 2));
        let mut renamed = entry(12, 13, "wei", Body::Renamed { old: nickname("wei") });
        renamed.from.nickname = nickname("Wei Li");
        roster.follow(&renamed);
        assert_eq!(here(&roster), (vec!["ming", "Wei Li"], 2));
    }

    #[test]
    fn nobody_counts_twice_and_nobody_goes_who_was_not_here() {
        let mut roster = roster();
        roster.follow(&joined(11, "li"));
        assert_eq!(roster.online(), 2);
        let before = roster.clone();
        roster.follow(&entry(11, 12, "nobody", Body::Left));
        assert_eq!(roster, before);
        let mut roster = Roster::told(vec![person("ming")], 300, Some(seq(12)));
        roster.follow(&entry(12, 13, "unlisted", Body::Left));
        assert_eq!(roster.online(), 299);
    }

    #[test]
    fn told_changes_apply_and_the_list_stays_bounded() {
        let mut roster = roster();
        let many: Vec<Person> = (0..2 * ROSTER_LISTED).map(|n| person(&format!("m{n}"))).collect();
        roster.change(&many, &[member("li")], 1001);
        assert_eq!((roster.people().len(), roster.online()), (ROSTER_LISTED, 1001));
        assert!(!here(&roster).0.contains(&"li"));
    }

    #[test]
    fn entries_say_nothing_where_nothing_was_told() {
        let mut roster = Roster::default();
        roster.follow(&joined(1, "li"));
        assert_eq!(roster, Roster::default());
    }
}
