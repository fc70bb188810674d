//! The scripts that the session of a guest's page is held to as well (`tests/vectors/sessions.json`). What a step is stands
//! in `ui/tests/guest-sessions.test.ts`.

use hearth_protocol::{Gap, Role, Rules, Secret};
use serde::Deserialize;
use serde_json::{Value, from_value, json, to_value};

use super::*;

#[derive(Deserialize)]
struct Script {
    name: String,
    secret: Option<Secret>,
    steps: Vec<Step>,
    expect: Expected,
}

#[derive(Deserialize)]
struct Step {
    #[serde(rename = "do")]
    what: String,
    #[serde(default)]
    sends: Vec<Value>,
    #[serde(default)]
    connects: bool,
    #[serde(default)]
    hangs_up: bool,
    tells: Option<Value>,
    frame: Option<Value>,
    #[serde(flatten)]
    rest: Value,
}

#[derive(Debug, Deserialize)]
struct Expected {
    status: String,
    log: Option<LogId>,
    cursor: u64,
    entries: Vec<u64>,
    gaps: Vec<Gap>,
    own: Vec<OwnAct>,
    people: Vec<String>,
    online: u32,
    you: Option<String>,
    #[serde(default)]
    role: Role,
    #[serde(default)]
    rules: Rules,
}

impl Step {
    /// One of the values that the event is made of.
    fn field<T: serde::de::DeserializeOwned>(&self, name: &str) -> T {
        from_value(self.rest[name].clone()).unwrap_or_else(|error| panic!("{}: {name}: {error}", self.what))
    }

    fn take(&self, rig: &mut Rig) -> Vec<Effect> {
        match self.what.as_str() {
            "begin" => rig.event(Event::Begin),
            "opened" => rig.event(Event::LinkUp(Dialect::V1)),
            "hear" => rig.text(&self.frame.as_ref().expect("a frame").to_string()),
            "hear_text" => rig.text(&self.field::<String>("text")),
            "lost" => rig.event(Event::LinkLost(ConnectError::LinkBroken)),
            "link" => {
                let secret = Some(self.field("secret"));
                rig.event(Event::Enter(Credentials { secret, password: None }))
            }
            "due" => rig.wait_due(),
            "wait" => rig.wait(Duration::from_millis(self.field("ms"))),
            // The step is a command, and its name that of the command.
            command => {
                let mut rest = self.rest.clone();
                rest["type"] = command.into();
                rig.event(Event::Command(
                    from_value(rest).unwrap_or_else(|error| panic!("{command}: {error}")),
                ))
            }
        }
    }
}

/// Frames but for what tells one program from another.
fn bare(effects: &[Effect]) -> Vec<Value> {
    let bare = |text: String| {
        let mut frame: Value = serde_json::from_str(&text).expect("JSON");
        frame.as_object_mut().expect("an object").remove("client");
        frame
    };
    texts(effects).into_iter().map(bare).collect()
}

fn told(effects: &[Effect]) -> Value {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(RoomUpdate::Status { .. }) => None,
        Effect::Tell(update) => Some(to_value(update).expect("JSON")),
        _ => None,
    });
    Value::Array(told.collect())
}

#[test]
fn the_scripts_of_a_guests_session_are_those_of_the_apps() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/sessions.json");
    let scripts = std::fs::read_to_string(path).expect("the scripts");
    let scripts: Vec<Script> = serde_json::from_str(&scripts).expect("scripts");
    assert!(!scripts.is_empty());
    for Script { name, secret, steps, expect } in scripts {
        let credentials = Credentials { secret, password: None };
        let mut rig = Rig::of(Setup { credentials, ..setup(true) });
        let mut page = Page::default();
        for (n, step) in steps.iter().enumerate() {
            let effects = step.take(&mut rig);
            for update in super::told(&effects) {
                page.apply(update);
            }
            let at = format!("{name}: step {}, {}", n + 1, step.what);
            assert_eq!(bare(&effects), step.sends, "{at}");
            assert_eq!(effects.contains(&Effect::Connect), step.connects, "{at}");
            let hangs_up = effects.iter().any(|effect| matches!(effect, Effect::HangUp(_)));
            assert_eq!(hangs_up, step.hangs_up, "{at}");
            if let Some(tells) = &step.tells {
                assert_eq!(told(&effects), *tells, "{at}");
            }
        }
        let room = rig.session.snapshot(None, rig.now);
        let status = to_value(&room.status).expect("JSON");
        assert_eq!(status["state"], json!(expect.status), "{name}");
        assert_eq!(room.log, expect.log, "{name}");
        assert_eq!(rig.session.timeline.head().get(), expect.cursor, "{name}");
        let seqs: Vec<u64> = room.entries.iter().map(|entry| entry.seq.get()).collect();
        assert_eq!(seqs, expect.entries, "{name}");
        assert_eq!(room.gaps, expect.gaps, "{name}");
        assert_eq!(room.own, expect.own, "{name}");
        // Who is here is the page's to say, whether it has followed or comes now.
        for page in [&page, &Page::of(room.clone())] {
            let people = page.roster.people().iter().map(|person| person.nickname.as_str());
            assert_eq!(people.collect::<Vec<_>>(), expect.people, "{name}");
            assert_eq!(page.roster.online(), expect.online, "{name}");
        }
        assert_eq!(room.role, expect.role, "{name}");
        assert_eq!(room.rules, expect.rules, "{name}");
        assert_eq!(room.you.map(|you| you.nickname.to_string()), expect.you, "{name}");
    }
}
