//! The words of an export that people wrote none of, in the language of who exports. They are those of the page
//! (`ui/messages/`), so that what came, went and was renamed is told alike everywhere.

/// The language that an export is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese, in simplified characters.
    Chinese,
    /// Chinese, in traditional characters, as in Taiwan.
    TraditionalChinese,
    /// English.
    English,
}

impl Language {
    /// The language of a system's or browser's tag, such as `zh-CN` or `zh_CN.UTF-8`; English for all that there are no
    /// words in. A script that is named counts for more than a region, as on the page (`ui/src/view/words/locale.svelte.ts`).
    pub fn of_tag(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase();
        let parts: Vec<&str> = tag.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let names = |part| parts.contains(&part);
        match parts.first() {
            Some(&"zh") if names("hans") => Self::Chinese,
            Some(&"zh") if ["hant", "tw", "hk", "mo"].into_iter().any(names) => Self::TraditionalChinese,
            Some(&"zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// Its tag, for whoever reads the export aloud.
    pub(super) const fn tag(self) -> &'static str {
        self.pick("zh-CN", "zh-TW", "en")
    }

    /// Somebody came in.
    pub(super) fn joined(self, who: &str) -> String {
        format!("{who} {}", self.pick("加入聊天", "加入聊天", "joined"))
    }

    /// Somebody went.
    pub(super) fn left(self, who: &str) -> String {
        format!("{who} {}", self.pick("退出聊天", "離開聊天", "left"))
    }

    /// Somebody took another nickname.
    pub(super) fn renamed(self, old: &str, who: &str) -> String {
        format!("{old} {} {who}", self.pick("改名为", "改名為", "is now"))
    }

    /// A line that its author took back.
    pub(super) fn erased(self, who: &str) -> String {
        format!("{who} {}", self.pick("撤回了一条消息", "收回了一則訊息", "took back a message"))
    }

    /// A line that is answered, and was taken away.
    pub(super) const fn gone(self) -> &'static str {
        self.pick("原消息已撤回", "原訊息已收回", "The message was taken back")
    }

    /// A line that says something else than it did first.
    pub(super) const fn edited(self) -> &'static str {
        self.pick("已编辑", "已編輯", "edited")
    }

    /// A line that is pinned.
    pub(super) const fn pinned(self) -> &'static str {
        self.pick("已置顶", "已置頂", "pinned")
    }

    /// Entries that could not be read.
    pub(super) fn unreadable(self, count: u64) -> String {
        match self {
            Self::Chinese => format!("{count} 行无法读取"),
            Self::TraditionalChinese => format!("{count} 行無法讀取"),
            Self::English if count == 1 => "1 line could not be read".to_owned(),
            Self::English => format!("{count} lines could not be read"),
        }
    }

    const fn pick(
        self,
        chinese: &'static str,
        traditional: &'static str,
        english: &'static str,
    ) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::TraditionalChinese => traditional,
            Self::English => english,
        }
    }
}
