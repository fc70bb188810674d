//! Visibility: which characters show nothing at all. One rule for texts and for names.

/// Whether nothing is to be seen of a text: it is blank.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Control characters, what the Unicode Character Database calls `Default_Ignorable_Code_Point` or a format character
/// (`General_Category` Cf), but for those that are drawn around digits; noncharacters; and letters, marks and symbols whose
/// picture is empty, such as the blank cell of Braille. White space is not among them: it stands for itself.
///
/// A mark without a letter is seen: programs draw it alone, or on a dotted circle.
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_control() && !c.is_whitespace();
    }
    matches!(c,
        '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{13430}'..='\u{1343f}' | '\u{13441}'..='\u{13442}' | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_blank_and_what_is_seen_is_not() {
        for blank in [
            "",
            " \u{3000}\u{a0}",
            "\u{200b}\u{2800}\u{3164}",
            "\u{1f}\u{85}\u{9f}",
            "\u{2028}\u{202e}",
            "\u{10ffff}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        // An emoji, a flag, a keycap, a mark on nothing, a letter of nobody's, and what stands for half a sign.
        for seen in ["🔥", "🇨🇳", "1\u{fe0f}\u{20e3}", " \u{301}", "\u{e000}", "\u{fffd}", "\u{600}", "ー"]
        {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }
}
