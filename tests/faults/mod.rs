//! What happens to machines, done to the program: killed at any moment, disks that are full, broken or read-only, inputs
//! that vanish, no memory. After each fault every finished output is whole, none is half there, the ledger agrees with the
//! disk, the exit code says what happened, and a run that resumes ends as if there had been no fault.
//!
//! `KANWU_FAULTS=200 cargo test --release --test all faults -- --nocapture` does it in full and prints the table. What
//! needs the administrator, or a program that is not there, says that it is skipped.

mod limits;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::KANWU;

/// How often a fault is tried when nothing else is said: enough to notice that something broke.
const TRIES: u32 = 8;

/// The program: the one that was built with the tests, or another that `KANWU_PROGRAM` names.
fn program() -> String {
    std::env::var("KANWU_PROGRAM").unwrap_or_else(|_| KANWU.to_owned())
}

fn tries() -> u32 {
    std::env::var("KANWU_FAULTS").ok().and_then(|tries| tries.parse().ok()).unwrap_or(TRIES)
}

/// Only one fault at a time: they measure out moments, and two batches at once would have other ones.
static ONE: Mutex<()> = Mutex::new(());

/// What came of the tries of a fault.
#[derive(Debug, Default)]
struct Row {
    tries: u32,
    /// Tries in which the fault met the run, and it did not end as without.
    met: u32,
    /// Pages or reports that were not as without the fault in the end.
    losses: u32,
    /// Files that were neither whole nor marked as unfinished.
    partial: u32,
    /// Lines of ledgers that speak of what is not there.
    ledger: u32,
    codes: BTreeMap<String, u32>,
    wrong_codes: u32,
}

impl Row {
    #[track_caller]
    fn show(&self, fault: &str) {
        let codes: Vec<String> = self.codes.iter().map(|(code, count)| format!("{code} ×{count}")).collect();
        eprintln!(
            "FAULT | {fault} | {} tries, {} met | {} lost | {} partial | {} wrong in ledgers | {} wrong exit codes | {}",
            self.tries,
            self.met,
            self.losses,
            self.partial,
            self.ledger,
            self.wrong_codes,
            codes.join(", ")
        );
        assert_eq!((self.losses, self.partial, self.ledger, self.wrong_codes), (0, 0, 0, 0), "{fault}: {self:?}");
    }

    /// Notes how a run ended, which should be one of `right`; gives that.
    fn ended(&mut self, status: ExitStatus, right: &[i32]) -> i32 {
        let code = status.code().unwrap_or_else(|| 1000 + status.signal().unwrap_or_default());
        let name = if code > 1000 { format!("signal {}", code - 1000) } else { code.to_string() };
        *self.codes.entry(name).or_default() += 1;
        self.tries += 1;
        self.met += u32::from(code != 0);
        self.wrong_codes += u32::from(!right.contains(&code));
        code
    }
}

/// Killed by a signal, as [`Row::ended`] has it.
const fn by(signal: i32) -> i32 {
    1000 + signal
}

/// A batch of pages, and what comes of it when nothing happens.
struct Batch {
    folder: tempfile::TempDir,
    whole: BTreeMap<PathBuf, Vec<u8>>,
    takes: Duration,
}

/// More than is held at once, so that pages are written before all are read: 5 MB.
const PAGES: usize = 48;

