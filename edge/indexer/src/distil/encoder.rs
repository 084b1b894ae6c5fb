//! The forward pass of a BERT encoder: token ids to one vector a text.
//!
//! Texts are encoded many at a time, one behind the other in one tall matrix without padding, so that the linear
//! layers are few large products; attention runs text by text. No row's arithmetic depends on its neighbours: a
//! text's vector is the same to the bit whatever it is encoded with. Reading weights is left to `weights`, choosing
//! what is encoded together to `teacher`.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, s};
use serde::Deserialize;

use super::gelu::Gelu;
use super::weights::{Weights, WeightsError};

/// What a model's `config.json` says of its shape.
#[derive(Debug, Clone, Deserialize)]
pub struct Shape {
    model_type: String,
    hidden_act: String,
    hidden_size: usize,
    intermediate_size: usize,
    layer_norm_eps: f32,
    max_position_embeddings: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    vocab_size: usize,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn absolute() -> String {
    "absolute".to_owned()
}

impl Shape {
    /// Numbers of a vector.
    pub fn dimensions(&self) -> usize {
        self.hidden_size
    }

    /// Tokens of a text at most.
    pub fn positions(&self) -> usize {
        self.max_position_embeddings
    }

    /// Tokens of the vocabulary.
    pub fn tokens(&self) -> usize {
        self.vocab_size
    }

    /// Why this encoder cannot run such a model.
    fn obstacle(&self) -> Option<String> {
        let kinds = [
            ("model_type", &self.model_type, "bert"),
            ("hidden_act", &self.hidden_act, "gelu"),
            ("position_embedding_type", &self.position_embedding_type, "absolute"),
        ];
        let odd = kinds.into_iter().find(|(_, is, wanted)| is.as_str() != *wanted);
        if let Some((name, is, wanted)) = odd {
            return Some(format!("{name} is `{is}`, only `{wanted}` can be run"));
        }
        let divides =
            self.num_attention_heads > 0 && self.hidden_size.is_multiple_of(self.num_attention_heads);
        (!divides || self.hidden_size == 0).then(|| {
            format!("{} dimensions do not divide into {} heads", self.hidden_size, self.num_attention_heads)
        })
    }
}

/// A linear layer.
struct Linear {
    /// One row an output.
    weight: Array2<f32>,
    bias: Array1<f32>,
}

impl Linear {
    fn load(weights: &Weights, name: &str, outputs: usize, inputs: usize) -> Result<Self, WeightsError> {
        let weight = weights.matrix(&format!("{name}.weight"), outputs, inputs)?;
        let bias = weights.vector(&format!("{name}.bias"), outputs)?;
        Ok(Self { weight, bias })
    }

    fn apply(&self, input: &Array2<f32>) -> Array2<f32> {
        let mut output = Array2::zeros((input.nrows(), self.bias.len()));
        output.assign(&self.bias);
        general_mat_mul(1.0, input, &self.weight.t(), 1.0, &mut output);
        output
    }
}

/// A layer normalisation.
struct Norm {
    weight: Array1<f32>,
    bias: Array1<f32>,
    epsilon: f32,
}

impl Norm {
    fn load(weights: &Weights, name: &str, shape: &Shape) -> Result<Self, WeightsError> {
        let weight = weights.vector(&format!("{name}.weight"), shape.hidden_size)?;
        let bias = weights.vector(&format!("{name}.bias"), shape.hidden_size)?;
        Ok(Self { weight, bias, epsilon: shape.layer_norm_eps })
    }

    fn apply(&self, rows: &mut Array2<f32>) {
        let count = self.bias.len() as f32;
        for mut row in rows.rows_mut() {
            let mean = row.sum() / count;
            row.mapv_inplace(|value| value - mean);
            let variance = row.iter().map(|value| value * value).sum::<f32>() / count;
            row *= (variance + self.epsilon).sqrt().recip();
            row *= &self.weight;
            row += &self.bias;
        }
    }
}

/// One layer of the encoder.
struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

impl Layer {
    fn load(weights: &Weights, at: usize, shape: &Shape) -> Result<Self, WeightsError> {
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let (hidden, inner) = (shape.hidden_size, shape.intermediate_size);
        Ok(Self {
            query: Linear::load(weights, &name("attention.self.query"), hidden, hidden)?,
            key: Linear::load(weights, &name("attention.self.key"), hidden, hidden)?,
            value: Linear::load(weights, &name("attention.self.value"), hidden, hidden)?,
            attended: Linear::load(weights, &name("attention.output.dense"), hidden, hidden)?,
            attended_norm: Norm::load(weights, &name("attention.output.LayerNorm"), shape)?,
            inner: Linear::load(weights, &name("intermediate.dense"), inner, hidden)?,
            outer: Linear::load(weights, &name("output.dense"), hidden, inner)?,
            outer_norm: Norm::load(weights, &name("output.LayerNorm"), shape)?,
        })
    }
}

/// A model that can run.
pub struct Encoder {
    shape: Shape,
    words: Array2<f32>,
    positions: Array2<f32>,
    /// The embedding of the first segment, the only one there is here.
    segment: Array1<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    gelu: Gelu,
}

impl Encoder {
    /// Takes a model's weights; fails where they do not fit its shape, or where the shape is not this encoder's.
    pub fn load(shape: Shape, weights: &Weights) -> Result<Self, WeightsError> {
        if let Some(obstacle) = shape.obstacle() {
            return Err(WeightsError::Unsupported(obstacle));
        }
        let hidden = shape.hidden_size;
        let segments = weights.matrix("embeddings.token_type_embeddings.weight", 2, hidden)?;
        Ok(Self {
            words: weights.matrix("embeddings.word_embeddings.weight", shape.vocab_size, hidden)?,
            positions: weights.matrix(
                "embeddings.position_embeddings.weight",
                shape.max_position_embeddings,
                hidden,
            )?,
            segment: segments.row(0).to_owned(),
            norm: Norm::load(weights, "embeddings.LayerNorm", &shape)?,
            layers: (0..shape.num_hidden_layers)
                .map(|at| Layer::load(weights, at, &shape))
                .collect::<Result<_, _>>()?,
            gelu: Gelu::new(),
            shape,
        })
    }

