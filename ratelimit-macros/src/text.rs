//! The text of tokens, the same whichever compiler prints it.
//!
//! A key expression's text is part of its counters' identity, and counters outlive builds: the
//! compiler's own printing, which changes between versions, won't do.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// `tokens` with spaces only where two tokens would run into one.
pub(crate) fn of(tokens: TokenStream) -> String {
    let mut text = String::new();
    push(tokens, &mut text);
    text
}

fn push(tokens: TokenStream, text: &mut String) {
    // Whether the last token was an operator that the next one does not belong to: `& &`, not `&&`.
    let mut operator_ended = false;
    for token in tokens {
        let was_ended = std::mem::take(&mut operator_ended);
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                push(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                if was_ended {
                    text.push(' ');
                }
                text.push(punct.as_char());
                operator_ended = punct.spacing() == Spacing::Alone;
            }
            word @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => {
                let word = word.to_string();
                if text.ends_with(continues_word) {
                    text.push(' ');
                }
                text.push_str(&word);
            }
        }
    }
}

fn continues_word(last: char) -> bool {
    last.is_alphanumeric() || matches!(last, '_' | '"' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        of(source.parse().expect("tokens"))
    }

    #[test]
    fn layout_does_not_matter() {
        assert_eq!(text("|r|  r . path( )"), text("| r | r.path()"));
        assert_eq!(text("| r | r.path()"), "|r|r.path()");
        assert_eq!(text("self :: user_id"), "self::user_id");
    }

    #[test]
    fn different_tokens_stay_different() {
        assert_eq!(text("return x as u8"), "return x as u8");
        assert_ne!(text("a & &b"), text("a && b"));
        assert_ne!(text("\"a b\""), text("\"ab\""));
        assert_ne!(text("f(a, b)"), text("f(a)(b)"));
    }
}
