/** A disk that turns a bit of the configuration: refused in a sentence, or one value is another. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../ledger/shop.fixture.ts';
import { readConfig } from './config.ts';

const FLIPS = process.env.YIKE_DEEP ? 2000 : 200;
const SEED = Number(process.env.SEED ?? 20261128);

const text = JSON.stringify(
  {
    store: { id: 'store-1', name: { zh: '一号店', en: 'Store one' }, phone: '021-5555' },
    devices: [
      { id: 'scale-1', driver: 'enq-dc1', address: 'pty:/dev/null' },
      { id: 'scale-2', driver: 'enq-dc1', address: 'tcp:10.0.0.7:4001' },
    ],
    counters: [{ id: 'counter-1', scale: 'scale-1' }],
    listen: { kioskPort: 8080, adminPort: 8090 },
  },
  undefined,
  2,
);

/** `store.name.zh` and its value, for every value. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

it(`of ${FLIPS} flips each is refused, or changes one value (SEED=${SEED})`, {
  timeout: 300_000,
}, () => {
  const { dir, free } = temporaryDirectory();
  const file = join(dir, 'store.json');
  writeFileSync(file, text);
  const good = readConfig(file);
  if (!good.ok) throw new Error(JSON.stringify(good.refusal));
  const before = new Map(leaves(good.value));
  let state = SEED;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const seen = { refused: 0, changed: 0, same: 0 };
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const damaged = Buffer.from(text);
    const at = random(damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
    writeFileSync(file, damaged);
    const read = readConfig(file);
    const told = `byte ${at} of flip ${flip}, SEED=${SEED}: ${damaged.subarray(at - 10, at + 10)}`;
    if (!read.ok) {
      expect(read.refusal, told).toMatchObject({ code: 'CONFIG_INVALID' });
      seen.refused += 1;
      continue;
    }
    const after = leaves(read.value);
    const other = after.filter(([path, value]) => before.get(path) !== value);
    expect([after.length, other.length <= 1], told).toEqual([before.size, true]);
    seen[other.length === 0 ? 'same' : 'changed'] += 1;
  }
  free();
  expect(seen.refused).toBeGreaterThan(FLIPS / 3);
});
