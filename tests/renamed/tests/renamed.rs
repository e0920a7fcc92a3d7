//! The attributes find the crate under its other name.

use actix_web::{
    App,
    test::{TestRequest, call_and_read_body, init_service},
};

#[actix_web::test]
async fn handlers_run() {
    let service = init_service(
        App::new()
            .wrap(slow_down::Limiter::builder().build().expect("right settings"))
            .configure(renamed::routes),
    )
    .await;
    for (path, answer) in [
        ("/plain/ann", "ann asked for /plain/ann"),
        ("/found", "found"),
        ("/above", "above"),
        ("/below", "below"),
    ] {
        let body = call_and_read_body(&service, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(body, answer, "{path}");
    }
}
