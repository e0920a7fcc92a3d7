//! A scrape shows what the limits have done. One test, for a process has one recorder.

use std::net::SocketAddr;

use actix_web::{App, HttpServer, rt, web};
use awc::Client;

/// Serves the example on a free port of loopback, as `main` does.
fn serve() -> SocketAddr {
    let prometheus = web::Data::new(prometheus_example::recorder().expect("the first recorder"));
    let limiter = prometheus_example::limiter().expect("the limits are right");
    let app = move || {
        App::new().app_data(prometheus.clone()).wrap(limiter.clone()).configure(prometheus_example::routes)
    };
    let server = HttpServer::new(app).workers(2).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let address = server.addrs()[0];
    rt::spawn(server.run());
    address
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let request = Client::default().get(format!("http://{address}{path}"));
    let mut answer = request.send().await.expect("an answer");
    let body = answer.body().await.expect("a body");
    (answer.status().as_u16(), String::from_utf8(body.to_vec()).expect("text"))
}

/// Asks until a limit refuses; answers how often it has not.
async fn until_refused(address: SocketAddr, path: &str) -> usize {
    for passed in 0..100 {
        match get(address, path).await.0 {
            200 => {}
            429 => return passed,
            other => panic!("{path} answered {other}"),
        }
    }
    panic!("{path} is never refused")
}

/// The value of one time series in a scrape, whatever the order of its labels.
fn value(scrape: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let texts: Vec<_> = labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
    scrape.lines().find_map(|line| {
        let (series, value) = line.rsplit_once(' ')?;
        let (series_name, series_labels) = series.split_once('{').unwrap_or((series, ""));
        let has_all = texts.iter().all(|text| series_labels.contains(text));
        (series_name == name && has_all).then(|| value.parse().ok())?
    })
}

fn decisions(scrape: &str, tier: &str, policy: &str, outcome: &str) -> Option<f64> {
    let labels = [("tier", tier), ("policy", policy), ("outcome", outcome)];
    value(scrape, "ratelimit_decisions_total", &labels)
}

#[actix_web::test]
async fn a_scrape_shows_what_the_limits_have_done() {
    let address = serve();
    let (status, before) = get(address, "/metrics").await;
    assert_eq!(status, 200);
    assert_eq!(value(&before, "ratelimit_storage_failing", &[]), Some(0.0), "{before}");
    assert_eq!(value(&before, "ratelimit_storage_outages_total", &[]), Some(0.0), "{before}");

    assert_eq!(until_refused(address, "/search").await, 3);
    assert_eq!(until_refused(address, "/").await, 5);

    let scrape = get(address, "/metrics").await.1;
    assert_eq!(decisions(&scrape, "route", "search", "allowed"), Some(3.0), "{scrape}");
    assert_eq!(decisions(&scrape, "route", "search", "refused"), Some(1.0), "{scrape}");
    assert_eq!(decisions(&scrape, "default", "default", "allowed"), Some(5.0), "{scrape}");
    assert_eq!(decisions(&scrape, "default", "default", "refused"), Some(1.0), "{scrape}");
    assert_eq!(decisions(&scrape, "application", "everything", "allowed"), Some(10.0), "{scrape}");
    assert_eq!(decisions(&scrape, "application", "everything", "refused"), None, "{scrape}");
    let requests = |outcome| value(&scrape, "ratelimit_requests_total", &[("outcome", outcome)]);
    // Eight that passed, and the scrape before; this one was not yet answered.
    assert_eq!((requests("allowed"), requests("refused")), (Some(9.0), Some(2.0)), "{scrape}");
    // Each request asked for two tiers.
    let acquired = value(&scrape, "ratelimit_storage_seconds_count", &[("operation", "acquire")]);
    assert_eq!(acquired, Some(20.0), "{scrape}");
    let in_time = [("operation", "acquire"), ("le", "+Inf")];
    assert_eq!(value(&scrape, "ratelimit_storage_seconds_bucket", &in_time), Some(20.0), "{scrape}");
    assert_eq!(value(&scrape, "ratelimit_storage_failing", &[]), Some(0.0), "{scrape}");
    assert!(scrape.contains("# HELP ratelimit_decisions_total Decisions of limits on requests"), "{scrape}");
    assert!(!scrape.contains("127.0.0.1"), "no key is a label: {scrape}");
}
