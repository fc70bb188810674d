//! What a v1 client says.

use hearth_protocol::{
    ClientFrame, CloseCode, DecodeError, Entry, HistoryRequest, MessageText, Nickname, Page, PostId,
    RefusalCode, Refused, ServerFrame, TextError, decode_client,
};

use super::{Connection, Next};
use crate::hub::Request;
use crate::room::nickname_refusal;

/// A client that only ever gets refusals does not listen to them.
const REFUSALS_IN_A_ROW: u32 = 500;

/// Entries of one history page.
const PAGE_ENTRIES: u32 = 100;

/// Text bytes of one history page: with its names and escapes it stays within a frame.
const PAGE_TEXT_BYTES: usize = 16 * 1024;

impl Connection {
    pub(super) async fn hear_v1(&mut self, text: &str) -> Next {
        let frame = match decode_client(text) {
            Ok(frame) => frame,
            Err(error) => {
                let code = match error {
                    DecodeError::UnknownType(_) => RefusalCode::UnknownType,
                    DecodeError::Malformed(_) => RefusalCode::Malformed,
                };
                self.refuse(None, code, &error.to_string(), None);
                return Next::Read;
            }
        };
        match frame {
            ClientFrame::Hello(hello) if !self.greeted => {
                self.greeted = true;
                self.ask(Request::Hello { link: self.link.clone(), hello: Box::new(hello) }).await;
            }
            ClientFrame::Hello(_) => {
                self.refuse(None, RefusalCode::HelloExpected, "one hello is enough", None);
            }
            _ if !self.greeted => self.link.end(CloseCode::HelloExpected, "a hello comes first"),
            ClientFrame::Post(post) => self.post(post.id, &post.text).await,
            ClientFrame::Rename(rename) => match Nickname::new(&rename.nickname) {
                Ok(nickname) if self.within_rate(None) => {
                    self.ask(Request::Rename { conn: self.conn(), nickname }).await;
                }
                Ok(_) => {}
                Err(error) => self.refuse(None, nickname_refusal(error), &error.to_string(), None),
            },
            ClientFrame::History(request) if self.within_rate(None) => self.history(request).await,
            ClientFrame::History(_) => {}
        }
        Next::Read
    }

    async fn post(&mut self, id: PostId, text: &str) {
        match MessageText::new(text) {
            Ok(text) if self.within_rate(Some(id)) => {
                self.ask(Request::Post { conn: self.conn(), id, text }).await;
            }
            Ok(_) => {}
            Err(error) => {
                let code = match error {
                    TextError::Empty => RefusalCode::TextEmpty,
                    TextError::TooLong { .. } => RefusalCode::TextTooLong,
                };
                self.refuse(Some(id), code, &error.to_string(), None);
            }
        }
    }

    async fn history(&mut self, HistoryRequest { before, limit }: HistoryRequest) {
        let limit = limit.clamp(1, PAGE_ENTRIES) as usize;
        let slice = match self.shared.log.read_before(before, limit).await {
            Ok(slice) => slice,
            Err(error) => return self.refuse(None, RefusalCode::Storage, &error.to_string(), None),
        };
        let mut room = PAGE_TEXT_BYTES;
        let newest_first: Vec<Entry> = slice
            .entries
            .iter()
            .rev()
            .take_while(|entry| {
                let size = text_bytes(entry);
                let fits = size <= room || room == PAGE_TEXT_BYTES;
                room = room.saturating_sub(size);
                fits
            })
            .map(|entry| Entry::clone(entry))
            .collect();
        let more = slice.more || newest_first.len() < slice.entries.len();
        let entries = newest_first.into_iter().rev().collect();
        self.send(&ServerFrame::Page(Page { before, entries, more }));
    }

    fn within_rate(&mut self, id: Option<PostId>) -> bool {
        let now = self.shared.since_start();
        let Some(Err(wait)) = self.rate.as_mut().map(|rate| rate.take(now)) else {
            self.refusals = 0;
            return true;
        };
        let wait = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1);
        self.refuse(id, RefusalCode::RateLimited, "too many messages in a short time", Some(wait));
        false
    }

    pub(super) fn refuse(
        &mut self,
        id: Option<PostId>,
        code: RefusalCode,
        why: &str,
        retry_after_ms: Option<u32>,
    ) {
        self.refusals += 1;
        if self.refusals > REFUSALS_IN_A_ROW {
            self.link.end(CloseCode::Policy, "too many refusals");
            return;
        }
        self.send(&ServerFrame::Refused(Refused { id, code, message: why.to_owned(), retry_after_ms }));
    }

    fn send(&self, frame: &ServerFrame) {
        self.link.push_frame(frame);
        self.link.flush();
    }
}

fn text_bytes(entry: &Entry) -> usize {
    /// Names, ids and punctuation of an entry in JSON.
    const FRAME: usize = 300;
    let text = match &entry.body {
        hearth_protocol::Body::Message { text, .. } => text.len(),
        _ => 0,
    };
    FRAME + text
}
