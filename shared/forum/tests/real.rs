//! The decoder against two real forums' exports, where they lie beside the checkout. They are not ours to ship, so
//! the tests say so and pass without them.

use std::path::{Path, PathBuf};
use std::process::Command;

use forum::discourse::{Forum, decode_topic, guess_base_url};
use thread::{Completeness, Thread};

/// Unpacks an archive of exported topics into a folder of its own; `None`, with the reason printed, without it.
fn unpack(name: &str) -> Option<PathBuf> {
    let root = Path::new("../..");
    let archive = root.join("../shared/data").join(format!("{name}.tar.xz"));
    if !archive.is_file() {
        println!(
            "skipped: {} is not there; the exported topics are not part of the project",
            archive.display()
        );
        return None;
    }
    let folder = std::env::temp_dir().join(format!("edgewise-forum-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a writable folder for temporary files");
    match Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(&folder).status() {
        Ok(status) => assert!(status.success(), "tar could not unpack {}", archive.display()),
        Err(error) => {
            println!("skipped: tar does not start: {error}");
            return None;
        }
    }
    Some(folder)
}

fn threads(name: &str, expected_host: &str) -> Option<Vec<Thread>> {
    let folder = unpack(name)?;
    let topics = folder.join(name).join("topics");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&topics)
        .expect("the archive holds a folder of topics")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    let files: Vec<Vec<u8>> =
        paths.iter().map(|path| std::fs::read(path).expect("a readable file")).collect();
    let base = guess_base_url(files.iter().take(50).map(Vec::as_slice)).expect("avatars name the forum");
    let forum = Forum::new(&base).expect("an address");
    assert_eq!(forum.host(), expected_host);
    let decoded = paths.iter().zip(&files).map(|(path, bytes)| {
        decode_topic(bytes, &forum).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    let decoded = decoded.collect();
    std::fs::remove_dir_all(&folder).expect("the unpacked files can be removed");
    Some(decoded)
}

fn count(threads: &[Thread], is: impl Fn(&Thread) -> bool) -> usize {
    threads.iter().filter(|thread| is(thread)).count()
}

#[test]
fn urho3d_decodes_whole() {
    let Some(threads) = threads("urho3d-discourse", "discourse.urho3d.io") else { return };
    assert_eq!(threads.len(), 5_046);
    assert_eq!(count(&threads, Thread::has_accepted), 670);
    assert_eq!(count(&threads, |thread| thread.accepted_id.is_some()), 670);
    assert_eq!(count(&threads, Thread::has_staff_answer), 2_243);
    assert_eq!(count(&threads, |thread| thread.completeness != Completeness::Full), 0);
    assert_eq!(count(&threads, |thread| !thread.visible), 1, "one question is hidden by flags");
    assert!(threads.iter().all(|thread| thread.title.trim() == thread.title && !thread.title.is_empty()));
}

#[test]
fn foundationdb_decodes_whole_and_says_what_is_missing() {
    let Some(threads) = threads("foundationdb-discourse", "forums.foundationdb.org") else { return };
    assert_eq!(threads.len(), 2_057);
    assert_eq!(count(&threads, Thread::has_accepted), 0);
    assert_eq!(count(&threads, |thread| !thread.tags.is_empty()), 399);
    let partial = |thread: &Thread| matches!(thread.completeness, Completeness::Partial { have: 20, total } if total > 20);
    assert_eq!(count(&threads, partial), 37);
    assert_eq!(count(&threads, |thread| thread.completeness != Completeness::Full), 37);
}
