/** What the tests of `yike start` begin with: a store's configuration, and a folder to keep it in. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { STORE_ID } from '../../ledger/shop.fixture.ts';
import { type Ended, envelopeOf, keptCommand, yike } from '../cli.fixture.ts';

export const STORE = { store: { id: STORE_ID, name: { zh: '一店', en: 'Store One' } } };
export const ANY_PORT = { listen: { kioskPort: 0, adminPort: 0 } };

const PLATE = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
export const scale = (id: string, changes: object = {}) => ({
  id,
  driver: 'enq-dc1',
  address: 'serial:/dev/serial/by-id/no-such-scale',
  plate: PLATE,
  ...changes,
});

/** The command, kept ready, and fresh files and data directories below `dir`. */
export function keptStart() {
  const { dir, run } = keptCommand();
  let files = 0;
  const fileOf = (content: unknown): string => {
    const file = join(dir, `config-${files++}.json`);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  return { dir, run, fileOf, freshData: () => join(dir, `data-${files++}`) };
}

interface Refused {
  exit: number;
  code: string;
  zh: RegExp;
  en: RegExp;
}

/** Starts it and expects the refusal in both languages: what, what next, and no stack. */
export async function expectRefused(
  args: string[],
  { exit, code, zh, en }: Refused,
  run: (line: string[]) => Promise<Ended> = yike,
) {
  const ended = await run(['start', ...args, '--json', '--lang', 'en']);
  const { error } = envelopeOf(ended);
  expect({ exit: ended.exit, code: error?.code }).toEqual({ exit, code });
  expect(`${error?.message.zh}\n${error?.hint.zh}`).toMatch(zh);
  expect(`${error?.message.en}\n${error?.hint.en}`).toMatch(en);
  expect(ended.stderr).toMatch(/^yike: .*\(E_\w+( \d+)?\)\n {2}try: {3}\S/);
  expect(ended.stderr).not.toMatch(/\n\s+at |node:internal|E_BUG/);
}
