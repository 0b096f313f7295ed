//! Processes that are killed while they write, and processes that write at the same time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use ucwa_files::{FileSet, FilesError, FolderLock, Recovery, STAGING};

const MARK: &str = "made in round ";
const FILES: usize = 40;
const ROUNDS: u64 = 30;

/// What a folder holds after a round. Some files are in every round, and some in one.
fn set(round: u64) -> FileSet {
    let mut set = FileSet::new();
    set.own("", MARK);
    for number in 0..FILES {
        set.insert(format!("deep/{number}"), format!("{MARK}{round}"));
    }
    set.insert(format!("only/{round}"), format!("{MARK}{round}"));
    set
}

/// Not a test, but the process that the tests kill: it writes the sets of a round into two folders.
#[test]
#[ignore = "started by the other tests, in a process of its own"]
fn write_a_round() {
    let folder = PathBuf::from(std::env::var_os("FOLDER").expect("the folder is named"));
    let round = std::env::var("ROUND").expect("the round is named").parse().expect("a round is a number");
    let (first, second) = (folder.join("first"), folder.join("second"));
    let lock = FolderLock::acquire([first.as_path(), second.as_path()]).expect("the folders can be locked");
    lock.write(&[(&set(round), &first), (&set(round), &second)]).expect("the folders can be written");
}

fn start(folder: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().expect("a test has a file"))
        .args(["--exact", "write_a_round", "--ignored"])
        .env("FOLDER", folder)
        .env("ROUND", round.to_string())
        .stdout(Stdio::null())
        .spawn()
        .expect("the test can be started")
}

/// The rounds that the files below a folder are from, without what is staged.
fn rounds(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != STAGING {
            found.extend(rounds(&path));
        } else if path.is_file() {
            // A file that is being replaced is there at any time, but one that is removed may be gone by now.
            found.extend(fs::read_to_string(&path).map(|text| (path, text)));
        }
    }
    found
}

/// The round that a folder is from as a whole.
fn round_of(folder: &Path) -> u64 {
    let texts: BTreeSet<String> = rounds(folder).into_values().collect();
    assert_eq!(texts.len(), 1, "{}: {texts:?}", folder.display());
    let round = texts.first().and_then(|text| text.strip_prefix(MARK)).expect("the text names its round");
    let round = round.parse().expect("a round is a number");
    assert_eq!(rounds(folder).len(), set(round).len(), "{}", folder.display());
    assert!(!folder.join(STAGING).exists(), "a staging folder is left in {}", folder.display());
    round
}

/// How far a process has come: the files that it has staged, and those that it has put in place.
fn progress(folder: &Path, round: u64) -> usize {
    let text = format!("{MARK}{round}");
    let folders = ["first", "second"].map(|name| folder.join(name));
    let staged = folders.iter().filter_map(|folder| fs::read_dir(folder.join(STAGING)).ok()).flatten().count();
    let in_place = fs::read_to_string(folder.join("first/deep/0")).is_ok_and(|found| found == text);
    let in_place = if in_place { rounds(folder).into_values().filter(|found| *found == text).count() * 2 } else { 0 };
    staged + in_place
}

/// Numbers that look random and are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is smaller than a usize")
    }
}

#[test]
fn a_process_that_is_killed_leaves_all_of_the_old_or_all_of_the_new_once_the_next_one_looks() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    assert!(start(folder.path(), 0).wait().expect("it ends").success());
    let (mut random, mut current) = (Seeded(0x5eed), 0);
    let mut outcomes = BTreeSet::new();
    for round in 1..=ROUNDS {
        let moment = random.below(6 * FILES);
        let mut child = start(folder.path(), round);
        while progress(folder.path(), round) < moment && child.try_wait().expect("it is ours").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        // Whichever of the folders is looked at first, both are dealt with.
        let looked_at = if random.below(2) == 0 { &first } else { &second };
        let lock = FolderLock::acquire([looked_at.as_path()]).expect("what is left can be dealt with");
        outcomes.extend(lock.recovered().iter().map(|recovery| matches!(recovery, Recovery::Completed(_))));
        drop(lock);
        // A lock file that was left in the other one is removed by whoever looks there.
        drop(FolderLock::acquire([first.as_path(), second.as_path()]).expect("the folders can be locked"));
        let found = round_of(&first);
        assert_eq!(found, round_of(&second), "one of the folders is older");
        assert!(found == current || found == round, "neither the old nor the new");
        current = found;
    }
    assert!(outcomes.contains(&false), "no process was killed while it staged: {outcomes:?}");
}

