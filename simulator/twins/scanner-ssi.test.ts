import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { startScannerSsi } from './scanner-ssi.ts';

function bench() {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock);
  const scanner = startScannerSsi(cable, { clock });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const listen = (ms: number) => {
    clock.advance(ms);
    return hex(Uint8Array.from(heard.splice(0)));
  };
  return { scanner, host, listen };
}

const golden = readGolden('scanner/golden/zebra-ssi.txt');
const said = (kind: string) => golden.filter((line) => line.meaning.kind === kind);

describe('the SSI scanner twin', () => {
  it('sends golden codes byte for byte', () => {
    const plain = said('code').filter(
      ({ meaning: { aimId, again, more, symbology } }) =>
        aimId && !again && !more && !['UPC-A', 'Data Matrix'].includes(String(symbology)),
    );
    expect(plain.length).toBeGreaterThanOrEqual(5);
    for (const { meaning, hex: wanted } of plain) {
      const { scanner, listen } = bench();
      scanner.scan(String(meaning.text), String(meaning.aimId));
      expect(listen(200)).toBe(wanted);
    }
  });

  it('sends again with the golden status bit until it is acknowledged', () => {
    const { scanner, host, listen } = bench();
    scanner.scan('6901234567892', ']E0');
    listen(200);
    const again = said('code').find(({ meaning }) => meaning.again);
    expect(listen(400)).toBe(again?.hex);
    const ack = golden.find((line) => line.direction === 'tx' && line.meaning.kind === 'ack');
    host?.write(ack?.bytes ?? new Uint8Array());
    expect(listen(2_000)).toBe('');
  });

  it('obeys every golden command with the golden acknowledgement', () => {
    const { scanner, host, listen } = bench();
    const reply = golden.find(
      (line) => line.direction === 'rx' && line.meaning.kind === 'ack',
    )?.hex;
    for (const kind of ['start-session', 'stop-session', 'disable', 'enable']) {
      host?.write(said(kind)[0]?.bytes ?? new Uint8Array());
      expect([kind, listen(200)]).toEqual([kind, reply]);
    }
    expect([scanner.isOn(), scanner.inSession()]).toEqual([true, false]);
  });
});
