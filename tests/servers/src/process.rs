//! Programs that end when we do.
//!
//! Dropping ends a program, also when a test panics. Nothing is dropped, though, when the test process itself is
//! killed, or for what lies in a `static`. Therefore programs are started through `setpriv --pdeathsig KILL`: the
//! kernel then kills them when the *thread* that started them ends. That would be too early for a server which
//! several tests share, as each test has a thread of its own; so one thread starts them all, and lives as long as we.

use std::{
    env,
    ffi::OsStr,
    fs::OpenOptions,
    io,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{LazyLock, mpsc},
    thread,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::wait;

/// A running program.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts `program`, whose output is added to the file `log`.
    pub(crate) fn start(program: &OsStr, arguments: &[&OsStr], log: &Path) -> io::Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = if is_installed("setpriv") {
            let mut setpriv = Command::new("setpriv");
            setpriv.args(["--pdeathsig", "KILL", "--"]).arg(program);
            setpriv
        } else {
            Command::new(program)
        };
        command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        start_on_lasting_thread(command).map(Self)
    }

    /// The process's number. `setpriv` becomes the program, so it's the program's own.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Stops it where it stands; returns when it stands.
    pub(crate) fn pause(&mut self) -> io::Result<()> {
        kill_process(self.pid(), Signal::STOP)?;
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        wait::until("a stopped process to stand still", || {
            waitid(WaitId::Pid(self.pid()), options).transpose()
        })?;
        Ok(())
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        Ok(kill_process(self.pid(), Signal::CONT)?)
    }

    fn pid(&self) -> Pid {
        // Not reaped as long as the `Child` lives, so it can't be another's by now.
        Pid::from_child(&self.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether `program` is on the path.
pub(crate) fn is_installed(program: impl AsRef<Path>) -> bool {
    let program = program.as_ref();
    if program.components().count() > 1 {
        return program.is_file();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

type Order = (Command, mpsc::Sender<io::Result<Child>>);

fn start_on_lasting_thread(command: Command) -> io::Result<Child> {
    static STARTER: LazyLock<mpsc::Sender<Order>> = LazyLock::new(|| {
        let (sender, orders) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for (mut command, answer) in orders {
                let _ = answer.send(command.spawn());
            }
        });
        sender
    });
    let (sender, answer) = mpsc::channel();
    STARTER.send((command, sender)).map_err(io::Error::other)?;
    answer.recv().map_err(io::Error::other)?
}
