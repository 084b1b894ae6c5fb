//! Damaged bundles: the input says where the golden bundle is overwritten with what. Half of them are sealed again, so
//! that the readers behind the hashes are reached; tantivy's sections keep the hashes they had.
#![no_main]

use libfuzzer_sys::fuzz_target;
use search::{Index, SearchQuery};
use sha2::{Digest, Sha256};

static BUNDLE: &[u8] = include_bytes!("../../../shared/search/tests/golden/v4.bundle");
static TEXTS: &[u8] = include_bytes!("../../../shared/search/tests/golden/v4.texts");

const TABLE_AT: usize = 56;
const ROW: usize = 104;
const OWN_SECTIONS: usize = 4;

fn u64_at(at: usize) -> usize {
    u64::from_le_bytes(BUNDLE[at..at + 8].try_into().expect("eight bytes")) as usize
}

fn seal(file: &mut [u8]) {
    let sections = u32::from_le_bytes(BUNDLE[12..16].try_into().expect("four bytes")) as usize;
    for row in 0..OWN_SECTIONS {
        let at = TABLE_AT + row * ROW + 56;
        let (start, length) = (u64_at(at), u64_at(at + 8));
        let hash = Sha256::digest(&file[start..start + length]);
        file[at + 16..at + 48].copy_from_slice(&hash);
    }
    let mut root = Sha256::new();
    root.update(&file[..16]);
    root.update(&file[48..TABLE_AT + sections * ROW]);
    let root = root.finalize();
    file[16..48].copy_from_slice(&root);
}

fuzz_target!(|input: (Vec<(u16, Vec<u8>)>, bool, Option<u16>)| {
    let (wounds, sealed, cut) = input;
    let mut file = BUNDLE.to_vec();
    for (at, bytes) in wounds {
        let at = usize::from(at) % file.len();
        file[at..].iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = byte);
    }
    if sealed {
        seal(&mut file);
    }
    if let Some(cut) = cut {
        file.truncate(cut.into());
    }
    let changed = file != BUNDLE;
    let Ok(index) = Index::open(file) else { return };
    assert!(sealed || !changed, "an unsealed change is refused");
    for text in ["error E-129", "設定", "rese", ""] {
        let _ = index.search(&SearchQuery::new(text));
        let _ = index.similar(text, "makes a clicking noise", 5);
    }
    for document in 0..41 {
        let key = format!("discourse:gadgets.example:{document}");
        if let Ok(Some(range)) = index.locate(&key) {
            let bytes = TEXTS.get(range.start as usize..range.end as usize).unwrap_or_default();
            let _ = index.view(&key, bytes, true, Some("clicking noise"));
        }
    }
});
