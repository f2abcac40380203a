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
  AGREEMENT_MIN,
  type Area,
  type FromChild,
  type ModelSpec,
  type ToChild,
} from './child-protocol.ts';
import type { EmbedFailure } from './contract.ts';
import { type Prepared, panJpeg, prepare } from './picture.ts';

/** Eight bits lose a point of accuracy, so they are used only where the other is slower than this. */
const SLOW_RUN_MS = 25;
/** The two precisions of the shipped pack agree to 0.95 and more; a wrong kernel is far below. */
const FAST_AGREEMENT_MIN = 0.9;

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
async function readModel(path: string, sha256: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new RecognitionError('MODEL_MISSING', `${path}: ${messageOf(error)}`);
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest === sha256) return bytes;
  throw new RecognitionError(
    'MODEL_BROKEN',
    `${path}: SHA-256 ${digest.slice(0, 12)}…, manifest says ${sha256.slice(0, 12)}…`,
  );
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

async function opened(model: ModelSpec, path: string, sha256: string): Promise<Loaded> {
  const session = await openSession(model, await readModel(path, sha256));
  checkNames(session, model);
  return { session, model };
}

/**
 * Loads, checks and runs one grey picture and the golden ones, so that a model that cannot answer,
 * or answers other numbers on this processor, is known at once. Where it is slow here and the
 * pack's 8-bit model agrees with it, that one answers instead.
 */
async function load(model: ModelSpec): Promise<FromChild> {
  const full = await opened(model, model.modelPath, model.sha256);
  const grey = new Uint8Array(model.inputSize * model.inputSize * 3).fill(128);
  await run(full, grey);
  const tested = await agreementOf(full);
  if (tested.agreement < AGREEMENT_MIN)
    throw new RecognitionError(
      'MODEL_BROKEN',
      `golden pictures agree to ${tested.agreement.toFixed(3)} on this processor`,
    );
  loaded = full;
  if (model.fast && tested.runMs > SLOW_RUN_MS) {
    const fast = await opened(model, model.fast.path, model.fast.sha256);
    const { agreement, runMs } = await agreementOf(fast);
    if (agreement >= FAST_AGREEMENT_MIN && runMs < tested.runMs) {
      loaded = fast;
      await full.session.release();
      return { kind: 'loaded', precision: 'fast', agreement };
    }
    await fast.session.release();
  }
  return { kind: 'loaded', precision: 'full', agreement: tested.agreement };
}

/** Least cosine with the golden embeddings, and the quickest run of one picture. */
async function agreementOf(candidate: Loaded): Promise<{ agreement: number; runMs: number }> {
  let agreement = 1;
  let runMs = Number.POSITIVE_INFINITY;
  for (const { jpeg, embedding } of candidate.model.golden) {
    const { rgb } = await prepared(candidate.model, jpeg);
    const startedMs = monoMs();
    const seen = await run(candidate, rgb);
    runMs = Math.min(runMs, monoMs() - startedMs);
    const cosine = seen.reduce((sum, value, at) => sum + value * embedding[at]!, 0);
    agreement = Math.min(agreement, cosine);
  }
  return { agreement, runMs };
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

async function embed(request: Extract<ToChild, { kind: 'embed' }>): Promise<FromChild> {
  if (loaded === undefined) throw new Error('a picture came before the model was loaded');
  const { id, jpeg, area, keep } = request;
  const startedMs = monoMs();
  const { rgb, ...seen } = await prepared(loaded.model, jpeg, area);
  const preparedMs = monoMs();
  const embedding = await run(loaded, rgb);
  const runMs = monoMs() - preparedMs;
  return {
    kind: 'embedded',
    id,
    embedding,
    ...seen,
    ...(keep && { kept: await panJpeg(jpeg, area) }),
    prepareMs: preparedMs - startedMs,
    runMs,
    residentBytes: process.memoryUsage.rss(),
  };
}

async function prepared(model: ModelSpec, jpeg: Uint8Array, area?: Area): Promise<Prepared> {
  try {
    return await prepare(jpeg, area, model);
  } catch (error) {
    throw new RecognitionError('PICTURE_BAD', messageOf(error));
  }
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
      send(await load(message.model));
    } else {
      send(await embed(message));
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
