//! Folding, for full-text search: what people do not see, or do not tell apart when they seek, falls together.
//!
//! Gone are compatibility forms (width, ligatures, circled numbers), case, what shows nothing (joiners, variation selectors, soft
//! hyphens), Latin, Greek and Cyrillic accents, the points of Hebrew and the vowel signs of Arabic, which people write or leave
//! out as they like. Letters fall together that a keyboard gives one for the other: `ı` and `i`, `ß` and `ss`, `đ` and `d`, the
//! Arabic and the Persian kaf and yeh and their digits, chillu letters and what they were written with before, hiragana and
//! katakana, since an input method gives either for the same keys.
//!
//! Marks of other scripts stay: they tell words apart. So do letters of Korean that stand alone, as in `ㅋㅋㅠㅠ`, from
//! syllables, and the traditional from the simplified forms of Chinese: which belong together depends on the word.

use hearth_protocol::is_invisible;
use unicode_normalization::{UnicodeNormalization, char::decompose_compatible};

/// Brings different spellings of the same words together. `ui/src/model/room/fold.ts` does the same, and
/// `tests/vectors/searches.json` binds the two.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else if is_jamo_alone(c) {
            folded.push(c);
        } else if !is_invisible(c) {
            decompose_compatible(c, |part| {
                if !is_left_out(part) {
                    part.to_lowercase().for_each(|letter| alike(letter, &mut folded));
                }
            });
        }
    }
    folded.nfc().collect()
}

/// Decomposed, it would join its neighbours.
fn is_jamo_alone(c: char) -> bool {
    matches!(c, '\u{3131}'..='\u{318e}' | '\u{ffa1}'..='\u{ffdc}')
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs and the stretcher of Arabic.
fn is_left_out(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8ca}'..='\u{8e1}'
        | '\u{8e3}'..='\u{8ff}')
}

/// A letter as it is sought, whichever of those that stand for it was typed.
fn alike(c: char, folded: &mut String) {
    let several = match c {
        '\u{0}'..='\u{7f}' | '\u{3400}'..='\u{9fff}' => return folded.push(c),
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        // Chillu letters.
        'ൺ' => "ണ\u{d4d}",
        'ൻ' => "ന\u{d4d}",
        'ർ' => "ര\u{d4d}",
        'ൽ' => "ല\u{d4d}",
        'ൾ' => "ള\u{d4d}",
        'ൿ' => "ക\u{d4d}",
        _ => return folded.push(alike_one(c)),
    };
    folded.push_str(several);
}

fn alike_one(c: char) -> char {
    /// From a katakana to its hiragana.
    const KANA: u32 = 0x60;
    match c {
        'ı' => 'i',
        'đ' | 'ð' => 'd',
        'ø' => 'o',
        'ł' => 'l',
        'ħ' => 'h',
        'ŧ' => 't',
        'ς' => 'σ',
        '’' | 'ʼ' => '\'',
        '‐' => '-',
        'ك' => 'ک',
        'ي' | 'ى' => 'ی',
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        'ァ'..='ヶ' | 'ヽ'..='ヾ' => char::from_u32(u32::from(c) - KANA).unwrap_or(c),
        _ => c,
    }
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_do_not_see_is_not_sought() {
        for (text, folded) in [
            ("❤\u{fe0f} 1\u{fe0f}\u{20e3}", "❤ 1\u{20e3}"),
            ("👩\u{200d}👧", "👩👧"),
            ("co\u{ad}op\u{200b}era\u{2060}te", "cooperate"),
            ("STRASSE Straße", "strasse strasse"),
            ("IŞIK ışık İstanbul", "isik isik istanbul"),
            ("Đường phở Łódź Æsir Œuvre", "duong pho lodz aesir oeuvre"),
            ("ΣΟΦΟΣ σοφός", "σοφοσ σοφοσ"),
            ("مُحَمَّد محـــمد كتاب کتاب يد ید أحمد", "محمد محمد کتاب کتاب ید ید احمد"),
            ("۰۹۱۲ ٠٩١٢", "0912 0912"),
            ("שָׁלוֹם", "שלום"),
            ("ｶﾀｶﾅ ガギ ｶﾞｷﾞ ヴ", "かたかな がぎ がぎ ゔ"),
            ("ㅋㅋㅠㅠ ㅎㅏ 하", "ㅋㅋㅠㅠ ㅎㅏ 하"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("അവൻ അവന\u{d4d}\u{200d}", "അവന\u{d4d} അവന\u{d4d}"),
            ("don’t co‑op", "don't co-op"),
            ("葛\u{e0100}城", "葛城"),
            ("ไทย น้ำ", "ไทย น้\u{e4d}า"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone(), "{:?}", text);
        }

        #[test]
        fn composition_makes_no_difference(text in "[a-zéüößàñçあがパ각한ơ\u{300}-\u{304}\u{3099}]{0,12}") {
            let (apart, together): (String, String) = (text.nfd().collect(), text.nfc().collect());
            prop_assert_eq!(fold(&apart), fold(&together));
        }
    }
}
