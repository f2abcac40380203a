import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Port } from '../../simulator/port.ts';
import { type SsiFault, startScannerSsi } from '../../simulator/twins/scanner-ssi.ts';
import { type ManualClock, manualClock, settle } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import type { ByteWire, DeviceEvent, Scanner } from '../contract.ts';
import { fromHex } from '../hex.ts';
import { checkOptions } from '../options.ts';
import { pickBelow } from '../random-for-tests.ts';
import { supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { zebraSsi } from './zebra-ssi.ts';

/** The twin's end of a wire, whichever is plugged in now. */
function socket() {
  let far: ByteWire | undefined;
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const port: Port = {
    write: (bytes) => void far?.write(bytes).catch(() => undefined),
    onBytes(next) {
      listener = next;
    },
  };
  const plug = (end: ByteWire) => {
    far = end;
    end.onBytes((bytes) => listener(bytes));
  };
  return { port, plug };
}

/** What was held up to the scanner and not yet read; a code read twice or made up is wrong. */
function scannerTwin(clock: ManualClock, random: () => number): Twin {
  const { port, plug } = socket();
  let fault: SsiFault | undefined;
  const clockOfTwin = { ...clock, wallMs: () => 0, wallQuality: () => 'trusted' as const };
  const scanner = startScannerSsi(port, { clock: clockOfTwin, fault: () => fault });
  const shown = new Map<string, number>();
  let count = 0;
  return {
    plug,
    step() {
      const roll = pickBelow(random, 10);
      if (roll < 7) {
        count += 1;
        const code = `69${String(count).padStart(10, '0')}`;
        if (scanner.scan(code, ']E0')) shown.set(code, 1);
      } else if (roll === 7) fault = pickBelow(random, 2) === 0 ? 'wrong-check' : 'half-code';
      else fault = undefined;
    },
    wrong(event: DeviceEvent) {
      if (event.kind !== 'code') return undefined;
      const left = shown.get(event.text);
      shown.set(event.text, 0);
      return left === 1 ? undefined : `${event.text} was ${left === 0 ? 'read twice' : 'made up'}`;
    },
    heal() {
      fault = undefined;
    },
    close: () => scanner.close(),
  };
}

conforms(zebraSsi, join(import.meta.dirname, 'golden/zebra-ssi.txt'), { twin: scannerTwin });

async function bench(given: Record<string, unknown> = {}) {
  const clock = manualClock();
  const { port, plug } = socket();
  let fault: SsiFault | undefined;
  const clockOfTwin = { ...clock, wallMs: () => 0, wallQuality: () => 'trusted' as const };
  const scanner = startScannerSsi(port, { clock: clockOfTwin, fault: () => fault });
  const codes: string[] = [];
  const checked = checkOptions(zebraSsi, given);
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept = supervise<Scanner>({
    driver: zebraSsi,
    address: 'memory:scanner',
    open: async () => {
      const [near, far] = memoryPair('memory:scanner');
      plug(far);
      return near;
    },
    options: checked.value,
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => void (event.kind === 'code' && codes.push(event.text)),
    onStatus: () => undefined,
  });
  await clock.advance(200);
  const scan = async (code: string, aim = ']E0', ms = 300) => {
    scanner.scan(code, aim);
    await clock.advance(ms);
  };
  const close = async () => {
    await kept.close();
    scanner.close();
    await settle();
    expect(clock.timers()).toBe(0);
  };
  const setFault = (next?: SsiFault) => {
    fault = next;
  };
  return { clock, kept, scanner, codes, scan, close, setFault };
}

describe('a Zebra scanner', () => {
  test('reads, is acknowledged, and reads the same goods again', async () => {
    const { scan, codes, close } = await bench();
    await scan('6901234567892');
    await scan('6901234567892');
    await scan('95200002', ']E4', 2_000);
    expect(codes).toEqual(['6901234567892', '6901234567892', '95200002']);
    await close();
  });

  test('whose answer was not heard sends again, and the code counts once', async () => {
    const { scan, codes, setFault, clock, close } = await bench();
    setFault('deaf-once');
    await scan('6901234567892', ']E0', 300);
    setFault(undefined);
    await clock.advance(2_000);
    expect(codes).toEqual(['6901234567892']);
    await close();
  });

  test('with a damaged packet is asked for it again', async () => {
    const { scan, codes, setFault, clock, close } = await bench();
    setFault('wrong-check');
    await scan('6901234567892', ']E0', 50);
    setFault(undefined);
    await clock.advance(1_000);
    expect(codes).toEqual(['6901234567892']);
    await close();
  });

  test('is read where noise before its packets looks like the head of a long one', () => {
    const decoder = zebraSsi.decoder({});
    const packets =
      '12 F3 00 00 0B 36 39 30 31 32 33 34 35 36 37 38 39 32 FC 42 0D F3 00 00 0A 39 35 32 30 30 30 30 32 FD 64';
    expect(decoder.push(fromHex(`FF F3 00 ${packets}`) ?? new Uint8Array())).toEqual([]);
    expect(decoder.end()).toMatchObject([
      { kind: 'discarded', hex: 'FF F3 00' },
      { kind: 'code', text: '6901234567892' },
      { kind: 'code', text: '95200002' },
    ]);
  });

  test('sends a long QR code in pieces, and it comes out whole', async () => {
    const { scan, codes, close } = await bench();
    const long = 'https://example.cn/'.padEnd(600, 'x');
    await scan(long, ']Q1', 3_000);
    expect(codes).toEqual([long]);
    await close();
  });

  test('is triggered by the host, and says what it refuses', async () => {
    const { kept, scanner, clock, close, setFault } = await bench();
    const on = kept.device()?.trigger?.(true);
    await clock.advance(100);
    expect([await on, scanner.inSession()]).toEqual([{ ok: true }, true]);
    setFault('silence');
    const off = kept.device()?.trigger?.(false);
    await clock.advance(2_000);
    expect(await off).toEqual({ ok: false, reason: 'no-answer' });
    await close();
  });

  test('beeps so that a person finds it', async () => {
    const { kept, scanner, clock, close } = await bench();
    const beep = kept.device()?.locate?.();
    await clock.advance(100);
    expect([await beep, scanner.beeps()]).toEqual([{ ok: true }, 1]);
    await close();
  });

  test('that does not answer is offline, and said so', async () => {
    const { kept, clock, setFault, close, scanner } = await bench({ enable: false });
    expect(kept.status().state).toBe('ok');
    setFault('silence');
    await clock.advance(100);
    expect(scanner.isOn()).toBe(true);
    await close();
  });
});
