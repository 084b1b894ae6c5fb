//! A damaged bundle is an error, never a panic and never a wrong answer taken for a right one.
//!
//! Half of the mutations are sealed again: hashes over header, table and our own sections are recomputed, so that
//! the readers behind the hashes are reached. tantivy's sections keep the hashes they had. The layout is written
//! out here once more, after the documentation of the format and not with its code.

use search::{BundleError, FORMAT_VERSION, Index, SearchQuery};
use sha2::{Digest, Sha256};

const BUNDLE: &[u8] = include_bytes!("golden/v4.bundle");
const TEXTS: &[u8] = include_bytes!("golden/v4.texts");

const MUTATIONS: u64 = 4_000;
const TABLE_AT: usize = 56;
const ROW: usize = 104;
/// `meta.json`, `records`, `words` and `vectors` come first.
const OWN_SECTIONS: usize = 4;

/// xorshift64*: the same mutations in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }
}

fn u64_at(bytes: &[u8], at: usize) -> usize {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("the golden bundle has this part")) as usize
}

fn sections() -> usize {
    u32::from_le_bytes(BUNDLE[12..16].try_into().expect("the golden bundle has this part")) as usize
}

/// Where a section of the golden bundle lies.
fn section(row: usize) -> std::ops::Range<usize> {
    let at = TABLE_AT + row * ROW + 56;
    let start = u64_at(BUNDLE, at);
    start..start + u64_at(BUNDLE, at + 8)
}

fn seal(file: &mut [u8]) {
    for row in 0..OWN_SECTIONS {
        let hash = Sha256::digest(&file[section(row)]);
        let at = TABLE_AT + row * ROW + 72;
        file[at..at + 32].copy_from_slice(&hash);
    }
    let mut root = Sha256::new();
    root.update(&file[..16]);
    root.update(&file[48..TABLE_AT + sections() * ROW]);
    let root = root.finalize();
    file[16..48].copy_from_slice(&root);
}

/// One to four small wounds.
fn wound(file: &mut [u8], within: &[std::ops::Range<usize>], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let range = within[random.below(within.len())].clone();
        let at = range.start + random.below(range.len());
        match random.below(4) {
            0 => file[at] ^= 1 << random.below(8),
            1 => file[at] = random.below(256) as u8,
            2 => file[at] = [0, 0xff, 0x7f, 0x80][random.below(4)],
            _ => {
                let end = (at + 1 + random.below(8)).min(range.end);
                file[at..end].fill(random.below(256) as u8);
            }
        }
    }
}

/// Asks everything that can be asked; errors are fine.
fn exercise(index: &Index) {
    for text in ["error E-118", "設定", "rese", "printer colour settings", ""] {
        let _ = index.search(&SearchQuery::new(text));
        let _ = index.explain(&SearchQuery::new(text));
        let _ = index.similar(text, "makes a clicking noise", 5);
    }
    for document in 0..41 {
        let key = format!("discourse:gadgets.example:{document}");
        if let Ok(Some(range)) = index.locate(&key) {
            let bytes = TEXTS.get(range.start as usize..range.end as usize).unwrap_or_default();
            let _ = index.view(&key, bytes, true, Some("clicking noise"));
        }
    }
}

#[test]
fn the_golden_bundle_is_sealed_as_documented() {
    let mut file = BUNDLE.to_vec();
    seal(&mut file);
    assert!(file == BUNDLE);
}

#[test]
fn every_unsealed_mutation_is_refused() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let anywhere = 0..BUNDLE.len();
    for _ in 0..MUTATIONS / 2 {
        let mut file = BUNDLE.to_vec();
        if random.below(4) == 0 {
            file.truncate(random.below(file.len()));
        } else {
            wound(&mut file, std::slice::from_ref(&anywhere), &mut random);
        }
        assert!(file == BUNDLE || Index::open(file).is_err());
    }
}

#[test]
fn no_sealed_mutation_panics() {
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    let table = 0..TABLE_AT + sections() * ROW;
    let places = [table, section(0), section(1), section(1), section(2), section(2), section(3), section(3)];
    let (mut refused, mut opened) = (0, 0);
    for _ in 0..MUTATIONS / 2 {
        let mut file = BUNDLE.to_vec();
        wound(&mut file, &places, &mut random);
        seal(&mut file);
        match Index::open(file) {
            Ok(index) => {
                exercise(&index);
                opened += 1;
            }
            Err(_) => refused += 1,
        }
    }
    println!("{refused} refused at opening, {opened} opened and exercised");
    assert!(refused > 100 && opened > 100, "both the checks and the readers behind them are reached");
}

#[test]
fn refusals_name_what_was_found_and_wanted() {
    let says = |file: Vec<u8>| Index::open(file).unwrap_err().to_string();
    assert_eq!(
        says(b"PK\x03\x04".to_vec()),
        "this is no index bundle: found [50, 4b, 03, 04] where \"EDGEWISE\" was wanted"
    );
    let mut newer = BUNDLE.to_vec();
    newer[8] = 9;
    assert_eq!(Index::open(newer).unwrap_err(), BundleError::Version { found: 9, wanted: FORMAT_VERSION });
    let cut = BUNDLE[..BUNDLE.len() - 8].to_vec();
    let (found, wanted) = (cut.len() as u64, BUNDLE.len() as u64);
    assert_eq!(Index::open(cut).unwrap_err(), BundleError::Length { found, wanted });
    let mut flipped = BUNDLE.to_vec();
    flipped[section(OWN_SECTIONS + 2).start] ^= 1;
    assert!(says(flipped).starts_with("section tantivy/"));
}
