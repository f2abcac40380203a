/**
 * Golden bytes: what a device says and hears, and what it means (format in README.md). They bind
 * a driver and whatever plays the device, which share no code.
 */
import { fromHex } from './hex.ts';

export interface GoldenLine {
  /** `rx`: the device says; `tx`: the host says. */
  direction: 'rx' | 'tx';
  bytes: Uint8Array;
  /** What the bytes mean: the items a decoder must give for `rx`. */
  meaning: Record<string, unknown>[];
  /** Where the vector is from. */
  source: string;
  /** Line number in the file, from 1. */
  at: number;
}

export interface Golden {
  /** What protects a frame of this protocol: a flipped bit must never pass for another reading. */
  check: 'xor' | 'sum' | 'none';
  /** Driver options the lines were written for. */
  options: Record<string, unknown>;
  /** The documents the protocol was read in; a dialect's own file need not say them again. */
  sources: string[];
  lines: GoldenLine[];
}

function readLine(line: string, at: number): GoldenLine {
  const bad = (why: string): Error => new Error(`golden line ${at}: ${why}: ${line.slice(0, 80)}`);
  const match = /^(rx|tx) +([0-9A-Fa-f ]+?) ; (.*) ; (.+)$/.exec(line);
  if (match === null) throw bad('not "rx|tx <hex> ; <JSON> ; <source>"');
  const [, direction, hex = '', json = '', source = ''] = match;
  const bytes = fromHex(hex);
  if (bytes === undefined) throw bad('not hex');
  const meaning: unknown = JSON.parse(json);
  return {
    direction: direction === 'rx' ? 'rx' : 'tx',
    bytes,
    meaning: Array.isArray(meaning) ? meaning : [meaning],
    source,
    at,
  };
}

/** Reads a golden file; throws, naming the line, where it is not one. */
export function parseGolden(text: string): Golden {
  const golden: Golden = { check: 'none', options: {}, sources: [], lines: [] };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const check = /^# *check: *(xor|sum|none)\b/.exec(line)?.[1];
    const options = /^# *options: *(\{.*\})$/.exec(line)?.[1];
    const sources = /^# *sources: *(.+)$/.exec(line)?.[1];
    if (sources !== undefined) golden.sources = sources.split('; ');
    if (check === 'xor' || check === 'sum' || check === 'none') golden.check = check;
    if (options !== undefined) golden.options = JSON.parse(options);
    if (line !== '' && !line.startsWith('#')) golden.lines.push(readLine(line, index + 1));
  }
  return golden;
}
