//! Finding the master that sentinels name.
//!
//! All sentinels are asked at once, and the first that names a master that is one is believed. redis-rs asks
//! them in the order given: one that stands still at its head would use up the time that there is.

use redis::{
    Client, ConnectionInfo, ErrorKind, RedisError, RedisResult,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};
use tokio::task::JoinSet;

use super::{Tls, topology::is_encrypted};
use crate::uri::Data;

/// Who knows the master of a service.
pub(super) struct Sentinels {
    /// Never empty, and all have one login.
    addresses: Vec<ConnectionInfo>,
    service: String,
    data: Data,
    tls: Tls,
}

impl Sentinels {
    /// # Errors
    /// When there can be no such clients.
    pub(super) fn new(
        addresses: Vec<ConnectionInfo>,
        service: String,
        data: Data,
        tls: Tls,
    ) -> RedisResult<Self> {
        let sentinels = Self { addresses, service, data, tls };
        for address in &sentinels.addresses {
            sentinels.client(address)?;
        }
        Ok(sentinels)
    }

    /// Who the master is.
    pub(super) async fn master(&self) -> RedisResult<Client> {
        let mut asked = JoinSet::new();
        for address in &self.addresses {
            let mut client = self.client(address)?;
            asked.spawn(async move { client.async_get_client().await });
        }
        let mut why = None;
        // Those still on their way when one has answered end with the set.
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok(Ok(master)) => return Ok(master),
                Ok(Err(error)) => why = Some(more_telling(why, error)),
                Err(_) => {} // nothing in it panics
            }
        }
        Err(why.unwrap_or_else(|| (ErrorKind::EmptySentinelList, "no sentinel could be asked").into()))
    }

    /// A client of one sentinel; made anew each time it is asked, as it keeps a connection.
    fn client(&self, address: &ConnectionInfo) -> RedisResult<SentinelClient> {
        let address_only = [address.addr().clone()];
        let mut builder =
            SentinelClientBuilder::new(address_only, &self.service, SentinelServerType::Master)?
                .set_client_to_redis_db(self.data.db);
        if let Some(username) = &self.data.username {
            builder = builder.set_client_to_redis_username(username);
        }
        if let Some(password) = &self.data.password {
            builder = builder.set_client_to_redis_password(password);
        }
        let login = address.redis_settings();
        if let Some(username) = login.username() {
            builder = builder.set_client_to_sentinel_username(username);
        }
        if let Some(password) = login.password() {
            builder = builder.set_client_to_sentinel_password(password);
        }
        if is_encrypted(address) {
            builder = self.tls.of_sentinels(builder);
        }
        builder.build()
    }
}

/// A sentinel that answers that it knows no such master says more than one that can't be reached.
fn more_telling(before: Option<RedisError>, error: RedisError) -> RedisError {
    before.filter(|before| before.kind() == ErrorKind::MasterNameNotFoundBySentinel).unwrap_or(error)
}
