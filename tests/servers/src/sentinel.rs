//! A master, its replicas, and three sentinels that watch them.

use crate::{
    Redis,
    builder::Role,
    commands::{ADMIN, ADMIN_PASSWORD},
    wait,
};

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

/// Settings of [`Sentinels`] to start; [`Sentinels::builder`] begins them.
#[derive(Clone, Debug)]
#[must_use = "nothing starts before `start()`"]
pub struct SentinelsBuilder {
    replicas: usize,
    password: Option<String>,
    sentinel_password: Option<String>,
    lines: Vec<String>,
}

impl SentinelsBuilder {
    /// How many replicas the master has: 1 by default.
    pub fn replicas(mut self, count: usize) -> Self {
        self.replicas = count;
        self
    }

    /// Asks the clients of master and replicas for this password.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Asks the clients of sentinels for this password.
    pub fn sentinel_password(mut self, password: &str) -> Self {
        self.sentinel_password = Some(password.to_owned());
        self
    }

    /// Adds a line to the configuration files of master and replicas.
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Starts all of them and waits until every sentinel knows every other and every replica.
    ///
    /// # Panics
    /// When they can't be started.
    #[track_caller]
    pub fn start(&self) -> Sentinels {
        let mut servers = vec![self.server().start()];
        for _ in 0..self.replicas {
            servers.push(self.server().replica_of(&servers[0]).start());
        }
        let sentinels = (0..SENTINELS).map(|_| self.sentinel(servers[0].port()).start()).collect();
        let started = Sentinels { sentinels, servers };
        started.hurry();
        started.wait_until_ready();
        started
    }

    fn server(&self) -> crate::RedisBuilder {
        let builder = with_password(Redis::builder(), self.password.as_deref());
        self.lines.iter().fold(builder, |builder, line| builder.config(line))
    }

    fn sentinel(&self, master: u16) -> crate::RedisBuilder {
        with_password(Redis::builder(), self.sentinel_password.as_deref())
            .role(Role::Sentinel)
            .config(&format!("sentinel monitor {MASTER_NAME} 127.0.0.1 {master} 2"))
            .config(&format!("sentinel down-after-milliseconds {MASTER_NAME} 500"))
            .config(&format!("sentinel failover-timeout {MASTER_NAME} 2000"))
            .config(&format!("sentinel auth-user {MASTER_NAME} {ADMIN}"))
            .config(&format!("sentinel auth-pass {MASTER_NAME} {ADMIN_PASSWORD}"))
            .config(&format!("sentinel sentinel-user {ADMIN}"))
            .config(&format!("sentinel sentinel-pass {ADMIN_PASSWORD}"))
    }
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
        SentinelsBuilder { replicas: 1, password: None, sentinel_password: None, lines: Vec::new() }
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
            let master: std::collections::HashMap<String, String> =
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

fn with_password(builder: crate::RedisBuilder, password: Option<&str>) -> crate::RedisBuilder {
    match password {
        Some(password) => builder.password(password),
        None => builder,
    }
}
