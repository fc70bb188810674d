//! The settings (preferences) are what the user has chosen.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::hosting::HostChoice;

/// What the user has chosen; kept between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Settings {
    /// The nickname for all rooms; empty before the first start is done.
    pub nickname: String,
    /// The page's language.
    pub language: Language,
    /// The page's colours.
    pub theme: Theme,
    /// What sends a message.
    pub send_key: SendKey,
    /// Let others see that the user is writing.
    pub show_typing: bool,
    /// What closing the window does while a room is hosted.
    pub closing: Closing,
    /// Keep the computer awake while others are in the hosted room.
    pub keep_awake: bool,
    /// Show the hosted room to this network, and list those that are hosted on it.
    pub nearby: bool,
    /// The size of the page, in percent.
    pub zoom: u16,
    /// What was hosted last.
    pub host: HostChoice,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nickname: String::new(),
            language: Language::default(),
            theme: Theme::default(),
            send_key: SendKey::default(),
            show_typing: true,
            closing: Closing::default(),
            keep_awake: true,
            nearby: true,
            zoom: 100,
            host: HostChoice::default(),
        }
    }
}

/// The sizes that the page may be shown in, in percent. It has the steps between (`zoom.ts`).
pub(crate) const ZOOM: RangeInclusive<u16> = 80..=200;

/// The page's language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub enum Language {
    /// As the system.
    #[default]
    #[serde(rename = "system")]
    System,
    /// Chinese, in simplified characters.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// Chinese, in traditional characters, as in Taiwan.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// The page's colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What sends a message; the other key breaks the line. Ctrl+Enter always sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SendKey {
    /// Enter.
    #[default]
    Enter,
    /// Ctrl+Enter, or Cmd+Enter on a Mac.
    CtrlEnter,
}

/// What closing the window does while a room is hosted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Closing {
    /// Ask.
    #[default]
    Ask,
    /// Go on hosting in the tray.
    Keep,
    /// Stop hosting and quit.
    Stop,
}
