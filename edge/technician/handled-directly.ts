/**
 * What people did to devices while the controller was down: one line each in a file of the store,
 * on disk before the device moves; the controller writes them into its ledger when it starts.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DeviceEventBodies } from '../core/device-events.ts';

export interface HandledEvent {
  type: 'DeviceHandled';
  body: DeviceEventBodies['DeviceHandled'];
}

const fileIn = (dataDir: string): string => join(dataDir, 'handled-directly.jsonl');

/** Writes it down, synced; throws where the disk does not take it. */
export function noteHandled(dataDir: string, { body }: HandledEvent, wallMs: number): void {
  const when = `--direct ${new Date(wallMs).toISOString()}`;
  const detail = body.detail === undefined ? when : `${body.detail}, ${when}`;
  const file = openSync(fileIn(dataDir), 'a', 0o600);
  try {
    writeSync(file, `${JSON.stringify({ ...body, detail })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Hands every line to `tell`, then removes the file: after a crash between, twice and not never. */
export function takeUpHandled(dataDir: string, tell: (events: HandledEvent[]) => void): number {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return 0;
  const events = readFileSync(file, 'utf8').split('\n').flatMap(eventOf);
  if (events.length > 0) tell(events);
  rmSync(file);
  return events.length;
}

/** A line cut off by a power cut stands for an act that was never begun. */
function eventOf(line: string): HandledEvent[] {
  try {
    const body = JSON.parse(line) as HandledEvent['body'];
    const whole = [body.deviceId, body.act, body.by].every((each) => typeof each === 'string');
    return whole ? [{ type: 'DeviceHandled', body }] : [];
  } catch {
    return [];
  }
}
