import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../hex.ts';
import { mendedLine } from '../mended-for-tests.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { apdu, bcd, kermit, onWire, zvtDecoder } from './zvt-frames.ts';

describe('bytes of a terminal', () => {
  test('the check value of the CRC is the published one', () => {
    expect(kermit(new TextEncoder().encode('123456789'))).toBe(0x2189);
  });

  test('a 10 in the amount is doubled on a serial line and bare on TCP', () => {
    const pay = apdu(0x0601, [0x04, ...bcd(1000, 6)]);
    expect(toHex(onWire('tcp', pay))).toBe('06 01 07 04 00 00 00 00 10 00');
    expect(toHex(onWire('serial', pay))).toBe('10 02 06 01 07 04 00 00 00 00 10 10 00 10 03 62 91');
  });

  test('a length of 255 and more takes three bytes, low first', () => {
    expect([...apdu(0x06d3, new Array(256).fill(0)).subarray(0, 5)]).toEqual([6, 0xd3, 255, 0, 1]);
  });

  test('APDUs arrive whole however TCP cuts them', () => {
    const bytes = fromHex('80 00 00 04 FF 01 0A 06 0F 00') ?? new Uint8Array();
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoder = zvtDecoder('tcp');
      const items = [...decoder.push(bytes.subarray(0, cut)), ...decoder.push(bytes.subarray(cut))];
      expect(items.map((item) => item.kind)).toEqual(['accepted', 'intermediate', 'completion']);
    }
  });

  test('no digit of a card number leaves the parser', () => {
    const pan = '6762001234567893';
    const text = [...new TextEncoder().encode(`PAN ${pan}`)];
    const status = [0x27, 0, 0x22, 0xf0, 0xf8, ...(fromHex(pan) ?? []), 0x3c, 0xf0, 0xf2, 0xf0];
    const said = zvtDecoder('tcp').push(
      Uint8Array.of(
        ...apdu(0x040f, [...status, ...text]),
        ...apdu(0x06d1, [0x40, ...text]),
        ...apdu(0x06d3, text),
      ),
    );
    expect(said).toEqual([
      { kind: 'status', result: '00', text: 'PAN ****' },
      { kind: 'print', text: 'PAN ****' },
      { kind: 'print', text: '' },
    ]);
  });

  test('a damaged serial frame hides no answer inside it', () => {
    const frame = onWire('serial', apdu(0x040f, [0x04, ...bcd(1500, 6), 0x27, 0x06]));
    const cut = Uint8Array.from(frame);
    cut[frame.length - 1] = (cut[frame.length - 1] ?? 0) ^ 1;
    expect(
      zvtDecoder('serial')
        .push(cut)
        .map((item) => item.kind),
    ).toEqual(['discarded']);
  });

  test('damaged frames are never another amount', () => {
    const random = seededRandom(testSeed('zvt fuzz'));
    const rounds = process.env.YIKE_DEEP === '1' ? 1_000_000 : 20_000;
    let decoder = zvtDecoder('serial');
    const wrong: string[] = [];
    // A frame that lost its last byte may be completed by the first of the next.
    let before = 0;
    const mended = mendedLine('zvt');
    for (let round = 0; round < rounds; round++) {
      const fen = pickBelow(random, 1_000_000);
      const whole = onWire('serial', apdu(0x040f, [0x27, 0, 0x04, ...bcd(fen, 6)]));
      const bytes = [...whole];
      const at = pickBelow(random, bytes.length);
      if (round % 3 === 0) bytes.splice(at, 1);
      else if (round % 3 === 1) bytes.splice(at, 0, pickBelow(random, 256));
      else bytes[at] = (bytes[at] ?? 0) ^ (1 + pickBelow(random, 255));
      for (const item of decoder.push(Uint8Array.from(bytes))) {
        const said = item.kind === 'status' ? item.amountFen : undefined;
        if (said !== undefined && said !== fen && said !== before) wrong.push(`${said} for ${fen}`);
      }
      before = fen;
      mended.after(round, () =>
        decoder.push(whole).some((item) => item.kind === 'status' && item.amountFen === fen),
      );
      if (round % 1000 === 0) decoder = zvtDecoder('serial');
    }
    mended.expectRead();
    expect(wrong).toEqual([]);
  });
});
