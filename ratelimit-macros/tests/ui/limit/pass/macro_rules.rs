//! Handlers and their limits may come out of `macro_rules!`.

use ratelimit_actix::limit;

macro_rules! handler {
    ($name:ident, $limit:literal, $cost:expr, $key:expr, $answer:ty) => {
        #[limit($limit, cost = $cost, key = $key)]
        async fn $name(request: actix_web::HttpRequest) -> $answer {
            request.path().into()
        }
    };
}

handler!(first, "3/minute", 2, |request| request.path(), String);
handler!(second, "3/minute", 1, global, String);
handler!(third, "3/minute", 1, (ip, user), String);

fn main() {
    let get = actix_web::web::get;
    let _ = (get().to(first), get().to(second), get().to(third));
}
