//! What is asked of the server: the acquisitions, a column each.

use std::sync::Arc;

use ratelimit_core::{Acquisition, Clock, Refund};
use tokio_postgres::types::ToSql;

use crate::{digest::Digest, numeric::Numeric, worker::Parameters};

/// The parameters that `acquire` and `peek` have, and `refund` to begin with.
pub(crate) fn columns<'a>(acquisitions: impl Iterator<Item = &'a Acquisition<'a>> + Clone) -> Parameters {
    vec![
        column(acquisitions.clone(), |hit| Digest::of_namespace(hit.policy.namespace())),
        column(acquisitions.clone(), |hit| Digest::of_key(hit.key)),
        column(acquisitions.clone(), |hit| Digest::of_counter(hit.policy, hit.key)),
        column(acquisitions.clone(), |hit| hit.policy.quota().strategy().name()),
        column(acquisitions.clone(), |hit| Numeric::from(hit.policy.quota().limit().amount())),
        column(acquisitions.clone(), |hit| Numeric::from(hit.policy.quota().capacity())),
        column(acquisitions.clone(), |hit| Numeric::from(hit.policy.quota().limit().window_nanos())),
        column(acquisitions, |hit| Numeric::from(hit.cost)),
    ]
}

/// The parameters of `refund`, but for the clock.
pub(crate) fn refund_columns(refunds: &[Refund<'_>]) -> Parameters {
    let mut parameters = columns(refunds.iter().map(|refund| &refund.acquisition));
    parameters.push(column(refunds.iter(), |refund| Numeric::from(refund.receipt.charged_at)));
    parameters.push(column(refunds.iter(), |refund| Numeric::from(refund.receipt.full_at)));
    parameters
}

/// The time of a clock that stands in for the server's, or none.
pub(crate) fn time(clock: Option<&Arc<dyn Clock>>) -> Box<dyn ToSql + Sync + Send> {
    Box::new(clock.map(|clock| Numeric::from(clock.now())))
}

/// One value of each.
fn column<'a, A, T>(
    acquisitions: impl Iterator<Item = &'a A>,
    value: impl Fn(&'a A) -> T,
) -> Box<dyn ToSql + Sync + Send>
where
    A: 'a,
    T: ToSql + Sync + Send + 'static,
{
    Box::new(acquisitions.map(value).collect::<Vec<_>>())
}
