//! Where users are known.

/// The user store of your choice.
pub trait UserStore {
    /// The user with this token.
    fn user_of(&self, token: &str) -> impl Future<Output = Option<String>>;
}

/// Users for trying it out; put yours in their place.
#[derive(Clone, Copy, Debug)]
pub struct MemoryUsers;

impl UserStore for MemoryUsers {
    async fn user_of(&self, token: &str) -> Option<String> {
        // A real store takes its time.
        actix_web::rt::task::yield_now().await;
        match token {
            "ada-token" => Some("ada".to_owned()),
            "bob-token" => Some("bob".to_owned()),
            _ => None,
        }
    }
}
