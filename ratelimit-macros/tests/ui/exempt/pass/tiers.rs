//! Every set of tiers, alone and beside limits.

use ratelimit_actix::{exempt, limit};

macro_rules! exempted {
    ($($name:ident: $($attribute:meta),+;)+) => {
        $(
            $(#[$attribute])+
            async fn $name() -> &'static str {
                "fine"
            }
        )+

        fn main() {
            $(let _ = actix_web::web::get().to($name);)+
        }
    };
}

exempted! {
    all: exempt;
    none_named: exempt();
    one: exempt(application);
    two: exempt(application, meta,);
    three: exempt(application, default, meta);
    above_a_limit: exempt(application, default, meta), limit("3/minute");
    below_a_limit: limit("3/minute"), exempt(default), limit("10/hour");
}
