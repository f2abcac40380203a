import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScaleFault } from '../../simulator/faults.ts';
import { startScaleEnqDc1 } from '../../simulator/twins/scale-enq-dc1.ts';
import type { DeviceEvent } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { scaleBench } from './bench-for-tests.ts';
import { enqDc1 } from './enq-dc1.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);

describe('a scale that takes a price', () => {
  const gram = (options: Record<string, unknown> = {}) => {
    const all = scaleBench(enqDc1, { dialect: 'gram', ask: 'price', ...options });
    const at = { grams: 1234, fault: undefined as ScaleFault | undefined };
    const clock = { ...all.clock, wallMs: all.clock.monoMs, wallQuality: () => 'trusted' as const };
    const hear: ((bytes: Uint8Array) => void)[] = [];
    const port = {
      onBytes: (listener: (bytes: Uint8Array) => void) => void hear.push(listener),
      write: (bytes: Uint8Array) => void all.say(bytes),
    };
    const load = () => ({ grams: at.grams, moving: false, overload: false });
    const world = { clock, random: () => 0.5, load, fault: () => at.fault };
    const twin = startScaleEnqDc1(port, { ...world, dialect: 'gram' });
    all.replyWith((heard) => {
      for (const listener of hear) listener(Buffer.from(heard, 'latin1'));
      return undefined;
    });
    const set = async (fen: number) => {
      const going = all.kept.device()?.price?.(fen);
      await all.clock.advance(4000);
      return going;
    };
    return { ...all, at, set, close: () => twin.close() };
  };
  const lastOf = (events: DeviceEvent[]) => events.findLast((event) => event.kind === 'stable');

  test('shows it, and weighs and multiplies with it', async () => {
    const { clock, events, heard, kept, set } = gram();
    await clock.advance(1000);
    expect(await set(11_100)).toEqual({ ok: true });
    expect(lastOf(events)).toMatchObject({ grams: 1234, unitPriceFen: 11_100, amountFen: 13_697 });
    const said = parseGolden(readFileSync(golden('enq-dc1-gram.txt'), 'utf8')).lines;
    const wanted = said.filter(({ meaning: [first] }) => {
      const { kind, unitPriceFen = 11_100 } = first ?? {};
      return ['enter', 'start', 'price', 'end'].includes(String(kind)) && unitPriceFen === 11_100;
    });
    const bytes = Buffer.concat(wanted.map((line) => line.bytes));
    expect(Buffer.from(heard).includes(bytes)).toBe(true);
    await kept.close();
  });

  test.each<[number, string]>([
    [-1, 'PRICE_NOT_POSSIBLE'],
    [1.5, 'PRICE_NOT_POSSIBLE'],
    [1_000_000, 'PRICE_NOT_POSSIBLE'],
  ])('is never told the price %d', async (fen, reason) => {
    const { clock, set, kept, heard } = gram();
    await clock.advance(1000);
    expect(await set(fen)).toEqual({ ok: false, reason });
    expect(Buffer.from(heard).includes(0x44)).toBe(false);
    await kept.close();
  });

  test('that does not answer has no price, and is let weigh again', async () => {
    const { clock, set, kept, at, events } = gram();
    await clock.advance(1000);
    at.fault = 'silence';
    expect(await set(222)).toEqual({ ok: false, reason: 'NO_REPLY' });
    at.fault = undefined;
    await clock.advance(5000);
    expect(kept.status().state).toBe('ok');
    expect(lastOf(events)).toMatchObject({ grams: 1234, unitPriceFen: 0 });
    expect(await set(222)).toEqual({ ok: true });
    await kept.close();
  });

  test('closed in between is CLOSED, and of a plain scale nobody asks it', async () => {
    const { clock, kept } = gram();
    await clock.advance(1000);
    const going = kept.device()?.price?.(222);
    await kept.close();
    expect(await going).toEqual({ ok: false, reason: 'CLOSED' });
    const plain = scaleBench(enqDc1, { dialect: 'cas' });
    await plain.clock.advance(300);
    expect(plain.kept.device()?.price).toBeUndefined();
    await plain.kept.close();
  });
});
