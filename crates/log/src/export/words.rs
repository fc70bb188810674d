//! The words of an export that people wrote none of, in the language of who exports. They are those of the page
//! (`ui/messages/`), so that what came, went and was renamed is told alike everywhere.

/// The language that an export is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language of a system's or browser's tag, such as `zh-CN` or `zh_CN.UTF-8`; English for all that there are no
    /// words in.
    pub fn of_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// Its tag, for whoever reads the export aloud.
    pub(super) const fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }

    /// Somebody came in.
    pub(super) fn joined(self, who: &str) -> String {
        format!("{who} {}", self.pick("加入聊天", "joined"))
    }

    /// Somebody went.
    pub(super) fn left(self, who: &str) -> String {
        format!("{who} {}", self.pick("退出聊天", "left"))
    }

    /// Somebody took another nickname.
    pub(super) fn renamed(self, old: &str, who: &str) -> String {
        format!("{old} {} {who}", self.pick("改名为", "is now"))
    }

    /// A line that its author took back.
    pub(super) fn erased(self, who: &str) -> String {
        format!("{who} {}", self.pick("撤回了一条消息", "took back a message"))
    }

    /// Entries that could not be read.
    pub(super) fn unreadable(self, count: u64) -> String {
        match self {
            Self::Chinese => format!("{count} 行无法读取"),
            Self::English if count == 1 => "1 line could not be read".to_owned(),
            Self::English => format!("{count} lines could not be read"),
        }
    }

    const fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}
