/** From a trace to a test: golden lines for the codec, and a test file that replays the whole. */
import type { DecodedItem, Driver } from '../contract.ts';
import { toHex } from '../hex.ts';
import { isOpening } from './meaning.ts';
import type { Trace } from './ytrace.ts';

export interface GoldenFromTrace {
  text: string;
  lines: number;
  /** Pieces that do not stand alone (half frames, noise) and are not in the text. */
  leftOut: number;
}

/** Golden lines of every frame that decodes alone to what it meant in the trace; each once. */
export function goldenOf(driver: Driver, { header, entries }: Trace): GoldenFromTrace {
  const lines = new Map<string, string>();
  let leftOut = 0;
  let decoder = driver.decoder(header.options);
  let pending: Uint8Array[] = [];
  const firstUs = entries[0]?.tUs ?? 0;
  for (const entry of entries) {
    if (isOpening(entry)) {
      decoder = driver.decoder(header.options);
      pending = [];
    }
    if (entry.direction !== 'rx') continue;
    pending.push(entry.bytes);
    const items = decoder.push(entry.bytes);
    if (items.length === 0) continue;
    const bytes = Buffer.concat(pending);
    pending = [];
    if (!standsAlone(driver, header.options, bytes, items)) leftOut += 1;
    else {
      const [only] = items;
      const meaning = JSON.stringify(items.length === 1 ? only : items);
      const source = `trace ${header.device} ${header.startedAt} +${Math.round((entry.tUs - firstUs) / 1000)} ms`;
      const hex = toHex(bytes);
      if (!lines.has(hex)) lines.set(hex, `rx ${hex} ; ${meaning} ; ${source}`);
    }
  }
  const head = [
    `# ${header.driver}, recorded at ${header.device} (${header.address}) ${header.startedAt}`,
    '# check: none',
    `# options: ${JSON.stringify(header.options)}`,
  ];
  return { text: `${[...head, ...lines.values()].join('\n')}\n`, lines: lines.size, leftOut };
}

function standsAlone(
  driver: Driver,
  options: Record<string, unknown>,
  bytes: Uint8Array,
  items: DecodedItem[],
): boolean {
  if (items.some(({ kind }) => kind === 'discarded')) return false;
  const alone = driver.decoder(options);
  const again = [...alone.push(bytes), ...alone.end()];
  return JSON.stringify(again) === JSON.stringify(items);
}

/**
 * A test that replays `traceFile` through its driver.
 * @param drivers path from the test's folder to `drivers/`
 */
export function testOf({ header }: Trace, traceFile: string, drivers: string): string {
  return `import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDriver } from '${drivers}/index.ts';
import { replayTrace } from '${drivers}/trace/replay.ts';
import { parseTrace } from '${drivers}/trace/ytrace.ts';

test('${header.driver} says today what it said at ${header.device} on ${header.startedAt}', async () => {
  const parsed = parseTrace(readFileSync(join(import.meta.dirname, '${traceFile}'), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.problem);
  const driver = findDriver('${header.driver}');
  if (driver === undefined) throw new Error('no driver ${header.driver}');
  const { differences, got } = await replayTrace(driver, parsed.trace);
  expect(differences).toEqual([]);
  expect(got.length).toBeGreaterThan(0);
});
`;
}
