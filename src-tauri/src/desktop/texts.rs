//! The shell's own texts, in each language. They lie outside the page's message catalogues since where they are shown
//! there is no page: in the tray's menu, which stands while the window is hidden, in what the desktop says of a computer
//! that stays awake, and in the name of a room that is given none, which is stored and told to all who come in; and when there
//! will be none, since the start has failed.

use std::io;

use crate::api::hosting::Hosting;
use crate::api::settings::Language;

/// The name of the web view, where it is a part that one can look for.
const WEB_VIEW_ZH: &str = if cfg!(target_os = "linux") { "（WebKitGTK）" } else { "" };
const WEB_VIEW_EN: &str = if cfg!(target_os = "linux") { " (WebKitGTK)" } else { "" };

/// A language that there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// Chinese, in simplified characters.
    Chinese,
    /// Chinese, in traditional characters, as in Taiwan.
    TraditionalChinese,
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
            Language::ZhTw => Self::TraditionalChinese,
            Language::En => Self::English,
            Language::System => Self::of_tag(&system_language()),
        }
    }

    fn of_tag(tag: &str) -> Self {
        match hearth_log::Language::of_tag(tag) {
            hearth_log::Language::Chinese => Self::Chinese,
            hearth_log::Language::TraditionalChinese => Self::TraditionalChinese,
            hearth_log::Language::English => Self::English,
        }
    }

    /// The language that a room is written out in.
    pub(crate) const fn of_exports(self) -> hearth_log::Language {
        match self {
            Self::Chinese => hearth_log::Language::Chinese,
            Self::TraditionalChinese => hearth_log::Language::TraditionalChinese,
            Self::English => hearth_log::Language::English,
        }
    }

    fn pick(self, chinese: &'static str, traditional: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::TraditionalChinese => traditional,
            Self::English => english,
        }
    }

    pub(crate) fn open_window(self, unread: u32) -> String {
        match (self, unread) {
            (Self::Chinese, 0) => "打开围炉".to_owned(),
            (Self::TraditionalChinese, 0) => "開啟圍爐".to_owned(),
            (Self::English, 0) => "Open Hearth".to_owned(),
            (Self::Chinese, _) => format!("打开围炉（{unread} 条未读）"),
            (Self::TraditionalChinese, _) => format!("開啟圍爐（{unread} 則未讀）"),
            (Self::English, _) => format!("Open Hearth ({unread} unread)"),
        }
    }

    pub(crate) fn quit(self) -> &'static str {
        self.pick("退出", "結束", "Quit")
    }

    pub(crate) fn hosting(self, hosting: &Hosting, name: &str) -> String {
        match (self, hosting) {
            (Self::Chinese, Hosting::On { port, .. }) => format!("正在主持“{name}”· 端口 {port}"),
            (Self::TraditionalChinese, Hosting::On { port, .. }) => {
                format!("正在主持「{name}」· 連接埠 {port}")
            }
            (Self::English, Hosting::On { port, .. }) => format!("Hosting “{name}” · port {port}"),
            (Self::Chinese, Hosting::Starting) => "正在开始主持…".to_owned(),
            (Self::TraditionalChinese, Hosting::Starting) => "正在開始主持…".to_owned(),
            (Self::English, Hosting::Starting) => "Starting to host…".to_owned(),
            (Self::Chinese, Hosting::Off) => "没有在主持".to_owned(),
            (Self::TraditionalChinese, Hosting::Off) => "目前沒有主持".to_owned(),
            (Self::English, Hosting::Off) => "Not hosting".to_owned(),
        }
    }

    /// Why the computer is kept awake, as the desktop shows it.
    pub(crate) fn keeps_awake(self) -> &'static str {
        self.pick(
            "这里主持的房间里还有别人",
            "這裡主持的房間裡還有別人",
            "Others are in the room that is hosted here",
        )
    }

    pub(crate) fn close(self) -> &'static str {
        self.pick("关闭", "關閉", "Close")
    }

    pub(crate) fn cannot_start(self) -> &'static str {
        self.pick("围炉无法启动", "無法啟動圍爐", "Hearth cannot start")
    }

    pub(crate) fn no_home(self) -> &'static str {
        self.pick(
            "系统没有告诉围炉你的主目录在哪里。\n\n请把环境变量 HOME 设为主目录的路径，再打开围炉。",
            "系統沒有告訴圍爐你的個人資料夾在哪裡。\n\n請把環境變數 HOME 設為個人資料夾的路徑，再開啟圍爐。",
            "The system does not tell where your home folder is.\n\nSet the environment variable HOME to its path, then start Hearth again.",
        )
    }

    pub(crate) fn no_window(self, error: &str) -> String {
        match self {
            Self::Chinese => {
                format!(
                    "窗口打不开：{error}\n\n请检查网页组件{WEB_VIEW_ZH}是否完整，或重新安装围炉，再打开围炉。"
                )
            }
            Self::TraditionalChinese => {
                format!(
                    "無法開啟視窗：{error}\n\n請檢查網頁元件{WEB_VIEW_ZH}是否完整，或重新安裝圍爐，再開啟圍爐。"
                )
            }
            Self::English => format!(
                "The window cannot be opened: {error}\n\nCheck that the web view{WEB_VIEW_EN} is intact, or reinstall Hearth, then start Hearth again."
            ),
        }
    }

    /// What is wrong with the app's folder, or what stands in its way, and what to do.
    pub(crate) fn folder_unusable(self, path: &str, error: &io::Error) -> String {
        use io::ErrorKind::{
            AlreadyExists, NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        let (wrong, mend) = match error.kind() {
            PermissionDenied => (
                self.pick(
                    "没有权限在这个文件夹里保存：",
                    "沒有權限在這個資料夾裡儲存：",
                    "There is no permission to write in this folder:",
                ),
                self.pick(
                    "请让你的账户可以读写它",
                    "請讓你的帳號可以讀寫它",
                    "Let your account read and write it",
                ),
            ),
            ReadOnlyFilesystem => (
                self.pick(
                    "这个文件夹所在的磁盘是只读的：",
                    "這個資料夾所在的磁碟是唯讀的：",
                    "This folder is on a disk that is read-only:",
                ),
                self.pick("请让这个磁盘可以写入", "請讓這個磁碟可以寫入", "Make that disk writable"),
            ),
            NotADirectory | AlreadyExists => (
                self.pick(
                    "这里要放一个文件夹，却有别的东西占着：",
                    "這裡要放一個資料夾，卻被別的東西佔住了：",
                    "A folder belongs here, but something else is in its place:",
                ),
                self.pick("请把它改名或移走", "請把它改名或移走", "Rename it, or move it away"),
            ),
            StorageFull | QuotaExceeded => (
                self.pick(
                    "磁盘满了，这个文件夹里存不下东西：",
                    "磁碟空間已滿，這個資料夾裡存不下東西：",
                    "The disk is full, and nothing can be written in this folder:",
                ),
                self.pick("请腾出一些空间", "請騰出一些空間", "Free some space"),
            ),
            _ => {
                let (wrong, mend) = (
                    self.pick("用不了这个文件夹：", "無法使用這個資料夾：", "This folder cannot be used:"),
                    self.pick("请检查它所在的磁盘", "請檢查它所在的磁碟", "Check the disk that it is on"),
                );
                return self.wrong(wrong, &format!("{path}\n{error}"), mend);
            }
        };
        self.wrong(wrong, path, mend)
    }

    fn wrong(self, wrong: &str, what: &str, mend: &str) -> String {
        let again = self.pick("，再打开围炉。", "，再開啟圍爐。", ", then start Hearth again.");
        format!("{wrong}\n{what}\n\n{mend}{again}")
    }

    /// A room's name for who has given it none.
    pub(crate) fn room_of(self, nickname: &str) -> String {
        match self {
            Self::Chinese => format!("{nickname}的围炉"),
            Self::TraditionalChinese => format!("{nickname}的圍爐"),
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
    fn a_system_is_greeted_in_its_language() {
        let cases: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../tests/vectors/language-tags.json"))
                .expect("the cases");
        for case in cases {
            let tongue = match case["language"].as_str() {
                Some("zh-CN") => Tongue::Chinese,
                Some("zh-TW") => Tongue::TraditionalChinese,
                _ => Tongue::English,
            };
            let tag = case["tag"].as_str().expect("a tag");
            assert_eq!(Tongue::of_tag(tag), tongue, "{tag}");
        }
    }

    #[test]
    fn what_is_chosen_goes_before_the_system() {
        assert_eq!(Tongue::of(Language::ZhCn), Tongue::Chinese);
        assert_eq!(Tongue::of(Language::ZhTw), Tongue::TraditionalChinese);
        assert_eq!(Tongue::of(Language::En), Tongue::English);
    }

    #[test]
    fn each_language_has_words_of_its_own() {
        let folder =
            |tongue: Tongue| tongue.folder_unusable("/d", &io::Error::from(io::ErrorKind::StorageFull));
        let all = [Tongue::Chinese, Tongue::TraditionalChinese, Tongue::English].map(|tongue| {
            let (off, on) = (tongue.hosting(&Hosting::Off, ""), tongue.open_window(2));
            [off, on, tongue.cannot_start().into(), folder(tongue), tongue.room_of("Wei")]
        });
        for (n, words) in all[0].iter().enumerate() {
            assert!(*words != all[1][n] && all[1][n] != all[2][n], "{words}");
        }
    }
}
