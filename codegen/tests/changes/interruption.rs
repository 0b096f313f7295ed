//! `ucwa-codegen update` that is stopped or killed while it writes, and two of them at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::common::{edit, files, house, write};

const STAGING: &str = ".ucwa-staging";
const ROUNDS: usize = 16;

/// What a repository holds beside its pages.
type Tree = BTreeMap<PathBuf, String>;

/// A repository, and what it holds before and after an update.
struct Repository {
    folder: TempDir,
    old: Tree,
    new: Tree,
}

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pages = house();
        write(&pages, &folder.path().join("pages"));
        let mut repository = Self { folder, old: Tree::new(), new: Tree::new() };
        assert!(repository.start().wait().expect("it ends").success());
        repository.old = repository.tree();
        edit(&mut pages, "lamp_ref.md", "|lit|", "|scent|Its smell.|\n|lit|");
        edit(&mut pages, "Mood_ref.md", "|Cosy|", "|Bright|For work.|\n|Cosy|");
        write(&pages, &repository.folder.path().join("pages"));
        assert!(repository.start().wait().expect("it ends").success());
        repository.new = repository.tree();
        assert!(repository.old != repository.new, "the pages change something");
        repository.reset();
        repository
    }

    fn start(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"));
        command.args(["update", "pages"]).current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the command runs")
    }

    /// What it holds beside its pages, staged files included.
    fn tree(&self) -> Tree {
        let mut tree = files(self.folder.path());
        tree.retain(|path, _| !path.starts_with(self.folder.path().join("pages")));
        tree
    }

    /// Makes it hold what it did before the update.
    fn reset(&self) {
        for path in self.tree().into_keys() {
            fs::remove_file(path).expect("it is there");
        }
        for (path, text) in &self.old {
            fs::create_dir_all(path.parent().expect("it has a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    /// How many files are staged.
    fn staged(&self) -> usize {
        let folders = ["schema", "generated/src", "."].map(|folder| self.folder.path().join(folder).join(STAGING));
        folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().count()
    }

    /// Starts an update, waits until it has staged so many files, or has ended, and sends it a signal.
    fn interrupt(&self, moment: usize, signal: &str) -> std::process::Output {
        let mut child = self.start();
        while self.staged() < moment && child.try_wait().expect("it is ours").is_none() {
            std::thread::yield_now();
        }
        // It may have ended by itself.
        if signal == "KILL" {
            child.kill().expect("it is ours");
            return child.wait_with_output().expect("it ends");
        }
        let kill = format!("kill -{signal} {} 2>/dev/null || true", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("there is a shell").success());
        child.wait_with_output().expect("it ends")
    }

    fn is_clean(&self) -> bool {
        let is_staging = |path: &PathBuf| path.iter().any(|part| part == Path::new(STAGING));
        !self.tree().keys().any(is_staging) && !self.folder.path().join(STAGING).exists()
    }
}

/// Moments between the first and the last file that is staged, the same in every run.
fn moments() -> impl Iterator<Item = usize> {
    let mut state = 0x5eed_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % 14
    })
}

#[cfg(unix)]
#[test]
fn an_update_that_is_stopped_leaves_the_old_or_the_new_and_says_which() {
    let repository = Repository::new();
    for (moment, signal) in moments().zip(["INT", "TERM"].into_iter().cycle()).take(ROUNDS) {
        let output = repository.interrupt(moment, signal);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(repository.is_clean(), "{signal} at {moment} left something: {:?}", repository.tree().keys());
        let (code, is_told_as_old) = (output.status.code(), said.contains("nothing was replaced"));
        // What is stopped before it can handle signals ends by them, and says nothing.
        assert!(
            if is_told_as_old { code == Some(130) } else { matches!(code, None | Some(0 | 130)) },
            "{code:?}: {said}"
        );
        let is_told_as_old = is_told_as_old || code.is_none();
        let expected = if is_told_as_old { &repository.old } else { &repository.new };
        assert!(repository.tree() == *expected, "{signal} at {moment}: the tree is not what is told: {said}");
        repository.reset();
    }
}

#[cfg(unix)]
#[test]
fn an_update_that_is_killed_is_dealt_with_by_the_next_one() {
    let repository = Repository::new();
    let mut told = BTreeSet::new();
    for (round, moment) in moments().take(ROUNDS * 10).enumerate() {
        // Some updates are faster than the signal: it goes on until one was killed in between.
        if round >= ROUNDS && !told.is_empty() {
            break;
        }
        repository.interrupt(moment, "KILL");
        let output = repository.start().wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "KILL at {moment}: {said}");
        assert!(repository.tree() == repository.new, "KILL at {moment}: {said}");
        assert!(repository.is_clean(), "KILL at {moment}");
        told.extend(["discarded", "completed"].into_iter().filter(|word| said.contains(word)));
        repository.reset();
    }
    assert!(!told.is_empty(), "no update was killed in between");
}

#[test]
fn two_updates_at_once_both_succeed() {
    let repository = Repository::new();
    for _ in 0..6 {
        for child in [repository.start(), repository.start()] {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(repository.tree() == repository.new && repository.is_clean());
        repository.reset();
    }
}

/// How many files the run that was interrupted has staged: enough that a signal comes before all of them are moved.
const STAGED: usize = 6_000;

#[cfg(unix)]
#[test]
fn a_command_that_is_stopped_while_it_completes_an_earlier_run_completes_it_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = fs::canonicalize(folder.path()).expect("it is there").join("schema");
    let (staging, enumerations) = (schema.join(STAGING), schema.join("enums"));
    fs::create_dir_all(&staging).expect("a folder");
    fs::create_dir(&enumerations).expect("a folder");
    let put = |name: &str, text: &str| fs::write(staging.join(name), text).expect("a file");
    let mut steps = Vec::new();
    for number in 0..STAGED {
        let description = serde_json::json!({ "name": format!("E{number}"), "page": "E_ref.md", "members": [] });
        put(&format!("a-1.{number}"), &description.to_string());
        let path = format!("enums/E{number}.json");
        steps.push(serde_json::json!({ "Move": { "folder": 0, "staged": format!("a-1.{number}"), "path": path } }));
    }
    put("a-1.folders", &serde_json::json!([&schema]).to_string());
    put("a-1.journal", &serde_json::Value::from(steps).to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"));
    command.args(["check", "schema"]).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    let moved = || fs::read_dir(&enumerations).expect("it is there").count();
    while moved() == 0 && child.try_wait().expect("it is ours").is_none() {
        std::thread::yield_now();
    }
    let kill = format!("kill -INT {} 2>/dev/null || true", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("there is a shell").success());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(moved(), STAGED, "{said}");
    // It may have ended by itself.
    if output.status.code() != Some(0) {
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(!said.contains("nothing was replaced"), "{said}");
    }
    assert!(!staging.exists(), "{said}");
}
