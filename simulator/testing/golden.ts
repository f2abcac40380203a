/** Reads the golden bytes that a driver and its twin both answer to, as data. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface GoldenLine {
  /** As the controller sees it: `rx` is what the device says. */
  direction: 'rx' | 'tx';
  bytes: Uint8Array;
  hex: string;
  meaning: Record<string, unknown>;
  /** The comment line above it, for people. */
  comment: string;
}

/** Bytes as upper-case hex pairs. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
}

/** Every line of `drivers/<file>`. */
export function readGolden(file: string): GoldenLine[] {
  const text = readFileSync(path.join(import.meta.dirname, '../../drivers', file), 'utf8');
  const lines: GoldenLine[] = [];
  let comment = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) comment = line.slice(1).trim();
    const found = /^(rx|tx) ([0-9A-Fa-f ]+) ; (.+?) ; /.exec(line);
    if (!found) continue;
    const [, direction = '', digits = '', meaning = ''] = found;
    const bytes = Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
    lines.push({
      direction: direction === 'rx' ? 'rx' : 'tx',
      bytes,
      hex: hex(bytes),
      meaning: JSON.parse(meaning),
      comment,
    });
  }
  return lines;
}