#[test]
fn two_processes_at_once_both_succeed_and_one_of_them_is_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..10 {
        let mut children = [start(folder.path(), 2 * round), start(folder.path(), 2 * round + 1)];
        for child in &mut children {
            assert!(child.wait().expect("it ends").success());
        }
        let found = round_of(&folder.path().join("first"));
        assert_eq!(found, round_of(&folder.path().join("second")));
        assert!(found / 2 == round, "an older round is left");
    }
}

/// A path as JSON.
fn json(path: &Path) -> String {
    serde_json::to_string(path).expect("the path is text")
}

/// A folder in which a write was interrupted behind its journal.
fn interrupted() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = fs::canonicalize(folder.path()).expect("it is there");
    let staging = path.join(STAGING);
    fs::create_dir(&staging).expect("a folder");
    let write = |name: &str, text: String| fs::write(staging.join(name), text).expect("a file");
    write("a-1.folders", format!("[{}]", json(&path)));
    write("a-1.0", "new".into());
    write("a-1.journal", r#"[{"Move":{"folder":0,"staged":"a-1.0","path":"deep/file"}}]"#.into());
    (folder, path)
}

#[test]
fn a_journal_is_carried_out_once() {
    let (folder, path) = interrupted();
    let lock = FolderLock::acquire([folder.path()]).expect("the journal can be read");
    assert_eq!(lock.recovered(), [Recovery::Completed(vec![path.clone()])]);
    drop(lock);
    assert_eq!(fs::read_to_string(path.join("deep/file")).expect("it is in place"), "new");
    assert!(!path.join(STAGING).exists());
    assert_eq!(FolderLock::acquire([folder.path()]).expect("nothing is left").recovered(), []);
}

