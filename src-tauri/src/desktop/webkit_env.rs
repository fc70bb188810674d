//! WebKit's environment says what the web view draws with: the graphics card, or the processor where there is none.

use std::path::Path;

/// Tells WebKit's processes to draw by themselves, unless the user has told them already.
const DRAW_WITHOUT_CARD: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";

/// Where the kernel shows the graphics cards that programs may draw with, as `renderD128` and so on (Linux,
/// `Documentation/gpu/drm-uapi.rst`, "Render nodes").
const CARDS: &str = "/dev/dri";

/// Without a graphics card, as in a virtual machine or on a remote desktop, WebKit has half of each picture drawn by a
/// simulated one, which takes longer than all the rest of the first picture.
///
/// Must be called before there is a second thread, which could be reading the environment.
pub(crate) fn choose() {
    if !has_card(Path::new(CARDS)) {
        // Where it fails, pictures come a little later.
        let _ = glib::setenv(DRAW_WITHOUT_CARD, "1", false);
    }
}

fn has_card(cards: &Path) -> bool {
    cards.read_dir().is_ok_and(|nodes| {
        nodes.flatten().any(|node| node.file_name().as_encoded_bytes().starts_with(b"renderD"))
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_screen_alone_is_no_graphics_card() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(!has_card(&folder.path().join("dri")));
        File::create(folder.path().join("card0")).expect("a file");
        assert!(!has_card(folder.path()));
        File::create(folder.path().join("renderD128")).expect("a file");
        assert!(has_card(folder.path()));
    }
}
