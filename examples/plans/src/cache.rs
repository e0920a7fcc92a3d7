//! Plans that have been read lately: a request in a hurry doesn't wait for the database.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use crate::plan::{DatabaseError, Plan, PlanDatabase};

/// How many customers are remembered. API keys that nobody has are sent by attackers, as many as they like.
const CAPACITY: usize = 10_000;

/// A database behind a cache. A change of plan shows after `fresh_for`, or at once by
/// [`forget`](Self::forget).
#[derive(Debug)]
pub struct CachedPlans {
    database: Box<dyn PlanDatabase>,
    fresh_for: Duration,
    known: Mutex<HashMap<String, (Plan, Instant)>>,
}

impl CachedPlans {
    /// Reads from `database`, and reads again what is older than `fresh_for`.
    pub fn new(database: impl PlanDatabase, fresh_for: Duration) -> Arc<Self> {
        Arc::new(Self { database: Box::new(database), fresh_for, known: Mutex::default() })
    }

    /// The customer's plan.
    ///
    /// # Errors
    /// When it isn't known and the database can't be asked. One that is known but old is better than none.
    pub async fn plan_of(&self, api_key: &str) -> Result<Plan, DatabaseError> {
        let known = self.known.lock().get(api_key).copied();
        match known {
            Some((plan, read_at)) if read_at.elapsed() < self.fresh_for => return Ok(plan),
            _ => {}
        }
        match self.database.plan_of(api_key).await {
            Ok(plan) => {
                self.remember(api_key, plan);
                Ok(plan)
            }
            Err(error) => known.map(|(plan, _)| plan).ok_or(error),
        }
    }

    /// Reads a customer's plan anew with the next request: the customer has changed it.
    pub fn forget(&self, api_key: &str) {
        self.known.lock().remove(api_key);
    }

    fn remember(&self, api_key: &str, plan: Plan) {
        let mut known = self.known.lock();
        if known.len() >= CAPACITY {
            known.retain(|_, (_, read_at)| read_at.elapsed() < self.fresh_for);
        }
        if known.len() < CAPACITY {
            known.insert(api_key.to_owned(), (plan, Instant::now()));
        }
    }
}
