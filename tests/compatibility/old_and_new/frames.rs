//! The frames of a session that an app had with a host, both of before acts about lines: a host of today answers them as it was.

use super::*;

/// A step of a session that an app had with a host, both of before acts about lines.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// Somebody else says a line.
    Ming(String),
    /// The app connects.
    Opens,
    /// Its connection breaks.
    Cut,
    /// It says this.
    Up(Value),
    /// It hears these, in any order. `$name` stands for what each session has of its own, and `$` for anything.
    Down(Vec<Value>),
}

/// What stands for the names in this session.
type Known = HashMap<String, Value>;

/// Whether a host says what it was known to say, and no less: fields may have come to it.
fn says(told: &Value, expected: &Value, known: &mut Known) -> bool {
    match (expected, told) {
        (Value::String(name), _) if name == "$" => true,
        (Value::String(name), _) if name.starts_with('$') => {
            known.entry(name.clone()).or_insert_with(|| told.clone()) == told
        }
        (Value::Object(expected), Value::Object(told)) => {
            expected.iter().all(|(name, value)| told.get(name).is_some_and(|told| says(told, value, known)))
        }
        (Value::Array(expected), Value::Array(told)) => {
            expected.len() == told.len()
                && expected.iter().zip(told).all(|(one, told)| says(told, one, known))
        }
        _ => expected == told,
    }
}

fn filled(frame: &Value, known: &Known) -> Value {
    match frame {
        Value::String(name) => known.get(name).unwrap_or(frame).clone(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), filled(value, known))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(|value| filled(value, known)).collect()),
        _ => frame.clone(),
    }
}

#[tokio::test]
async fn what_an_old_app_says_is_answered_as_it_was() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let mut known = Known::new();
    let mut app: Option<RawClient> = None;
    for step in read::<Vec<Step>>("session.json") {
        match step {
            Step::Ming(text) => {
                ming.post(&text).await;
                ming.hear(&text).await;
            }
            Step::Opens => app = Some(RawClient::v1(&host.url()).await.expect("a connection")),
            Step::Cut => app = None,
            Step::Up(frame) => {
                app.as_mut().expect("a connection").send_text(filled(&frame, &known).to_string()).await;
            }
            Step::Down(mut expected) => {
                while !expected.is_empty() {
                    let text = app.as_mut().expect("a connection").text().await;
                    let told: Value = serde_json::from_str(&text).expect("JSON");
                    let found = expected.iter().position(|one| {
                        let mut anew = known.clone();
                        let says = says(&told, one, &mut anew);
                        if says {
                            known = anew;
                        }
                        says
                    });
                    let found = found.unwrap_or_else(|| panic!("{told:#}\nis none of {expected:#?}"));
                    expected.swap_remove(found);
                }
            }
        }
    }
}
