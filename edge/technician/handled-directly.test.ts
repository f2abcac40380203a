/** Acts by `--direct`: on disk before they happen, in the ledger once the controller is back. */
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandledEvent, noteHandled, takeUpHandled } from './handled-directly.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yike-direct-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const zeroed = (detail?: string): HandledEvent => ({
  type: 'DeviceHandled',
  body: { deviceId: 'scale-1', act: 'zero', by: 'Li Mei', ...(detail && { detail }) },
});

test('what was done is taken up once, with when it was done', () => {
  noteHandled(dir, zeroed(), 0);
  noteHandled(dir, zeroed('empty plate'), 1000);
  const told: HandledEvent[] = [];
  expect(takeUpHandled(dir, (events) => told.push(...events))).toBe(2);
  expect(told).toEqual([
    zeroed('--direct 1970-01-01T00:00:00.000Z'),
    zeroed('empty plate, --direct 1970-01-01T00:00:01.000Z'),
  ]);
  expect(readdirSync(dir)).toEqual([]);
  expect(takeUpHandled(dir, (events) => told.push(...events))).toBe(0);
});

test('a line cut off is left out; a ledger that fails keeps the file', () => {
  noteHandled(dir, zeroed(), 0);
  appendFileSync(join(dir, 'handled-directly.jsonl'), '{"deviceId":"scale-1","ac');
  const full = () => {
    throw new Error('disk full');
  };
  expect(() => takeUpHandled(dir, full)).toThrow('disk full');
  expect(takeUpHandled(dir, () => undefined)).toBe(1);
});

test('where nothing can be written, it is said before anything happens', () => {
  expect(() => noteHandled(join(dir, 'nowhere'), zeroed(), 0)).toThrow('ENOENT');
});