    /// What the model looks like.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Encodes texts, each as its ids with the marks of beginning and end: the mean over a text's tokens, of length
    /// one. Ids that the model does not have, and tokens beyond its positions, are passed over.
    pub fn encode(&self, texts: &[&[u32]]) -> Vec<Vec<f32>> {
        let (mut hidden, ranges) = self.embed(texts);
        for layer in &self.layers {
            hidden = self.run(layer, &hidden, &ranges);
        }
        ranges.into_iter().map(|range| mean(hidden.slice(s![range, ..]))).collect()
    }

    /// The first layer's input, and each text's rows of it.
    fn embed(&self, texts: &[&[u32]]) -> (Array2<f32>, Vec<Range<usize>>) {
        let known = |ids: &&[u32]| -> Vec<usize> {
            let ids = ids.iter().map(|id| *id as usize).filter(|id| *id < self.words.nrows());
            ids.take(self.positions.nrows()).collect()
        };
        let texts: Vec<Vec<usize>> = texts.iter().map(known).collect();
        let mut rows = Array2::zeros((texts.iter().map(Vec::len).sum(), self.shape.hidden_size));
        let tokens = texts.iter().flat_map(|ids| ids.iter().enumerate());
        for (mut row, (position, id)) in rows.rows_mut().into_iter().zip(tokens) {
            row += &self.words.row(*id);
            row += &self.positions.row(position);
            row += &self.segment;
        }
        self.norm.apply(&mut rows);
        let mut start = 0;
        let range = |ids: &Vec<usize>| {
            let range = start..start + ids.len();
            start = range.end;
            range
        };
        let ranges = texts.iter().map(range).collect();
        (rows, ranges)
    }

    fn run(&self, layer: &Layer, input: &Array2<f32>, texts: &[Range<usize>]) -> Array2<f32> {
        let context = self.attend(layer, input, texts);
        let mut hidden = layer.attended.apply(&context);
        hidden += input;
        layer.attended_norm.apply(&mut hidden);
        let mut inner = layer.inner.apply(&hidden);
        inner.mapv_inplace(|value| self.gelu.apply(value));
        let mut output = layer.outer.apply(&inner);
        output += &hidden;
        layer.outer_norm.apply(&mut output);
        output
    }

    /// Attention of each text's tokens to each other, by heads.
    fn attend(&self, layer: &Layer, input: &Array2<f32>, texts: &[Range<usize>]) -> Array2<f32> {
        let (query, key, value) =
            (layer.query.apply(input), layer.key.apply(input), layer.value.apply(input));
        let mut context = Array2::zeros(input.raw_dim());
        let width = self.shape.hidden_size / self.shape.num_attention_heads;
        let scale = (width as f32).sqrt().recip();
        for text in texts {
            let mut scores = Array2::zeros((text.len(), text.len()));
            for head in 0..self.shape.num_attention_heads {
                let part = s![text.clone(), head * width..(head + 1) * width];
                general_mat_mul(scale, &query.slice(part), &key.slice(part).t(), 0.0, &mut scores);
                scores.rows_mut().into_iter().for_each(softmax);
                let mut out: ArrayViewMut2<f32> = context.slice_mut(part);
                general_mat_mul(1.0, &scores, &value.slice(part), 0.0, &mut out);
            }
        }
        context
    }
}

/// Turns scores into shares of one.
fn softmax(mut scores: ArrayViewMut1<f32>) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.mapv_inplace(|score| (score - most).exp());
    let sum = scores.sum();
    scores /= sum;
}

/// The mean of the rows, of length one; zeros where there is no row.
fn mean(rows: ArrayView2<f32>) -> Vec<f32> {
    let sum = rows.sum_axis(Axis(0));
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    sum.iter().map(|value| if length > 0.0 { value / length } else { 0.0 }).collect()
}