impl Batch {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut random = fastrand::Rng::with_seed(7);
        for page in 0..PAGES {
            let text: String = (0..8000).map(|_| PHRASES[random.usize(..PHRASES.len())]).collect();
            let path = folder.path().join(format!("in/{}/{page}.txt", page % 5));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("第{page}页\n{text}\n")).unwrap();
        }
        let mut batch = Self { folder, whole: BTreeMap::new(), takes: Duration::ZERO };
        let begun = Instant::now();
        let status = batch.command(&batch.path("whole")).status().unwrap();
        assert_eq!(status.code(), Some(0));
        batch.takes = begun.elapsed();
        batch.whole = files(&batch.path("whole"));
        assert_eq!(batch.whole.len(), PAGES + 8);
        let size: u64 = files(&batch.path("in")).values().map(|page| page.len() as u64).sum();
        assert!(size > 4 << 20, "{size} bytes are held at once");
        batch
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The program cleaning the batch into `to`, or going on with that.
    fn command(&self, to: &Path) -> Command {
        let mut command = Command::new(program());
        self.arguments(&mut command, to);
        command
    }

    fn arguments(&self, command: &mut Command, to: &Path) {
        command.args(["clean", "in", "--quiet", "--resume", "--jobs", "2", "--only", "punctuation,numerals", "-o"]);
        command.arg(to.join("out")).arg("--report").arg(to.join("report"));
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    }

    /// Checks what lies in `to` after a fault.
    fn check(&self, to: &Path, row: &mut Row) {
        let found = files(to);
        let is_unfinished = |path: &Path| path.iter().any(|part| part == ".kanwu");
        for (path, bytes) in found.iter().filter(|(path, _)| !is_unfinished(path)) {
            if self.whole.get(path) != Some(bytes) {
                eprintln!("{} is not whole", path.display());
                row.partial += 1;
            }
        }
        for (path, bytes) in &found {
            if path.file_name().is_some_and(|name| name == "ledger.jsonl") {
                row.ledger += self.disagreements(to, bytes);
            }
        }
    }

    /// Lines of `ledger` whose page does not lie in `to` as they say.
    fn disagreements(&self, to: &Path, ledger: &[u8]) -> u32 {
        let lines = ledger.split_inclusive(|&byte| byte == b'\n').skip(1);
        let whole = lines.filter(|line| line.ends_with(b"\n"));
        let is_there = |line: &[u8]| {
            let done: serde_json::Value = serde_json::from_slice(line).unwrap();
            let page = Path::new("out").join(done["page"].as_str().unwrap());
            let clean = fs::read(to.join(&page)).unwrap_or_default();
            clean == self.whole[&page] && done["clean"] == blake3::hash(&clean).to_hex().as_str()
        };
        whole.filter(|line| !is_there(line)).count() as u32
    }

    /// Goes on with `to` until it is done, and compares the end with that of a run to which nothing happened.
    fn finish(&self, to: &Path, row: &mut Row) {
        let status = self.command(to).status().unwrap();
        row.wrong_codes += u32::from(status.code() != Some(0));
        let found = files(to);
        if found != self.whole {
            let lost = self.whole.iter().filter(|(path, bytes)| found.get(*path) != Some(bytes));
            let lost = lost.inspect(|(path, _)| eprintln!("{} is not as it should be in the end", path.display()));
            row.losses += (lost.count() as u32).max(1);
        }
        let mut verify = Command::new(program());
        verify.arg("verify").arg(to.join("out")).arg("--report").arg(to.join("report")).stdout(Stdio::null());
        row.losses += u32::from(verify.status().unwrap().code() != Some(0));
    }
}

#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "聚焦项目建设,", "夯实发展硬实力。", "全村共有3,000人,", "2O24年", "记者 王强 报道:", "“新突破”", "(完)", "\n", "\n\n",
    "刁镇", "济南市章丘区", "总投资41.3亿元;", "一是……", "今年以来,", "www.example.com", "群众满意度", "l0月l日",
];

