/**
 * A trace as pcapng, for Wireshark: link type 147 (USER0), microseconds, the direction in the
 * packet's flags, words as comments. Layout: draft-ietf-opsawg-pcapng, all little-endian.
 *
 *   block      type u32 · total length u32 · body (padded to 4) · total length u32
 *   SHB        0A0D0D0A: magic 1A2B3C4D · version 1.0 · section length −1
 *   IDB        00000001: link type u16 · 0 · snap length u32 · options if_name 2, if_tsresol 9
 *   EPB        00000006: interface · time high · time low · kept · length · bytes · options
 *              opt_comment 1, epb_flags 2 (1 inbound, 2 outbound)
 */
import type { Trace, TraceHeader } from './ytrace.ts';

const LINKTYPE_USER0 = 147;
const COMMENT = 1;
const IF_NAME = 2;
const EPB_FLAGS = 2;
const IF_TSRESOL = 9;
const MICROSECONDS = 6;

const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * at);
  return bytes;
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, 2 * at);
  return bytes;
}

const option = (code: number, value: Uint8Array): Buffer =>
  Buffer.concat([u16(code, value.length), padded(value)]);

const options = (...all: Buffer[]): Buffer =>
  all.length === 0 ? Buffer.alloc(0) : Buffer.concat([...all, u16(0, 0)]);

function block(type: number, ...body: Buffer[]): Buffer {
  const inside = padded(Buffer.concat(body));
  const length = inside.length + 12;
  return Buffer.concat([u32(type, length), inside, u32(length)]);
}

function interfaceBlock({ device, driver, address }: TraceHeader): Buffer {
  return block(
    0x0000_0001,
    u16(LINKTYPE_USER0, 0),
    u32(0),
    options(
      option(IF_NAME, Buffer.from(`${device} ${driver} ${address}`.slice(0, 200))),
      option(IF_TSRESOL, Uint8Array.of(MICROSECONDS)),
    ),
  );
}

/** Wire bytes are packets; events and notes are empty packets with a comment. */
export function toPcapng(
  { header, entries }: Trace,
  meanings: ReadonlyMap<number, string> = new Map(),
): Uint8Array {
  const startUs = BigInt(Date.parse(header.startedAt) || 0) * 1000n;
  const firstUs = entries[0]?.tUs ?? 0;
  const packets = entries.map(({ seq, tUs, direction, bytes, of }) => {
    const at = startUs + BigInt(Math.round(tUs - firstUs));
    const wire = direction === 'rx' || direction === 'tx';
    const data = wire ? bytes : new Uint8Array();
    const words = wire ? meanings.get(seq) : Buffer.from(bytes).toString('utf8');
    const flags = { rx: 1, tx: 2, ev: 0, note: 0 }[direction];
    return block(
      0x0000_0006,
      u32(
        0,
        Number(at >> 32n),
        Number(at & 0xffff_ffffn),
        data.length,
        (wire && of) || data.length,
      ),
      padded(data),
      options(
        ...(words === undefined ? [] : [option(COMMENT, Buffer.from(words.slice(0, 2000)))]),
        option(EPB_FLAGS, u32(flags)),
      ),
    );
  });
  const section = block(0x0a0d_0d0a, u32(0x1a2b_3c4d), u16(1, 0), u32(0xffff_ffff, 0xffff_ffff));
  return Buffer.concat([section, interfaceBlock(header), ...packets]);
}
