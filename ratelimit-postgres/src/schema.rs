//! The tables and functions in the database.
//!
//! A change that older processes can go on with, side by side with newer ones, raises [`REVISION`] and the comment at
//! the end of `sql/5_forget.sql`: the next process that starts runs all of the SQL again, so each statement must do
//! no harm where its work is done, and the functions that older processes call keep their parameters and answers.
//! Anything else needs a schema of another name, in which all counters begin anew: `ratelimit_v1` is in the SQL, in the
//! statements of `storage`, here, and in what users read; and the old schema stays until somebody drops it.

use deadpool_postgres::Client;
use ratelimit_core::StorageError;

use crate::error;

/// All of it; see [`PostgresStorage::SCHEMA_SQL`](crate::PostgresStorage::SCHEMA_SQL).
pub(crate) const SQL: &str = concat!(
    include_str!("sql/1_tables.sql"),
    include_str!("sql/2_look.sql"),
    include_str!("sql/3_acquire.sql"),
    include_str!("sql/4_refund.sql"),
    include_str!("sql/5_forget.sql"),
);

/// What of [`SQL`] this crate needs. The comment on the schema tells what a database has.
const REVISION: u32 = 1;

const INSTALLED: &str =
    "select pg_catalog.obj_description(pg_catalog.to_regnamespace('ratelimit_v1'), 'pg_namespace')";

/// Processes that start at the same time install one after the other. The number is the crate's name, cut.
const LOCK: &str = "set local statement_timeout = '30s'; select pg_catalog.pg_advisory_xact_lock(x'726174656c696d69'::bigint)";

/// How the schema comes about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema {
    pub(crate) install: bool,
    pub(crate) logged: bool,
}

impl Schema {
    /// Installs the schema unless it is there.
    pub(crate) async fn ensure(self, client: &mut Client) -> Result<(), StorageError> {
        if is_installed(client).await.map_err(|error| error::of_server("can't look for the schema", error))? {
            return Ok(());
        }
        if !self.install {
            return Err(StorageError::permanent(format!(
                "the database has no schema `ratelimit_v1` of revision {REVISION}, and this storage may not \
                 install it: run `PostgresStorage::SCHEMA_SQL` there"
            )));
        }
        self.install(client).await.map_err(|error| {
            error::of_server(
                "can't install the schema `ratelimit_v1`; if the role may not, run `PostgresStorage::SCHEMA_SQL` as \
                 one that may",
                error,
            )
        })
    }

    async fn install(self, client: &mut Client) -> Result<(), tokio_postgres::Error> {
        let transaction = client.transaction().await?;
        transaction.batch_execute(LOCK).await?;
        if !has_revision(&transaction.query_one(INSTALLED, &[]).await?) {
            let sql = if self.logged {
                SQL.replace("create unlogged table", "create table")
            } else {
                SQL.to_owned()
            };
            transaction.batch_execute(&sql).await?;
            log::info!("installed the schema ratelimit_v1, revision {REVISION}");
        }
        transaction.commit().await
    }
}

async fn is_installed(client: &Client) -> Result<bool, tokio_postgres::Error> {
    Ok(has_revision(&client.query_one(INSTALLED, &[]).await?))
}

/// Whether the comment tells of this revision or a later one: within `ratelimit_v1` they are compatible.
fn has_revision(row: &tokio_postgres::Row) -> bool {
    let comment: Option<&str> = row.try_get(0).ok().flatten();
    let revision = comment.and_then(|comment| comment.strip_prefix("ratelimit, revision "));
    revision.and_then(|revision| revision.parse::<u32>().ok()).is_some_and(|revision| revision >= REVISION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sql_says_the_revision_that_is_looked_for() {
        assert!(SQL.trim_end().ends_with(&format!("is 'ratelimit, revision {REVISION}';")));
    }

    #[test]
    fn tables_can_be_logged() {
        assert_eq!(SQL.matches("create unlogged table").count(), SQL.matches("create table").count() + 2);
    }
}