/// All files below `top`.
fn files(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = ignore::WalkBuilder::new(top).standard_filters(false).build().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.map(|entry| (entry.path().strip_prefix(top).unwrap().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

/// Runs `batch` into one folder again and again, sends `signal` at random moments, and starts anew once it is done.
fn signalled(batch: &Batch, signal: i32, right: &[i32], row: &mut Row) -> Duration {
    let to = batch.path("signalled");
    let mut random = fastrand::Rng::with_seed(signal as u64);
    let mut slowest = Duration::ZERO;
    for _ in 0..tries() {
        let mut child = batch.command(&to).spawn().unwrap();
        thread::sleep(batch.takes.mul_f64(random.f64() * 1.1));
        let sent = Instant::now();
        Command::new("kill")
            .args([format!("-{signal}"), child.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .unwrap();
        row.ended(child.wait().unwrap(), right);
        slowest = slowest.max(sent.elapsed());
        batch.check(&to, row);
        if to.join("report/summary.json").exists() && !to.join("report/.kanwu").exists() {
            batch.finish(&to, row);
            fs::remove_dir_all(&to).unwrap();
        }
    }
    batch.finish(&to, row);
    fs::remove_dir_all(&to).unwrap();
    slowest
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn killed_or_stopped_at_any_moment() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let mut row = Row::default();
    signalled(&batch, 9, &[0, by(9)], &mut row);
    row.show("SIGKILL");
    for (signal, name, code) in [(2, "Ctrl-C", 130), (15, "SIGTERM", 143)] {
        let mut row = Row::default();
        // Before the program listens, a signal ends it as it ends any other.
        let slowest = signalled(&batch, signal, &[0, code, by(signal)], &mut row);
        row.show(name);
        eprintln!("FAULT | {name} | the slowest ended after {} ms", slowest.as_millis());
        assert!(slowest < Duration::from_millis(1500), "{slowest:?}");
    }
}

/// Runs `script` in bash with the folder `to` as `$to`, the program and its arguments as `"$@"`.
fn bash(batch: &Batch, to: &Path, script: &str) -> ExitStatus {
    let mut command = Command::new("bash");
    command.env("to", to).args(["-c", script, "bash", &program()]);
    batch.arguments(&mut command, to);
    command.status().unwrap()
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// A small disk, if this machine lets us have one.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let mount = |option: &str| Command::new("mount").args(["-t", "tmpfs", "-o", option, "tmpfs"]).arg(&at).output();
        match mount(&format!("size={size}")) {
            Ok(output) if output.status.success() => Some(Self(at)),
            _ => {
                eprintln!("SKIPPED: cannot mount a small disk; that needs the administrator");
                None
            }
        }
    }

    fn again(&self, option: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{option}")]).arg(&self.0).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn a_disk_that_is_full() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let (mut row, mut random) = (Row::default(), fastrand::Rng::with_seed(1));
    let needed: usize = batch.whole.values().map(Vec::len).sum();
    for _ in 0..tries().div_ceil(4) {
        let size = random.usize(8192..needed);
        let Some(disk) = Disk::mount(batch.path("full"), &size.to_string()) else { return };
        row.ended(batch.command(&disk.0).status().unwrap(), &[2]);
        batch.check(&disk.0, &mut row);
        disk.again(&format!("size={}", needed * 4));
        batch.finish(&disk.0, &mut row);
    }
    row.show("full disk");
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn a_disk_that_may_only_be_read() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let (mut row, mut random) = (Row::default(), fastrand::Rng::with_seed(2));
    for attempt in 0..tries().div_ceil(4) {
        let Some(disk) = Disk::mount(batch.path("disk"), "800m") else { return };
        if attempt == 0 {
            disk.again("ro");
            row.ended(batch.command(&disk.0).status().unwrap(), &[2]);
        } else {
            // While a file is open for writing the disk cannot be made so by force; the errors can.
            if !is_there("strace") {
                eprintln!("SKIPPED: a disk that becomes read-only, for there is no strace");
                break;
            }
            let after = random.u32(1..30);
            let script = format!(
                "strace -f -qq -o /dev/null -e trace=openat,rename,mkdir,unlink \
                 -e inject=rename,mkdir:error=EROFS:when={after}+ \"$@\""
            );
            row.ended(bash(&batch, &disk.0, &script), &[0, 2]);
        }
        batch.check(&disk.0, &mut row);
        disk.again("rw");
        batch.finish(&disk.0, &mut row);
    }
    row.show("read-only disk");
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn a_device_that_fails() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !is_there("strace") {
        return eprintln!("SKIPPED: no strace to make system calls fail");
    }
    let batch = Batch::new();
    let to = batch.path("failing");
    let mut random = fastrand::Rng::with_seed(3);
    for (calls, hits) in [
        ("read,pread64", 60),
        ("write", 60),
        ("fsync,fdatasync", 60),
        ("rename,renameat,renameat2", 60),
        ("openat", 250),
        ("fstat,statx,newfstatat,lseek", 250),
        ("mkdir,mkdirat,unlink,unlinkat,rmdir", 30),
        ("getdents64", 12),
    ] {
        let mut row = Row::default();
        for _ in 0..tries().div_ceil(4) {
            // strace counts in each thread by itself: of the calls, the threads of a run make about so many each.
            let (when, step) = (random.u32(1..hits), random.u32(1..80));
            let script = format!(
                "strace -f -qq -o /dev/null -e trace={calls} -e inject={calls}:error=EIO:when={when}+{step} \"$@\""
            );
            // 3 where pages failed, 2 where the report did; 127 where the program could not even be loaded.
            let code = row.ended(bash(&batch, &to, &script), &[0, 2, 3, 127]);
            batch.check_failed(&to, code, &mut row);
            batch.finish(&to, &mut row);
            fs::remove_dir_all(&to).unwrap();
        }
        row.show(&format!("EIO from {calls}"));
    }
}

impl Batch {
    /// Checks what lies in `to` after a run whose report may tell of pages that failed, and so be another.
    fn check_failed(&self, to: &Path, code: i32, row: &mut Row) {
        let found = files(to);
        let is_finished = |path: &Path| !path.iter().any(|part| part == ".kanwu");
        let failures = found.get(Path::new("report/failures.jsonl"));
        row.wrong_codes += u32::from(match code {
            0 => !found.iter().filter(|(path, _)| is_finished(path)).eq(&self.whole),
            3 => failures.is_none_or(Vec::is_empty),
            _ => false,
        });
        for (path, bytes) in found.iter().filter(|(path, _)| path.starts_with("out")) {
            row.partial += u32::from(is_finished(path) && self.whole.get(path) != Some(bytes));
        }
        for (path, bytes) in &found {
            if path.file_name().is_some_and(|name| name == "ledger.jsonl") {
                row.ledger += self.disagreements(to, bytes);
            }
        }
        if let Some(failures) = failures.filter(|_| to.join("report/summary.json").exists()) {
            // A page that is not there is a failure, or lies in a folder that is one.
            let lines = failures.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
            let failed = |line: &[u8]| serde_json::from_slice::<serde_json::Value>(line).unwrap();
            let failed: Vec<String> = lines.map(|line| failed(line)["path"].as_str().unwrap().to_owned()).collect();
            let told = |page: &Path| failed.iter().any(|path| Path::new("in").join(page).starts_with(path));
            let pages = self.whole.keys().filter_map(|path| path.strip_prefix("out").ok());
            let lost = pages.filter(|page| !found.contains_key(&Path::new("out").join(page)) && !told(page));
            row.losses += lost.inspect(|page| eprintln!("{} is lost, exit code {code}", page.display())).count() as u32;
        }
    }
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn a_folder_that_may_not_be_written_to() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let mut row = Row::default();
    for (locked, code) in [("out", 2), ("report", 2), ("out/3", 3)] {
        let to = batch.path("locked");
        fs::create_dir_all(to.join(locked)).unwrap();
        let script = format!(
            "chmod -R a+rwX . && chmod 555 \"$to/{locked}\" && cp \"$1\" kanwu && chmod 755 kanwu && shift && \
             setpriv --reuid=65534 --regid=65534 --clear-groups ./kanwu \"$@\""
        );
        if !is_there("setpriv") || fs::metadata("/root").is_ok_and(|_| fs::read_dir("/root").is_err()) {
            return eprintln!("SKIPPED: cannot run the program as another user");
        }
        let code = row.ended(bash(&batch, &to, &script), &[code]);
        batch.check_failed(&to, code, &mut row);
        Command::new("chmod").args(["-R", "777"]).arg(&to).status().unwrap();
        fs::remove_file(batch.path("kanwu")).unwrap();
        batch.finish(&to, &mut row);
        fs::remove_dir_all(&to).unwrap();
    }
    row.show("unwritable folder");
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn inputs_that_vanish() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let to = batch.path("vanishing");
    let (mut row, mut random) = (Row::default(), fastrand::Rng::with_seed(5));
    for _ in 0..tries().div_ceil(4) {
        let mut child = batch.command(&to).spawn().unwrap();
        thread::sleep(batch.takes.mul_f64(random.f64()));
        let (page, aside) = (batch.path("in/2/7.txt"), batch.path("7.txt"));
        fs::rename(&page, &aside).unwrap();
        let code = row.ended(child.wait().unwrap(), &[0, 3]);
        fs::rename(&aside, &page).unwrap();
        batch.check_failed(&to, code, &mut row);
        batch.finish(&to, &mut row);
        fs::remove_dir_all(&to).unwrap();
    }
    row.show("vanished input");
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn no_memory_to_spare() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let to = batch.path("small");
    let (mut row, mut random) = (Row::default(), fastrand::Rng::with_seed(6));
    for _ in 0..tries().div_ceil(4) {
        // From less than it takes to begin to all that it takes.
        let kilobytes = random.u32(30_000..900_000);
        // 134: without memory a program can only abort; 127 and 139 come from the loader, before it began.
        let code = row.ended(
            bash(&batch, &to, &format!("ulimit -v {kilobytes}; \"$@\"")),
            &[0, 2, 3, 127, 134, 139, by(6), by(11)],
        );
        batch.check_failed(&to, code, &mut row);
        batch.finish(&to, &mut row);
        fs::remove_dir_all(&to).unwrap();
    }
    row.show("no memory");
}

#[test]
#[ignore = "takes minutes: cargo test --test all faults -- --ignored --nocapture"]
fn readers_that_go_away() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let batch = Batch::new();
    let (mut row, mut random) = (Row::default(), fastrand::Rng::with_seed(8));
    for _ in 0..tries().div_ceil(4) {
        let to = batch.path("piped");
        let script = format!(
            "\"$1\" clean in/1/1.txt --quiet --only punctuation --report \"$to/report\" | head -c {} >/dev/null; \
             exit ${{PIPESTATUS[0]}}",
            random.u32(0..40_000)
        );
        row.ended(bash(&batch, &to, &script), &[0]);
        // A closed standard error is no reason to stop either.
        row.ended(bash(&batch, &to, "\"$@\" 2>&- >&-"), &[0]);
        batch.finish(&to, &mut row);
        fs::remove_dir_all(&to).unwrap();
    }
    row.show("closed pipe");
}
