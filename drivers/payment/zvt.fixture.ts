import { expect } from 'vitest';
import {
  type CardBehaviour,
  startTerminalZvt,
  type TerminalFault,
  type TerminalTransaction,
} from '../../simulator/twins/terminal-zvt.ts';
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import type { ByteWire, DeviceNotes, PaymentTerminal } from '../contract.ts';
import { toHex } from '../hex.ts';
import { checkOptions } from '../options.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { zvt } from './zvt.ts';
import type { Framing } from './zvt-frames.ts';

/** A till, a cable and the simulator's terminal, whose journal outlives every cable. */
export function bench(framing: Framing = 'tcp', notes?: DeviceNotes) {
  const clock: ManualClock = manualClock();
  const journal: TerminalTransaction[] = [];
  const heard: Uint8Array[] = [];
  const at = {
    behaviour: 'pays' as CardBehaviour,
    fault: undefined as TerminalFault | undefined,
    far: undefined as ByteWire | undefined,
  };
  let running: { close(): void } | undefined;
  const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
  const checked = checkOptions(zvt, { framing });
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept: Supervised<PaymentTerminal> = supervise({
    driver: zvt,
    address: 'memory:terminal',
    open: async () => {
      const [near, far] = memoryPair('memory:terminal');
      running?.close();
      at.far = far;
      far.onBytes((bytes) => void heard.push(bytes));
      const port = {
        onBytes: far.onBytes,
        write: (out: Uint8Array) => void far.write(out).catch(() => undefined),
      };
      const { behaviour, fault } = { behaviour: () => at.behaviour, fault: () => at.fault };
      running = startTerminalZvt(port, { clock: time, framing, behaviour, fault, journal });
      return near;
    },
    options: checked.value,
    ...(notes && { notes }),
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: () => undefined,
    onStatus: () => undefined,
  });
  const soon = async <T>(going: Promise<T> | undefined, ms = 200_000): Promise<T> => {
    if (going === undefined) throw new Error('the terminal is not connected');
    let result: { value: T } | undefined;
    void going.then((value) => {
      result = { value };
    });
    for (let passed = 0; result === undefined && passed < ms; passed += 50) await clock.advance(50);
    if (result === undefined) throw new Error(`nothing within ${ms} ms`);
    return result.value;
  };
  const payments = (): number =>
    heard.filter((bytes) => toHex(bytes).includes('06 01 07 04')).length;
  const pay = (orderNo: string, amountFen: number) =>
    soon(kept.device()?.pay({ orderNo, amountFen, description: '一刻' }));
  const status = (orderNo: string) => soon(kept.device()?.status(orderNo));
  const reverse = (orderNo: string) => soon(kept.device()?.reverse(orderNo));
  return { clock, journal, heard, at, kept, soon, pay, status, reverse, payments };
}

export function durableNotes(): DeviceNotes {
  const kept = new Map<string, string>();
  const set = (key: string, value: string): void => void kept.set(key, value);
  return { durable: true, get: (key) => kept.get(key), set };
}

export async function connected(framing: Framing = 'tcp', notes?: DeviceNotes) {
  const all = bench(framing, notes);
  await all.clock.advance(1000);
  expect(all.kept.status().state).toBe('ok');
  return all;
}
