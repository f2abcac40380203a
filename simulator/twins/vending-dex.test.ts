import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { auditLines, crc16, createBooks, vend } from './vending-books.ts';
import { auditBlocks, dexFrame, startVendingDex, type VendingFault } from './vending-dex.ts';

const golden = readGolden('vending/golden/dex.txt');
const hello = golden.find(
  ({ direction, meaning }) => direction === 'tx' && meaning.kind === 'hello',
);

function bench() {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock);
  const books = createBooks('YKF0000017', { A1: 450 });
  let fault: VendingFault | undefined;
  const machine = startVendingDex(cable, { clock, books, random: () => 0, fault: () => fault });
  const host = cable.connect();
  let heard = '';
  host?.onBytes((bytes) => {
    heard += `${hex(bytes)} `;
  });
  const say = (bytes: readonly number[] | Uint8Array, waitMs = 300) => {
    heard = '';
    host?.write(Uint8Array.from(bytes));
    clock.advance(waitMs);
    return heard.trim();
  };
  const setFault = (next?: VendingFault) => {
    fault = next;
  };
  /** Both have said who they are; the machine asks to send. */
  const meet = () => [
    say([0x05]),
    say(hello?.bytes ?? []),
    say([0x04]),
    say([0x10, 0x30]),
    say([0x10, 0x31]),
  ];
  return { say, meet, books, setFault, machine };
}

describe('the audit port of a vending machine', () => {
  it('says every golden frame byte for byte', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0xbb3d);
    const frames = golden.filter(({ meaning }) =>
      ['hello', 'block'].includes(String(meaning.kind)),
    );
    expect(frames.length).toBeGreaterThanOrEqual(8);
    for (const { hex: wanted, meaning } of frames) {
      const { kind, commId, operation, revision, text, last } = meaning;
      const made =
        kind === 'hello'
          ? dexFrame(0x01, `${commId}${operation}${revision}`, 0x03)
          : dexFrame(0x02, String(text), last ? 0x03 : 0x17);
      expect(hex(made)).toBe(wanted);
    }
  });

  it('lets a reader introduce itself, does the same, and asks to send', () => {
    const { meet } = bench();
    const itsName = golden.find(({ meaning }) => meaning.operation === 'S')?.hex;
    expect(meet()).toEqual(['10 30', '10 31', '05', itsName, '04 05']);
  });

  it('sends block after block for alternating acknowledgements, the same again for NAK', () => {
    const { meet, say, books } = bench();
    vend(books, 0, 'cash');
    meet();
    const blocks = auditBlocks(auditLines(books)).map(hex);
    expect(blocks.length).toBeGreaterThan(1);
    expect(say([0x10, 0x30])).toBe(blocks[0]);
    expect(say([0x15])).toBe(blocks[0]);
    expect(say([0x10, 0x30])).toBe('');
    expect(say([0x10, 0x31])).toBe(blocks[1]);
    expect(say([0x10, 0x30])).toBe(blocks[2] ?? '04');
  });

  it('that hears nothing asks for the acknowledgement again, and gives up in the end', () => {
    const { meet, say } = bench();
    meet();
    say([0x10, 0x30]);
    expect(say([], 1500)).toBe('05');
    expect(say([], 9000)).toBe('05 05');
    expect(say([0x05])).toBe('10 30');
  });

  it('writes a file that counts and sums itself', () => {
    const { books } = bench();
    const lines = auditLines(books);
    const from = lines.findIndex((line) => line.startsWith('ST'));
    const to = lines.findIndex((line) => line.startsWith('SE'));
    expect(lines[to]).toBe(`SE*${to - from + 1}*0001\r\n`);
    const sum = lines.findIndex((line) => line.startsWith('G85'));
    const crc = crc16(Buffer.from(lines.slice(from, sum).join('')));
    expect(lines[sum]).toBe(`G85*${crc.toString(16).toUpperCase().padStart(4, '0')}\r\n`);
  });

  it.each([
    ['silence', ''],
    ['late', ''],
  ] as const)('with the fault %s says nothing in time', (fault, wanted) => {
    const { say, setFault } = bench();
    setFault(fault);
    expect(say([0x05], 5000)).toBe(wanted);
  });
});
