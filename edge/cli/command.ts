/** What a `yike` command is, and what it answers. */
import type { ParseArgsConfig } from 'node:util';
import type { Refusal, Text } from '../core/ports.ts';

export type Options = NonNullable<ParseArgsConfig['options']>;

export interface Call {
  /** Words after the command's own. */
  words: string[];
  flags: Record<string, string | boolean | string[] | undefined>;
  /** The store's directory: `--data`, YIKE_DATA, or `./data`. */
  dataDir: string;
  language: 'zh' | 'en';
  /** One line to stderr, for progress; silent with --quiet. */
  say(text: Text): void;
  /** Aborted by Ctrl-C or SIGTERM where the command runs until then. */
  signal: AbortSignal;
}

export interface Answer {
  exit: number;
  data: object;
  /** Lines for people, in the reader's language. */
  lines: string[];
  error?: CommandError;
}

/** Four parts: what, which device, why, what to do. */
export interface CommandError {
  code: string;
  /** UnifiedPOS result code where the failure has one. */
  upos: number | null;
  ext?: number | null;
  /** A code of the catalogue, or words. */
  reason?: string | Text;
  message: Text;
  hint: Text;
  device?: string;
}

export interface Command {
  /** `['device', 'list']`. */
  path: string[];
  /** Words it takes, for the help: `ID`, `DRIVER`. */
  takes?: string;
  summary: Text;
  options?: Options;
  examples?: string[];
  /** Flags that may stand alone, and what a value of theirs looks like. */
  mayStandAlone?: Record<string, RegExp>;
  /** Ctrl-C and SIGTERM abort its `signal`; every other command they end as they end any. */
  untilInterrupted?: true;
  run(call: Call): Promise<Answer>;
}

/** Exit codes: 0–6 ours, 101–115 UnifiedPOS (names in drivers/unified-pos.ts). */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  warnings: 3,
  notRunning: 4,
  refused: 5,
  verification: 6,
  closed: 101,
  claimed: 102,
  notClaimed: 103,
  noService: 104,
  disabled: 105,
  illegal: 106,
  noHardware: 107,
  offline: 108,
  noExist: 109,
  exists: 110,
  failure: 111,
  timeout: 112,
  busy: 113,
  extended: 114,
  deprecated: 115,
  interrupted: 130,
} as const;

export const say = (zh: string, en: string): Text => ({ zh, en });

export const good = (data: object, lines: string[], exit = 0): Answer => ({ exit, data, lines });

export function failed(exit: number, error: Omit<CommandError, 'upos'>, data: object = {}): Answer {
  const upos = exit > 100 && exit < 116 ? exit : null;
  return { exit, data, lines: [], error: { ...error, upos } };
}

/** A refusal of the controller as a command's failure. */
export function refusedBy(refusal: Refusal, exit: number = EXIT.failure): Answer {
  const { code, message, next, detail = {} } = refusal;
  const facts = Object.entries(detail).map(([name, value]) => `${name}: ${value}`);
  const reason = facts.length > 0 ? { reason: facts.join(', ') } : {};
  return failed(exit, { code: `E_${code}`, message, ...reason, hint: next });
}

export const usage = (zh: string, en: string, hint: string): Answer =>
  failed(EXIT.usage, { code: 'E_USAGE', message: say(zh, en), hint: say(hint, hint) });

/** People are asked at a terminal only, and never where they said not to be. */
export const asksPeople = ({ flags }: Call): boolean =>
  process.stdin.isTTY === true && !flags['no-input'] && !flags.json;

/** Pads columns to their widest cell; wide (Chinese) characters count as two. */
export function table(rows: string[][]): string[] {
  const width = (text: string) =>
    [...text].reduce((sum, char) => sum + (/[\u1100-\u115f\u2e80-\uffe6]/.test(char) ? 2 : 1), 0);
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, at) => Math.max(known[at] ?? 0, width(cell))),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** A flag that is a text; undefined where it is left out or stands there several times. */
export const textFlag = (value: Call['flags'][string]): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** A flag that is a whole number; `otherwise` where it is left out, undefined where it is none. */
export function wholeFlag(value: Call['flags'][string], otherwise: number): number | undefined {
  if (value === undefined) return otherwise;
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
