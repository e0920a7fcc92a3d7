//! A database for trying it out; put yours in its place.

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;

use crate::plan::{DatabaseError, Found, Plan, PlanDatabase};

/// Plans in memory, which can be taken away to see what happens then.
#[derive(Clone, Debug, Default)]
pub struct MemoryDatabase {
    content: Arc<RwLock<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    plans: HashMap<String, Plan>,
    is_away: bool,
}

impl MemoryDatabase {
    /// A database that knows two customers, fred and paula.
    #[must_use]
    pub fn new() -> Self {
        let database = Self::default();
        database.set("fred", Plan::Free);
        database.set("paula", Plan::Pro);
        database
    }

    /// Gives a customer a plan.
    pub fn set(&self, api_key: &str, plan: Plan) {
        self.content.write().plans.insert(api_key.to_owned(), plan);
    }

    /// Takes the database away, or brings it back.
    pub fn set_away(&self, is_away: bool) {
        self.content.write().is_away = is_away;
    }
}

impl PlanDatabase for MemoryDatabase {
    fn plan_of(&self, api_key: &str) -> Found {
        let content = Arc::clone(&self.content);
        let api_key = api_key.to_owned();
        Box::pin(async move {
            // A real one takes its time.
            actix_web::rt::task::yield_now().await;
            let content = content.read();
            if content.is_away {
                return Err(DatabaseError("connection refused".to_owned()));
            }
            Ok(content.plans.get(&api_key).copied().unwrap_or_default())
        })
    }
}
