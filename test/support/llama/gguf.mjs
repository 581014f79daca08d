import { Buffer } from 'node:buffer';

// A model made from nothing, without training and without anyone's weights: each token's embedding is a unit
// vector of its own, and the output matrix maps token i to token i + 1. A real llama.cpp decodes it into
// exactly the text that was asked for, token by token, and then ends. The format is GGUF 3:
// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

const F32 = 0;
const F16 = 1;
const HALF_ONE = 0x3c00;
const ALIGNMENT = 32;
const NORMAL = 1;
const CONTROL = 3;
const HEADS = 4;
const FEED_FORWARD = 32;
/** Where the control tokens stand, after the 256 bytes. */
const START = 256;
const END = 258;

const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const f32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const string = (text) => {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
};
const array = (type, items) => Buffer.concat([u32(type), u64(items.length), ...items]);

/** GPT-2's spelling of the 256 bytes as printable characters: printable ones stand for themselves. */
function byteAlphabet() {
  const printable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** The reply in pieces of a word each. No piece may stand twice: a word that was there takes the next along. */
function pieces(reply, taken) {
  const found = [];
  const seen = new Set(taken);
  let piece = '';
  for (const word of reply.match(/\s*\S+(?:\s+$)?/g) ?? []) {
    piece += word;
    if (seen.has(piece)) continue;
    seen.add(piece);
    found.push(piece);
    piece = '';
  }
  if (found.length === 0) throw new Error('The reply needs a word of two letters.');
  found[found.length - 1] += piece;
  return found;
}

/** The tokens: bytes, control tokens, pieces, and filling up to a multiple of 32. */
function vocabulary(reply) {
  const alphabet = byteAlphabet();
  const spell = (text) => [...Buffer.from(text, 'utf8')].map((byte) => alphabet[byte]).join('');
  const tokens = [...alphabet, '<|endoftext|>', '<|im_start|>', '<|im_end|>'];
  const first = tokens.length;
  tokens.push(...pieces(reply, tokens).map(spell));
  const last = tokens.length - 1;
  while (tokens.length % ALIGNMENT !== 0) tokens.push(`${alphabet[32]}~${tokens.length}`);
  const types = tokens.map((_, id) => (id >= START && id <= END ? CONTROL : NORMAL));
  const next = (id) => (id >= first && id < last ? id + 1 : id === last ? END : first);
  return { tokens, types, next };
}

function metadata({ name, tokens, types }) {
  const entries = [];
  const put = (key, type, value) => entries.push(Buffer.concat([string(key), u32(type), value]));
  const putString = (key, value) => put(key, 8, string(value));
  const putInt = (key, value) => put(key, 4, u32(value));
  putString('general.architecture', 'llama');
  putString('general.name', name);
  putInt('general.file_type', F16);
  putInt('llama.context_length', 32768);
  putInt('llama.embedding_length', tokens.length);
  putInt('llama.block_count', 1);
  putInt('llama.feed_forward_length', FEED_FORWARD);
  putInt('llama.attention.head_count', HEADS);
  putInt('llama.attention.head_count_kv', HEADS);
  putInt('llama.rope.dimension_count', tokens.length / HEADS);
  put('llama.attention.layer_norm_rms_epsilon', 6, f32(1e-5));
  putInt('llama.vocab_size', tokens.length);
  putString('tokenizer.ggml.model', 'gpt2');
  putString('tokenizer.ggml.pre', 'gpt-2');
  put('tokenizer.ggml.tokens', 9, array(8, tokens.map(string)));
  put('tokenizer.ggml.token_type', 9, array(5, types.map(u32)));
  put('tokenizer.ggml.merges', 9, array(8, []));
  putInt('tokenizer.ggml.bos_token_id', START);
  putInt('tokenizer.ggml.eos_token_id', END);
  put('tokenizer.ggml.add_bos_token', 7, Buffer.from([0]));
  return entries;
}

/** One block whose attention and feed-forward are nought, so that only the last token decides. */
function tensors({ tokens, next }) {
  const size = tokens.length;
  /** Nought, but for a one at each [row, column] given. */
  const matrix = (name, columns, rows, places = []) => {
    const data = Buffer.alloc(columns * rows * 2);
    for (const [row, column] of places) data.writeUInt16LE(HALF_ONE, (row * columns + column) * 2);
    return { name, dimensions: [columns, rows], type: F16, data };
  };
  const ones = (name) => {
    const data = Buffer.alloc(size * 4);
    for (let i = 0; i < size; i++) data.writeFloatLE(1, i * 4);
    return { name, dimensions: [size], type: F32, data };
  };
  const ids = tokens.map((_, id) => id);
  const embeddings = ids.map((id) => [id, id]);
  const successors = ids.map((id) => [next(id), id]);
  return [
    matrix('token_embd.weight', size, size, embeddings),
    matrix('output.weight', size, size, successors),
    ones('output_norm.weight'),
    ones('blk.0.attn_norm.weight'),
    ...['q', 'k', 'v', 'output'].map((part) => matrix(`blk.0.attn_${part}.weight`, size, size)),
    ones('blk.0.ffn_norm.weight'),
    matrix('blk.0.ffn_gate.weight', size, FEED_FORWARD),
    matrix('blk.0.ffn_up.weight', size, FEED_FORWARD),
    matrix('blk.0.ffn_down.weight', FEED_FORWARD, size),
  ];
}

/** Fills up to the alignment that the format asks for. */
function aligned(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);
}

/**
 * The bytes of a GGUF file that decodes into `reply`.
 * @param {string} reply at least one word; about a thousand words make 40 MB
 * @param {string} name as it stands in the file
 */
export function modelThatSays(reply, name) {
  const words = vocabulary(reply);
  const entries = metadata({ name, ...words });
  const parts = tensors(words).map((part) => ({ ...part, data: aligned(part.data) }));
  let offset = 0;
  const infos = parts.map(({ name: tensor, dimensions, type, data }) => {
    const info = [string(tensor), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset)];
    offset += data.length;
    return Buffer.concat(info);
  });
  const head = [Buffer.from('GGUF'), u32(3), u64(parts.length), u64(entries.length), ...entries, ...infos];
  return Buffer.concat([aligned(Buffer.concat(head)), ...parts.map(({ data }) => data)]);
}
