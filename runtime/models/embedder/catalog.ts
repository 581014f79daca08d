/** One file of a model, as it must be. */
export interface PinnedFile {
  /** Below the model's folder, with "/". */
  path: string;
  bytes: number;
  /** In hex. */
  sha256: string;
}

/** A model of the hub at one commit. */
export interface PinnedModel {
  /** "org/name". */
  id: string;
  commit: string;
  files: readonly PinnedFile[];
}

/** What a model was trained to be given and to be read by. */
export interface Manner {
  pooling: 'mean' | 'cls';
  /** Put in front of a question, and of a passage. */
  question: string;
  passage: string;
}

export const BUNDLED_ID = 'Xenova/all-MiniLM-L6-v2';
/** The weights by what is computed with them, the preferred first: 8 bits are widened, see `wholeActivations`. */
export const WEIGHTS = [
  { path: 'onnx/model_quantized.onnx', dtype: 'w8a32' },
  { path: 'onnx/model.onnx', dtype: 'fp32' },
] as const;

const MEAN: Manner = { pooling: 'mean', question: '', passage: '' };
const BGE = 'Represent this sentence for searching relevant passages: ';

const MANNERS: Readonly<Record<string, Manner>> = {
  'Xenova/bge-small-en-v1.5': { pooling: 'cls', question: BGE, passage: '' },
  'Xenova/multilingual-e5-small': { pooling: 'mean', question: 'query: ', passage: 'passage: ' },
};

/** How a model is used; mean pooling of the plain text where nothing else is known. */
export const mannerOf = (id: string): Manner => MANNERS[id] ?? MEAN;

const BERT_TOKENIZER: PinnedFile = {
  path: 'tokenizer_config.json',
  bytes: 366,
  sha256: '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3',
};

/** The models that can be downloaded by name alone. The first is the one that ships. */
export const PINNED_MODELS: readonly PinnedModel[] = [
  {
    id: BUNDLED_ID,
    commit: '751bff37182d3f1213fa05d7196b954e230abad9',
    files: [
      {
        path: 'onnx/model_quantized.onnx',
        bytes: 22_972_370,
        sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
      },
      {
        path: 'tokenizer.json',
        bytes: 711_661,
        sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
      },
      {
        path: 'config.json',
        bytes: 650,
        sha256: '7135149f7cffa1a573466c6e4d8423ed73b62fd2332c575bf738a0d033f70df7',
      },
      BERT_TOKENIZER,
    ],
  },
  {
    id: 'Xenova/bge-small-en-v1.5',
    commit: 'ea104dacec62c0de699686887e3f920caeb4f3e3',
    files: [
      {
        path: 'onnx/model_quantized.onnx',
        bytes: 34_014_426,
        sha256: '6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4',
      },
      {
        path: 'tokenizer.json',
        bytes: 711_396,
        sha256: 'd241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66',
      },
      {
        path: 'config.json',
        bytes: 683,
        sha256: 'fa73f90bf92c8cace1fbcb709626306f2bdbc9ea3e5b5f94b440df9b6aa56350',
      },
      BERT_TOKENIZER,
    ],
  },
  {
    id: 'Xenova/multilingual-e5-small',
    commit: '761b726dd34fb83930e26aab4e9ac3899aa1fa78',
    files: [
      {
        path: 'onnx/model_quantized.onnx',
        bytes: 118_308_185,
        sha256: 'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193',
      },
      {
        path: 'tokenizer.json',
        bytes: 17_082_730,
        sha256: '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39',
      },
      {
        path: 'config.json',
        bytes: 658,
        sha256: 'cb99455288675345e1a4f411438d5d0adbba5fbd3a67ea4fb03c015433b996c1',
      },
      {
        path: 'tokenizer_config.json',
        bytes: 443,
        sha256: 'a1d6bc8734a6f635dc158508bef000f8e2e5a759c7d92f984b2c86e5ff53425b',
      },
    ],
  },
];

/** The pinned model of that name, if there is one. */
export const pinnedModel = (id: string): PinnedModel | undefined =>
  PINNED_MODELS.find((model) => model.id === id);

/** "org/name", each part a plain folder name that cannot lead out of its place. */
export function isModelId(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(text);
}
