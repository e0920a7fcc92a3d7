//! A client that is as short to use as the tests are many.

use std::fmt;

use actix_web::http::{Method, StatusCode, header::HeaderMap};
use awc::Client;

use crate::Server;

/// One request to make.
#[derive(Clone, Debug)]
pub struct Ask {
    method: Method,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Ask {
    /// A GET of `path`.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A request of any method.
    ///
    /// # Panics
    /// When `method` is no method.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        let method = method.parse().expect("a method");
        Self { method, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Gives it a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Makes the request, on a connection of its own.
    ///
    /// # Panics
    /// When there is no answer: the server must give one to every request.
    pub async fn of(&self, server: &Server) -> Answer {
        let client = Client::builder().disable_redirects().finish();
        let url = format!("http://{}{}", server.address(), self.path);
        let mut request = client.request(self.method.clone(), url);
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_slice()));
        }
        let mut response = request
            .send_body(self.body.clone())
            .await
            .unwrap_or_else(|error| panic!("{self} got no answer: {error}"));
        let body = response.body().await.unwrap_or_else(|error| panic!("{self} got no body: {error}"));
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// The statuses of `count` such requests, one after the other.
    pub async fn statuses(&self, server: &Server, count: usize) -> Vec<u16> {
        let mut statuses = Vec::with_capacity(count);
        for _ in 0..count {
            statuses.push(self.of(server).await.status.as_u16());
        }
        statuses
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        for (name, value) in &self.headers {
            write!(f, " ({name}: {})", String::from_utf8_lossy(value))?;
        }
        Ok(())
    }
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: String,
}

impl Answer {
    /// A header's text, or `""` if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}