#[test]
fn a_journal_reaches_no_place_that_the_write_was_not_at_work_in() {
    let victim = tempfile::tempdir().expect("a folder");
    fs::write(victim.path().join("file"), "kept").expect("a file");
    let outside = victim.path().join("file");
    let path = json(&outside);
    for (folders, step) in [
        (vec![victim.path()], r#"{"Remove":{"folder":1,"path":"file"}}"#.to_owned()),
        (vec![], format!(r#"{{"Remove":{{"folder":0,"path":{path}}}}}"#)),
        (vec![], format!(r#"{{"Move":{{"folder":0,"staged":{path},"path":"file"}}}}"#)),
        (vec![], r#"{"Remove":{"folder":0,"path":"../victim/file"}}"#.to_owned()),
    ] {
        let (folder, path) = interrupted();
        fs::create_dir(path.join("victim")).expect("a folder");
        fs::write(path.join("victim/file"), "kept").expect("a file");
        let folders: Vec<&Path> = std::iter::once(path.as_path()).chain(folders).collect();
        fs::write(path.join(STAGING).join("a-1.folders"), serde_json::to_string(&folders).expect("paths are text"))
            .expect("a file");
        fs::write(path.join(STAGING).join("a-1.journal"), format!("[{step}]")).expect("a file");
        FolderLock::acquire([folder.path()]).expect("the journal can be read");
        assert!(outside.exists() && path.join("victim/file").exists(), "{step}");
    }
}

#[cfg(unix)]
#[test]
fn a_journal_reaches_no_place_that_a_symbolic_link_leads_to() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    fs::write(elsewhere.path().join("file"), "kept").expect("a file");
    for step in [
        r#"{"Remove":{"folder":0,"path":"link/file"}}"#,
        r#"{"Move":{"folder":0,"staged":"a-1.0","path":"link/file"}}"#,
        r#"{"Move":{"folder":0,"staged":"a-1.0","path":"link/deep/file"}}"#,
    ] {
        let (folder, path) = interrupted();
        std::os::unix::fs::symlink(elsewhere.path(), path.join("link")).expect("a link");
        fs::write(path.join(STAGING).join("a-1.journal"), format!("[{step}]")).expect("a file");
        FolderLock::acquire([folder.path()]).expect("the journal can be read");
        assert_eq!(fs::read_to_string(elsewhere.path().join("file")).expect("it is there"), "kept", "{step}");
        assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 1, "{step}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_elsewhere_is_not_taken_for_what_a_write_left() {
    let (elsewhere, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for name in ["lock", "letter.txt", "a-1.journal"] {
        fs::write(elsewhere.path().join(name), "theirs").expect("a file");
    }
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(STAGING)).expect("a link");
    let error = FolderLock::acquire([folder.path()]).expect_err("it is no folder of ours");
    assert!(matches!(&error, FilesError::InTheWay { .. }) && error.to_string().contains("delete it"), "{error}");
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 3, "nothing was removed");
}

#[test]
fn a_file_is_removed_before_another_takes_its_place_and_not_after_it_has() {
    let names = |path: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(path).expect("a folder").flatten();
        entries.map(|entry| entry.file_name().into_string().expect("text")).collect()
    };
    // Both steps are of one file, as they are of one where case does not count.
    let steps = r#"[{"Move":{"folder":0,"staged":"a-1.0","path":"file"}},{"Remove":{"folder":0,"path":"file"}}]"#;
    for is_moved in [false, true] {
        let (folder, path) = interrupted();
        fs::write(path.join(STAGING).join("a-1.journal"), steps).expect("a file");
        fs::write(path.join("file"), "old").expect("a file");
        if is_moved {
            fs::rename(path.join(STAGING).join("a-1.0"), path.join("file")).expect("both are there");
        }
        drop(FolderLock::acquire([folder.path()]).expect("the journal can be read"));
        assert_eq!(names(&path), BTreeSet::from(["file".to_owned()]));
        assert_eq!(fs::read_to_string(path.join("file")).expect("it is there"), "new");
    }
}

#[test]
fn what_somebody_else_put_where_files_wait_stays() {
    let (folder, path) = interrupted();
    for name in ["letter.txt", "a-1.old", "a.1", "1-.0"] {
        fs::write(path.join(STAGING).join(name), "mine").expect("a file");
    }
    let lock = FolderLock::acquire([folder.path()]).expect("the journal can be read");
    assert_eq!(lock.recovered(), [Recovery::Completed(vec![path.clone()])]);
    drop(lock);
    assert_eq!(fs::read_dir(path.join(STAGING)).expect("a folder").count(), 4);
}

#[test]
fn a_file_where_the_folder_of_staged_files_should_be_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(STAGING), "mine").expect("a file");
    let error = FolderLock::acquire([folder.path()]).expect_err("no folder can be made there").to_string();
    assert!(error.contains(STAGING) && error.contains("delete it"), "{error}");
    assert!(folder.path().join(STAGING).is_file());
}

#[test]
fn a_journal_that_cannot_be_opened_is_not_to_be_deleted() {
    let (folder, path) = interrupted();
    // Nobody can read a folder as a file, which holds for a file that belongs to somebody else too.
    let journal = path.join(STAGING).join("a-1.journal");
    fs::remove_file(&journal).expect("it was there");
    fs::create_dir(&journal).expect("a folder");
    let error = FolderLock::acquire([folder.path()]).expect_err("it is no file").to_string();
    assert!(error.contains("a-1.journal") && error.contains("run the command again"), "{error}");
    assert!(!error.contains("delete"), "{error}");
}

#[test]
fn a_journal_that_cannot_be_read_is_named() {
    let (folder, path) = interrupted();
    fs::write(path.join(STAGING).join("a-1.journal"), "cut").expect("a file");
    let error = FolderLock::acquire([folder.path()]).expect_err("it is no JSON").to_string();
    assert!(error.contains("a-1.journal") && error.contains("delete"), "{error}");
}
