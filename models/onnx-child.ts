/**
 * The recognition child process: the only place where onnxruntime-node is loaded. Its `run` blocks
 * the thread it is called on and its native code may die, so it has a process of its own. Started
 * by `recogniser.ts` with an IPC channel; ends with it.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import {
  type FromChild,
  type ModelSpec,
  PICTURE_MAX_BYTES,
  PICTURE_MAX_PIXELS,
  type ToChild,
} from './child-protocol.ts';
import type { EmbedFailure } from './contract.ts';

/** An expected failure with its code; caught at the message boundary and sent as a value. */
class RecognitionError extends Error {
  readonly code: EmbedFailure;

  constructor(code: EmbedFailure, message: string) {
    super(message);
    this.code = code;
  }
}

interface Loaded {
  session: InferenceSession;
  model: ModelSpec;
}

let loaded: Loaded | undefined;

function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function send(message: FromChild): void {
  process.send?.(message);
}

/** The file's bytes, or why not: absent, or not the bytes the manifest promises. */
async function readModel(model: ModelSpec): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(model.modelPath);
  } catch (error) {
    throw new RecognitionError('MODEL_MISSING', `${model.modelPath}: ${messageOf(error)}`);
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== model.sha256) {
    const wanted = model.sha256.slice(0, 12);
    throw new RecognitionError(
      'MODEL_BROKEN',
      `${model.modelPath}: SHA-256 ${digest.slice(0, 12)}…, manifest says ${wanted}…`,
    );
  }
  return bytes;
}

async function openSession(model: ModelSpec, bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
    });
  } catch (error) {
    throw new RecognitionError('MODEL_BROKEN', `${model.modelPath}: ${messageOf(error)}`);
  }
}

function checkNames(session: InferenceSession, model: ModelSpec): void {
  for (const [name, names] of [
    [model.inputName, session.inputNames],
    [model.embeddingName, session.outputNames],
  ] as const) {
    if (names.includes(name)) continue;
    throw new RecognitionError('MODEL_SHAPE', `no tensor ${name}; the model has ${names.join()}`);
  }
}

/** Loads, checks and runs one grey picture, so that a model that cannot answer is known at once. */
async function load(model: ModelSpec): Promise<void> {
  const session = await openSession(model, await readModel(model));
  checkNames(session, model);
  const grey = new Uint8Array(model.inputSize * model.inputSize * 3).fill(128);
  await run({ session, model }, grey);
  loaded = { session, model };
}

async function run({ session, model }: Loaded, rgb: Uint8Array): Promise<Float32Array> {
  const shape = [1, model.inputSize, model.inputSize, 3];
  let output: InferenceSession.OnnxValueMapType[string] | undefined;
  try {
    const image = new Tensor('uint8', rgb, shape);
    const outputs = await session.run({ [model.inputName]: image }, [model.embeddingName]);
    output = outputs[model.embeddingName];
  } catch (error) {
    throw new RecognitionError('MODEL_SHAPE', messageOf(error));
  }
  const values = output?.data;
  if (!(values instanceof Float32Array) || values.length !== model.dimensions) {
    const got = `${output?.type} [${output?.dims.join()}]`;
    throw new RecognitionError(
      'MODEL_SHAPE',
      `embedding is ${got}, not ${model.dimensions} floats`,
    );
  }
  if (!values.every(Number.isFinite)) {
    throw new RecognitionError('MODEL_NAN', 'the embedding holds a value that is not a number');
  }
  return Float32Array.from(values);
}

/** Centre square of the picture as RGB bytes, as the model was trained to see it. */
async function prepare(model: ModelSpec, jpeg: Uint8Array): Promise<Uint8Array> {
  if (jpeg.length > PICTURE_MAX_BYTES) {
    throw new RecognitionError('PICTURE_BAD', `${jpeg.length} bytes, at most ${PICTURE_MAX_BYTES}`);
  }
  try {
    const { data, info } = await sharp(jpeg, { limitInputPixels: PICTURE_MAX_PIXELS })
      .rotate()
      .resize(model.shortSide, model.shortSide, { fit: 'outside', kernel: 'linear' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return cutCentre(data, info.width, info.height, model.inputSize);
  } catch (error) {
    throw new RecognitionError('PICTURE_BAD', messageOf(error));
  }
}

function cutCentre(rgb: Uint8Array, width: number, height: number, side: number): Uint8Array {
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  const centre = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row += 1) {
    const from = ((top + row) * width + left) * 3;
    centre.set(rgb.subarray(from, from + side * 3), row * side * 3);
  }
  return centre;
}

/** Mean luminance, and the variance of its Laplacian (4-neighbour), over the centre square. */
function lookAt(rgb: Uint8Array, side: number): { sharpness: number; luminance: number } {
  const grey = new Float32Array(side * side);
  let total = 0;
  for (let at = 0; at < grey.length; at += 1) {
    // ITU-R BT.601 luma.
    const y = 0.299 * rgb[at * 3]! + 0.587 * rgb[at * 3 + 1]! + 0.114 * rgb[at * 3 + 2]!;
    grey[at] = y;
    total += y;
  }
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < side - 1; row += 1) {
    for (let at = row * side + 1; at < row * side + side - 1; at += 1) {
      const edge =
        grey[at - 1]! + grey[at + 1]! + grey[at - side]! + grey[at + side]! - 4 * grey[at]!;
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (side - 2) * (side - 2);
  return { sharpness: squares / count - (sum / count) ** 2, luminance: total / grey.length };
}

async function embed(id: number, jpeg: Uint8Array): Promise<FromChild> {
  if (loaded === undefined) throw new Error('a picture came before the model was loaded');
  const startedMs = monoMs();
  const rgb = await prepare(loaded.model, jpeg);
  const seen = lookAt(rgb, loaded.model.inputSize);
  const preparedMs = monoMs();
  const embedding = await run(loaded, rgb);
  return {
    kind: 'embedded',
    id,
    embedding,
    ...seen,
    prepareMs: preparedMs - startedMs,
    runMs: monoMs() - preparedMs,
    residentBytes: process.memoryUsage.rss(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function answer(message: ToChild): Promise<void> {
  if (message.kind === 'resident') {
    send({ kind: 'resident', id: message.id, bytes: process.memoryUsage.rss() });
    return;
  }
  try {
    if (message.kind === 'load') {
      await load(message.model);
      send({ kind: 'loaded' });
    } else {
      send(await embed(message.id, message.jpeg));
    }
  } catch (error) {
    if (!(error instanceof RecognitionError)) throw error;
    const { code, message: detail } = error;
    if (message.kind === 'load') send({ kind: 'load-failed', code, detail });
    else send({ kind: 'embed-failed', id: message.id, code, detail });
  }
}

sharp.concurrency(1);
sharp.cache(false);
process.on('message', (message: ToChild) => {
  // A bug ends this process; the recogniser sees it and starts another.
  answer(message).catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
