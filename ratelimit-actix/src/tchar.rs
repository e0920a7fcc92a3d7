//! The characters of tokens (RFC 9110, 5.6.2), of which the names of headers, cookies and parameters are made.

/// Whether `byte` may stand in a token.
pub(crate) fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
