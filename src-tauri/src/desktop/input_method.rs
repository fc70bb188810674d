//! What an input method composes (the preedit) stands in the text box at the caret, as in any other text field here.

use tauri::WebviewWindow;
use webkit2gtk::{InputMethodContextExt, WebViewExt};

/// wry takes the preedit from its web views. Without it the letters are left to a window of the input method's own, which
/// tears a syllable out of its word; and where the input method has none, one types blind.
pub(crate) fn compose_in_place(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| {
        if let Some(context) = view.inner().input_method_context() {
            context.set_enable_preedit(true);
        }
    })
}
