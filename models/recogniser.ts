/** Keeps one recognition child alive, gives it one picture at a time, and gives up in time. */
import type { ChildProcess } from 'node:child_process';
import { builtChildPath, forkChild, pictureFault } from './child-process.ts';
import type { FromChild, ToChild } from './child-protocol.ts';
import type {
  EmbedFailure,
  EmbedOutcome,
  Look,
  PackState,
  Recogniser,
  RecogniserClock,
} from './contract.ts';
import { openPack, type PackOutcome } from './pack.ts';

export interface RecogniserOptions {
  /** A pack folder, or a bare `.onnx` file of the same interface. */
  packDir: string;
  clock: RecogniserClock;
  /** Another child script; tests give one that hangs or dies. */
  childPath?: string;
  /** The child is replaced after an answer that leaves it above this; 512 MiB by default. */
  maxResidentMb?: number;
  /** Whether the pack's 8-bit model may answer where the other is slow; no by default. */
  fast?: boolean;
  /** A lone picture that runs longer than this means a hung child; 1000 ms by default. */
  runLimitMs?: number;
  /** Time to load and warm up; 20 s by default. */
  loadLimitMs?: number;
  /** Told what the child writes to stderr and every failure; for the log. */
  onReport?: (code: EmbedFailure, detail: string) => void;
}

export const EMBED_DEADLINE_MS = 1000;
const RETRY_FIRST_MS = 200;
const RETRY_LAST_MS = 30_000;

interface Request {
  id: number;
  source: string;
  jpeg: Uint8Array;
  look: Look;
  limitMs: number;
  /** Answers once; later answers are dropped. */
  settle: (outcome: EmbedOutcome) => void;
}

interface Running {
  options: Required<RecogniserOptions>;
  opened: PackOutcome;
  state: { state: PackState; reason?: EmbedFailure; detail: string };
  listeners: (() => void)[];
  child: ChildProcess | undefined;
  inFlight: Request | undefined;
  /** At most one per source, in order of arrival. */
  waiting: Map<string, Request>;
  asked: Map<number, (bytes: number | undefined) => void>;
  nextId: number;
  retryMs: number;
  cancelTimer: () => void;
  closed: boolean;
}

/**
 * Starts the child and returns at once in state `starting`. Nothing here throws or rejects: a
 * pack that is missing or broken is `unavailable` with its code, and is tried again with back-off
 * (200 ms doubling to 30 s), so that putting the file right is enough.
 */
export function startRecogniser(options: RecogniserOptions): Recogniser {
  const opened = openPack(options.packDir);
  const running: Running = {
    options: {
      childPath: builtChildPath(),
      maxResidentMb: 512,
      runLimitMs: EMBED_DEADLINE_MS,
      loadLimitMs: 20_000,
      fast: false,
      onReport: () => undefined,
      ...options,
    },
    opened,
    state: { state: 'starting', detail: '' },
    listeners: [],
    child: undefined,
    inFlight: undefined,
    waiting: new Map(),
    asked: new Map(),
    nextId: 1,
    retryMs: RETRY_FIRST_MS,
    cancelTimer: () => undefined,
    closed: false,
  };
  startChild(running);
  return {
    get packId() {
      return running.opened.ok ? running.opened.pack.id : '';
    },
    get packSha256() {
      return running.opened.ok ? running.opened.pack.sha256 : '';
    },
    state: () => running.state,
    onState: (listener) => void running.listeners.push(listener),
    embed: (...request) => embed(running, ...request),
    residentBytes: () => residentBytes(running),
    close: () => close(running),
  };
}

function become(running: Running, state: PackState, reason?: EmbedFailure, detail = ''): void {
  running.state = { state, reason, detail };
  for (const listener of running.listeners) listener();
}

function startChild(running: Running): void {
  const { packDir, clock, childPath, loadLimitMs } = running.options;
  running.opened = openPack(packDir);
  if (!running.opened.ok) {
    fail(running, running.opened.code, running.opened.detail);
    return;
  }
  become(running, 'starting', running.state.reason, running.state.detail);
  const child = forkChild(childPath);
  running.child = child;
  let lastWords = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    lastWords = (lastWords + bytes.toString()).slice(-500);
  });
  child.on('error', (error) => {
    if (running.child === child) fail(running, 'MODEL_CRASHED', error.message);
  });
  child.on('message', (message: FromChild) => {
    if (running.child === child) receive(running, message);
  });
  child.on('close', (code, signal) => {
    if (running.child !== child) return;
    const how = signal === null ? `exit ${code}` : signal;
    fail(running, 'MODEL_CRASHED', `${how} ${lastWords}`.trim());
  });
  running.cancelTimer = clock.after(loadLimitMs, () => {
    fail(running, 'MODEL_SLOW', `not loaded within ${loadLimitMs} ms`);
  });
  const { fast, ...model } = running.opened.pack.model;
  const quick = running.options.fast && fast ? { fast } : {};
  tell(child, { kind: 'load', model: { ...model, ...quick } });
}

