/** The built `yike` command for tests, run as a technician runs it: a process and its output. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { build, MAIN } from './built.fixture.ts';

/** Only a command that hangs is cut off; a busy machine may take its time. */
const PATIENCE_MS = 60_000;

interface Text {
  zh: string;
  en: string;
}

export interface Ended {
  /** Exit code, or the name of the signal that ended it. */
  exit: number | string;
  stdout: string;
  stderr: string;
}

/** The last line of stdout under `--json`; `envelopeOf` says so where there is none. */
export interface Envelope {
  schema: string;
  ok: boolean;
  level: string;
  exit: number;
  data: Record<string, unknown>;
  error: { code: string; message: Text; hint: Text } | null;
}

export function envelopeOf({ stdout, stderr }: Ended): Envelope {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no envelope in: ${stdout}\n${stderr}`);
  return JSON.parse(last) as Envelope;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves with the output so far once it matches; rejects where the command ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
}

/** The test's own environment, less whatever would change an answer. */
function environment(): NodeJS.ProcessEnv {
  const { YIKE_LANG, YIKE_DATA, YIKE_PORT_KIOSK, YIKE_PORT_ADMIN, ...own } = process.env;
  return { ...own, LANG: 'zh_CN.UTF-8' };
}

/** Starts `yike …` as a process of its own. */
export function start(args: string[], env: NodeJS.ProcessEnv = {}, main = MAIN): Started {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: tmpdir(),
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const heard: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const listener of heard) listener();
    });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) => done({ exit: code ?? signal ?? 'gone', ...output }));
  });
  const says = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((found, failed) => {
      const look = () => {
        const match = (output.stdout + output.stderr).match(pattern);
        if (match) found(match);
      };
      heard.push(look);
      look();
      ended.then((end) => failed(new Error(`ended with ${end.exit}: ${end.stderr}`)));
    });
  return { child, ended, says };
}

/** Runs `yike …` to its end, which SIGKILL brings about where it does not come by itself. */
export async function yike(args: string[], env?: NodeJS.ProcessEnv, main?: string): Promise<Ended> {
  const { child, ended } = start(args, env, main);
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const end = await ended;
  clearTimeout(late);
  return end;
}

export interface Shell {
  /** What `yike …` prints and ends with; the same in a process of its own is `yike`. */
  run(args: string[]): Promise<Ended>;
  /** What it answers under `--json`. */
  ask(args: string[]): Promise<Envelope>;
  close(): void;
}

/** The built command kept running, for tours of many lines: a process start costs most of one. */
export async function openShell(): Promise<Shell> {
  const options = { cwd: tmpdir(), env: environment() };
  const child = fork(join(import.meta.dirname, 'shell.child.mjs'), options);
  const waiting = new Map<number, (ended: Ended) => void>();
  const over = new Promise<never>((_done, failed) => {
    child.once('exit', (code) => failed(new Error(`the shell ended with ${code}`)));
  });
  over.catch(() => undefined);
  const ready = new Promise<void>((done) => child.once('message', () => done()));
  await Promise.race([ready, over]);
  child.on('message', ({ id, ended }: { id: number; ended: Ended }) => {
    waiting.get(id)?.(ended);
    waiting.delete(id);
  });
  let lines = 0;
  const run = (args: string[]): Promise<Ended> => {
    const id = ++lines;
    const answered = new Promise<Ended>((done) => void waiting.set(id, done));
    child.send({ id, args });
    return Promise.race([answered, over]);
  };
  return {
    run,
    ask: async (args) => envelopeOf(await run(args)),
    close: () => void child.disconnect(),
  };
}

/** Before the tests of a file: all is built, a directory is theirs and a command is kept running. */
export function keptCommand(): { dir: string; run: Shell['run'] } {
  const { dir, free } = temporaryDirectory();
  let shell: Shell | undefined;
  beforeAll(async () => {
    build();
    shell = await openShell();
  });
  afterAll(() => {
    shell?.close();
    free();
  });
  return { dir, run: (args) => shell?.run(args) ?? Promise.reject(new Error('before the tests')) };
}

/** A directory of its own; `free` takes it away. */
export function temporaryDirectory(): { dir: string; free: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'yike-cli-'));
  return { dir, free: () => rmSync(dir, { recursive: true, force: true }) };
}
