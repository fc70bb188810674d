//! The shell's own texts, in each language. They lie outside the page's message catalogues since where they are shown
//! there is no page: in the tray's menu, which stands while the window is hidden, in what the desktop says of a computer
//! that stays awake, and in the name of a room that is given none, which is stored and told to all who come in.

use crate::api::hosting::Hosting;
use crate::api::settings::Language;

/// A language that there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// The system's language as a BCP 47 tag, such as `zh-CN`; `en` when the system does not tell.
pub(crate) fn system_language() -> String {
    sys_locale::get_locale().filter(|tag| is_language(tag)).unwrap_or_else(|| "en".to_owned())
}

/// Whether a tag begins with a language's two or three letters. `C` and `POSIX` do not.
fn is_language(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic())
}

impl Tongue {
    /// The language to use for what the user has chosen.
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::ZhCn => Self::Chinese,
            Language::En => Self::English,
            Language::System => Self::of_tag(&system_language()),
        }
    }

    fn of_tag(tag: &str) -> Self {
        if tag.to_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    pub(crate) fn open_window(self) -> &'static str {
        self.pick("打开围炉", "Open Hearth")
    }

    pub(crate) fn quit(self) -> &'static str {
        self.pick("退出", "Quit")
    }

    pub(crate) fn hosting(self, hosting: &Hosting, name: &str) -> String {
        match (self, hosting) {
            (Self::Chinese, Hosting::On { port, .. }) => format!("正在主持「{name}」· 端口 {port}"),
            (Self::English, Hosting::On { port, .. }) => format!("Hosting “{name}” · port {port}"),
            (Self::Chinese, Hosting::Starting) => "正在开始主持…".to_owned(),
            (Self::English, Hosting::Starting) => "Starting to host…".to_owned(),
            (Self::Chinese, Hosting::Off) => "没有在主持".to_owned(),
            (Self::English, Hosting::Off) => "Not hosting".to_owned(),
        }
    }

    /// Why the computer is kept awake, as the desktop shows it.
    pub(crate) fn keeps_awake(self) -> &'static str {
        self.pick("这里主持的房间里还有别人", "Others are in the room that is hosted here")
    }

    /// A room's name for who has given it none.
    pub(crate) fn room_of(self, nickname: &str) -> String {
        match self {
            Self::Chinese => format!("{nickname}的围炉"),
            Self::English => format!("{nickname}’s hearth"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_a_language_is_no_language() {
        assert!(is_language("zh-CN") && is_language("en") && is_language("fil-PH"));
        assert!(!is_language("C") && !is_language("POSIX") && !is_language(""));
    }

    #[test]
    fn every_chinese_system_is_greeted_in_chinese() {
        for tag in ["zh-CN", "zh", "zh-Hans-CN", "zh-TW", "ZH-cn"] {
            assert_eq!(Tongue::of_tag(tag), Tongue::Chinese, "{tag}");
        }
        for tag in ["en-US", "C", "", "de-DE"] {
            assert_eq!(Tongue::of_tag(tag), Tongue::English, "{tag}");
        }
    }
}