/** A dead child reports itself by `close`; what could not be sent needs no second report. */
function tell(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Ends the child, answers everyone with the code, and starts another after the back-off. */
function fail(running: Running, code: EmbedFailure, detail: string): void {
  dropChild(running, code, detail);
  running.options.onReport(code, detail);
  running.cancelTimer = running.options.clock.after(running.retryMs, () => startChild(running));
  running.retryMs = Math.min(running.retryMs * 2, RETRY_LAST_MS);
  become(running, 'unavailable', code, detail);
}

function dropChild(running: Running, code: EmbedFailure, detail: string): void {
  running.cancelTimer();
  const { child, inFlight, waiting, asked } = running;
  running.child = undefined;
  running.inFlight = undefined;
  running.waiting = new Map();
  running.asked = new Map();
  child?.kill('SIGKILL');
  inFlight?.settle({ ok: false, code, detail });
  for (const request of waiting.values()) request.settle({ ok: false, code, detail });
  for (const answer of asked.values()) answer(undefined);
}

function receive(running: Running, message: FromChild): void {
  if (message.kind === 'loaded') {
    running.cancelTimer();
    become(running, 'ready');
    sendNext(running);
  } else if (message.kind === 'load-failed') {
    fail(running, message.code, message.detail);
  } else if (message.kind === 'resident') {
    running.asked.get(message.id)?.(message.bytes);
    running.asked.delete(message.id);
  } else if (message.id === running.inFlight?.id) {
    finish(running, message);
  }
}

function finish(
  running: Running,
  message: Extract<FromChild, { kind: 'embedded' | 'embed-failed' }>,
): void {
  running.cancelTimer();
  const request = running.inFlight;
  running.inFlight = undefined;
  if (message.kind === 'embed-failed') {
    request?.settle({ ok: false, code: message.code, detail: message.detail });
    // A bad picture is the picture's fault; anything else is the model's.
    if (message.code === 'PICTURE_BAD') sendNext(running);
    else fail(running, message.code, message.detail);
    return;
  }
  running.retryMs = RETRY_FIRST_MS;
  const { kind: _kind, id: _id, residentBytes: resident, ...seen } = message;
  request?.settle({ ok: true, ...seen });
  if (resident > running.options.maxResidentMb * 1024 * 1024) {
    fail(running, 'MODEL_CRASHED', `replaced at ${resident} bytes of memory`);
  } else sendNext(running);
}

function sendNext(running: Running): void {
  const { child, options } = running;
  if (running.state.state !== 'ready' || running.inFlight !== undefined) return;
  const next = running.waiting.values().next().value;
  if (next === undefined || child === undefined) return;
  running.waiting.delete(next.source);
  running.inFlight = next;
  const limitMs = Math.max(next.limitMs, options.runLimitMs);
  running.cancelTimer = options.clock.after(limitMs, () => {
    fail(running, 'MODEL_SLOW', `no answer within ${limitMs} ms`);
  });
  tell(child, { kind: 'embed', id: next.id, jpeg: next.jpeg, ...next.look });
}

function embed(
  running: Running,
  jpeg: Uint8Array,
  deadlineMs = EMBED_DEADLINE_MS,
  source = 'live',
  look: Look = {},
): Promise<EmbedOutcome> {
  const refused = refusal(running, jpeg);
  if (refused !== undefined) return Promise.resolve(refused);
  return new Promise((resolve) => {
    const cancelDeadline = running.options.clock.after(deadlineMs, () => {
      if (running.waiting.get(source) === request) running.waiting.delete(source);
      resolve({ ok: false, code: 'MODEL_SLOW', detail: `no answer within ${deadlineMs} ms` });
    });
    const request: Request = {
      id: running.nextId,
      source,
      jpeg,
      look,
      limitMs: deadlineMs,
      settle: (outcome) => {
        cancelDeadline();
        resolve(outcome);
      },
    };
    running.nextId += 1;
    const older = running.waiting.get(source);
    running.waiting.set(source, request);
    older?.settle({ ok: false, code: 'SUPERSEDED', detail: 'a newer picture came' });
    sendNext(running);
  });
}

/** What needs no child to be answered. While it starts, pictures wait within their deadline. */
function refusal(running: Running, jpeg: Uint8Array): EmbedOutcome | undefined {
  if (running.closed) return { ok: false, code: 'CLOSED', detail: 'recognition was closed' };
  const { state, reason, detail } = running.state;
  if (reason !== undefined && state === 'unavailable') return { ok: false, code: reason, detail };
  const fault = pictureFault(jpeg);
  return fault === undefined ? undefined : { ok: false, code: 'PICTURE_BAD', detail: fault };
}

function residentBytes(running: Running): Promise<number | undefined> {
  const { child } = running;
  if (child === undefined) return Promise.resolve(undefined);
  const id = running.nextId;
  running.nextId += 1;
  return new Promise((resolve) => {
    const cancel = running.options.clock.after(EMBED_DEADLINE_MS, () => {
      running.asked.delete(id);
      resolve(undefined);
    });
    running.asked.set(id, (bytes) => {
      cancel();
      resolve(bytes);
    });
    tell(child, { kind: 'resident', id });
  });
}

async function close(running: Running): Promise<void> {
  running.closed = true;
  const { child } = running;
  dropChild(running, 'CLOSED', 'recognition was closed');
  become(running, 'unavailable', 'CLOSED', 'recognition was closed');
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('close', resolve));
}
