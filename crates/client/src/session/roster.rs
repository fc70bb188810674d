//! The roster (presence): who is here.

use hearth_protocol::{Body, Entry, MemberId, Person, ROSTER_LISTED, RosterChange, Seq};

use crate::update::RoomUpdate;

/// The people of a room as the host last told them, kept up to date by the entries that follow.
#[derive(Debug, Default)]
pub(super) struct Roster {
    people: Vec<Person>,
    /// How many are here; more than are listed in a large room.
    online: u32,
    /// The list is as of this entry: entries up to it have nothing more to say.
    as_of: Seq,
}

impl Roster {
    pub(super) fn people(&self) -> &[Person] {
        &self.people
    }

    pub(super) fn online(&self) -> u32 {
        self.online
    }

    /// The whole list, as of the entry `as_of`. No more people are kept than a host may name.
    pub(super) fn set(&mut self, mut people: Vec<Person>, online: u32, as_of: Seq) -> RoomUpdate {
        people.truncate(ROSTER_LISTED);
        *self = Self { people, online, as_of };
        RoomUpdate::People { people: self.people.clone(), online }
    }

    /// Changes told by the host.
    pub(super) fn change(&mut self, change: RosterChange) -> RoomUpdate {
        self.people.retain(|person| !change.left.contains(&person.member));
        let joined = change.joined.into_iter().filter(|person| self.put(person.clone())).collect();
        self.online = change.online;
        RoomUpdate::Roster { joined, left: change.left, online: self.online }
    }

    /// What an entry changes in the list.
    pub(super) fn follow(&mut self, entry: &Entry) -> Option<RoomUpdate> {
        if !self.is_news(entry) {
            return None;
        }
        let member = &entry.from.member;
        match entry.body {
            Body::Joined { dialect } => {
                let person =
                    Person { member: member.clone(), nickname: entry.from.nickname.clone(), dialect };
                let known = self.find(member).is_some();
                self.online = self.online.saturating_add(u32::from(!known));
                let joined = if self.put(person.clone()) { vec![person] } else { Vec::new() };
                Some(RoomUpdate::Roster { joined, left: Vec::new(), online: self.online })
            }
            Body::Left => {
                let listed = self.find(member);
                let all_listed = self.people.len() >= self.online as usize;
                if listed.is_none() && all_listed {
                    return None;
                }
                if let Some(at) = listed {
                    self.people.remove(at);
                }
                self.online = self.online.saturating_sub(1);
                Some(RoomUpdate::Roster {
                    joined: Vec::new(),
                    left: vec![member.clone()],
                    online: self.online,
                })
            }
            Body::Renamed { .. } => {
                let at = self.find(member)?;
                self.people[at].nickname = entry.from.nickname.clone();
                let joined = vec![self.people[at].clone()];
                Some(RoomUpdate::Roster { joined, left: Vec::new(), online: self.online })
            }
            _ => None,
        }
    }

    /// Whether an entry is newer than the list.
    pub(super) fn is_news(&self, entry: &Entry) -> bool {
        entry.seq > self.as_of
    }

    fn find(&self, member: &MemberId) -> Option<usize> {
        self.people.iter().position(|person| person.member == *member)
    }

    /// Lists somebody, or their new nickname. Whether there is room.
    fn put(&mut self, person: Person) -> bool {
        match self.find(&person.member) {
            Some(at) => self.people[at] = person,
            None if self.people.len() < ROSTER_LISTED => self.people.push(person),
            None => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::Dialect;

    use super::super::testing::{entry, member, nickname, person, seq};
    use super::*;

    fn roster() -> Roster {
        let mut roster = Roster::default();
        roster.set(vec![person("ming"), person("li")], 2, seq(10));
        roster
    }

    fn names(roster: &Roster) -> Vec<&str> {
        roster.people().iter().map(|person| person.nickname.as_str()).collect()
    }

    #[test]
    fn entries_after_the_list_change_it_and_older_ones_do_not() {
        let mut roster = roster();
        assert_eq!(roster.follow(&entry(9, 10, "li", Body::Left)), None);
        let told = roster.follow(&entry(10, 11, "wei", Body::Joined { dialect: Dialect::V1 }));
        assert_eq!(
            told,
            Some(RoomUpdate::Roster { joined: vec![person("wei")], left: Vec::new(), online: 3 })
        );
        roster.follow(&entry(11, 12, "li", Body::Left)).expect("a change");
        assert_eq!((names(&roster), roster.online()), (vec!["ming", "wei"], 2));
        let mut renamed = entry(12, 13, "wei", Body::Renamed { old: nickname("wei") });
        renamed.from.nickname = nickname("Wei Li");
        roster.follow(&renamed).expect("a change");
        assert_eq!((names(&roster), roster.online()), (vec!["ming", "Wei Li"], 2));
    }

    #[test]
    fn nobody_counts_twice_and_nobody_goes_who_was_not_here() {
        let mut roster = roster();
        roster.follow(&entry(10, 11, "li", Body::Joined { dialect: Dialect::V1 }));
        assert_eq!(roster.online(), 2);
        assert_eq!(roster.follow(&entry(11, 12, "nobody", Body::Left)), None);
        assert_eq!(roster.online(), 2);
        roster.set(vec![person("ming")], 300, seq(12));
        roster.follow(&entry(12, 13, "unlisted", Body::Left)).expect("a change");
        assert_eq!(roster.online(), 299);
    }

    #[test]
    fn told_changes_apply_and_the_list_stays_bounded() {
        let mut roster = roster();
        let many: Vec<Person> = (0..2 * ROSTER_LISTED).map(|n| person(&format!("m{n}"))).collect();
        roster.change(RosterChange { joined: many, left: vec![member("li")], online: 1001 });
        assert_eq!((roster.people().len(), roster.online()), (ROSTER_LISTED, 1001));
        assert!(!names(&roster).contains(&"li"));
    }
}
