/** A controller that keeps crashing comes up without its devices; one that lived is forgiven. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import { noteStart } from './starts.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yike-starts-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('the fourth start within a minute of three that crashed leaves the devices alone', async () => {
  const clock = createSimulatedClock();
  for (let crash = 0; crash < 3; crash += 1) {
    expect(noteStart(dir, clock).safe).toBe(false);
    clock.advance(5_000);
  }
  expect(noteStart(dir, clock).safe).toBe(true);
});

it('starts that ended as they were told to are no crashes', async () => {
  const clock = createSimulatedClock();
  for (let start = 0; start < 6; start += 1) {
    const begun = noteStart(dir, clock);
    expect(begun.safe).toBe(false);
    begun.ended();
  }
});

it('one that lived for a minute is forgiven, and so are crashes long ago', async () => {
  const clock = createSimulatedClock();
  for (let crash = 0; crash < 3; crash += 1) noteStart(dir, clock);
  await clock.run(61_000);
  expect(noteStart(dir, clock).safe).toBe(false);
});

it('a note that cannot be read stops nothing', () => {
  writeFileSync(join(dir, 'starts.json'), '[1, "x"');
  expect(noteStart(dir, createSimulatedClock()).safe).toBe(false);
});
