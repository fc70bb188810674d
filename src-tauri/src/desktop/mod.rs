//! The desktop has what the page has not: a window, a tray, links from elsewhere, sleep.

pub(crate) mod deep_links;
pub(crate) mod failed_start;
pub(crate) mod first_paint;
#[cfg(target_os = "linux")]
pub(crate) mod input_method;
pub(crate) mod placement;
pub(crate) mod qr;
pub(crate) mod sleep;
pub(crate) mod stay_awake;
pub(crate) mod texts;
pub(crate) mod tray;
pub(crate) mod unread;
pub(crate) mod web_links;
#[cfg(target_os = "linux")]
pub(crate) mod webkit_env;
pub(crate) mod window;
