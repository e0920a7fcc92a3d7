//! A master, its replicas, and three sentinels that watch them.

mod builder;

use std::collections::HashMap;

pub use self::builder::SentinelsBuilder;
use crate::{Redis, wait};

const MASTER_NAME: &str = "the-master";
const SENTINELS: usize = 3;

/// A master and its replicas, watched by three sentinels of whom two must agree.
///
/// A master that doesn't answer for half a second is given up for a replica.
///
/// ```no_run
/// use ratelimit_test_servers::Sentinels;
///
/// let sentinels = Sentinels::builder().replicas(2).password("secret").start();
/// let clients_need = (sentinels.addresses(), sentinels.master_name());
/// let killed = sentinels.kill_master();
/// let promoted = sentinels.wait_for_promotion(killed);
/// assert_eq!(sentinels.master().port(), promoted);
/// ```
#[derive(Debug)]
pub struct Sentinels {
    // First, so that they don't see their servers end.
    sentinels: Vec<Redis>,
    servers: Vec<Redis>,
}

impl Sentinels {
    /// Starts a master with one replica and their sentinels.
    ///
    /// # Panics
    /// When they can't be started.
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Begins the settings.
    pub fn builder() -> SentinelsBuilder {
        SentinelsBuilder::new()
    }

    /// The name by which sentinels know the master.
    pub fn master_name(&self) -> &'static str {
        MASTER_NAME
    }

    /// Where the sentinels listen: `127.0.0.1:port` of each.
    pub fn addresses(&self) -> Vec<String> {
        self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port())).collect()
    }

    /// `redis://…` of each sentinel, with the sentinels' password if they have one.
    pub fn uris(&self) -> Vec<String> {
        self.sentinels.iter().map(Redis::uri).collect()
    }

    /// The sentinels.
    pub fn sentinels(&self) -> &[Redis] {
        &self.sentinels
    }

    /// What they watch: first who was the master at the start, then its replicas.
    pub fn servers(&self) -> &[Redis] {
        &self.servers
    }

    /// The master that all sentinels name; waits until they agree.
    #[track_caller]
    pub fn master(&self) -> &Redis {
        wait::until("the sentinels to agree", || self.agreed_master())
    }

    /// Kills the master, and gives its port.
    #[track_caller]
    pub fn kill_master(&self) -> u16 {
        let master = self.master();
        master.kill();
        master.port()
    }

    /// Pauses the master, and gives its port. When it is resumed it still takes itself for the master, until the
    /// sentinels correct it.
    #[track_caller]
    pub fn pause_master(&self) -> u16 {
        let master = self.master();
        master.pause();
        master.port()
    }

    /// Waits until all sentinels name another master than `former` and that one accepts writes; gives its port.
    #[track_caller]
    pub fn wait_for_promotion(&self, former: u16) -> u16 {
        wait::until("a replica to be promoted", || {
            let master = self.agreed_master()?;
            // A write that changes nothing.
            (master.port() != former && master.try_command(&["DEL", "no-such-key"]).is_ok())
                .then(|| master.port())
        })
    }

    /// Waits until every running sentinel knows all others and as many replicas as there are.
    #[track_caller]
    pub fn wait_until_ready(&self) {
        let all_known = |sentinel: &Redis| {
            let master: HashMap<String, String> =
                sentinel.try_query(&["SENTINEL", "MASTER", MASTER_NAME]).ok()?;
            let known =
                |field: &str, count: usize| master.get(field).is_some_and(|it| *it == count.to_string());
            (known("num-other-sentinels", SENTINELS - 1) && known("num-slaves", self.servers.len() - 1))
                .then_some(())
        };
        for sentinel in self.sentinels.iter().filter(|sentinel| sentinel.is_answering()) {
            wait::until("a sentinel to know the others", || all_known(sentinel));
        }
    }

    fn agreed_master(&self) -> Option<&Redis> {
        let mut named = self.sentinels.iter().filter(|sentinel| sentinel.is_answering()).map(|sentinel| {
            let words = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME];
            sentinel.try_query::<(String, u16), _>(&words).ok().map(|(_, port)| port)
        });
        let port = named.next()??;
        named.all(|other| other == Some(port)).then_some(())?;
        self.servers.iter().find(|server| server.port() == port)
    }

    /// Has sentinels ask and tell each other more often than the ten seconds and two seconds that are built in, and
    /// not lose their nerve (they call it TILT) on a machine that is busy.
    fn hurry(&self) {
        let words = "SENTINEL DEBUG INFO-PERIOD 500 PUBLISH-PERIOD 200 TILT-TRIGGER 20000 TILT-PERIOD 1000";
        let words: Vec<_> = words.split(' ').collect();
        for sentinel in &self.sentinels {
            // Only slower without: older servers don't know it.
            let _ = sentinel.try_command(&words);
        }
    }
}
