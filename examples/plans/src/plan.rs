//! Plans, and where they are kept.

use std::{fmt, future::Future, pin::Pin};

use ratelimit_actix::{IntoLimits, LimitSet, LimitsError, limits};

/// What a customer pays for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plan {
    /// Customers who pay nothing, and whoever is no customer.
    #[default]
    Free,
    /// Customers who pay.
    Pro,
    /// Customers who have a contract of their own: no limit at all.
    Enterprise,
}

/// A plan stands for its limits wherever limits are wanted. They are checked by the compiler.
impl IntoLimits for Plan {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        match self {
            Self::Free => Ok(Some(limits!("3/minute; 100/day"))),
            Self::Pro => Ok(Some(limits!("10/minute"))),
            Self::Enterprise => Ok(None),
        }
    }
}

/// The database could not be asked.
#[derive(Clone, Debug)]
pub struct DatabaseError(pub String);

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plans can't be read: {}", self.0)
    }
}

/// What a database answers, later.
pub type Found = Pin<Box<dyn Future<Output = Result<Plan, DatabaseError>> + Send>>;

/// The database of your choice.
pub trait PlanDatabase: fmt::Debug + Send + Sync + 'static {
    /// The plan of the customer with this API key; [`Plan::Free`] for one that is unknown.
    fn plan_of(&self, api_key: &str) -> Found;
}
