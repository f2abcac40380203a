/**
 * CRC-16 of the reflected polynomial A001. CRC-16/MODBUS starts at FFFF ("123456789" gives 4B37),
 * CRC-16/ARC at 0 (BB3D). Eight bytes a step by eight tables: each byte is looked up by itself,
 * and no look-up waits for the one before ("slicing by 8", Kounavis and Berry, 2005).
 */

/** What a byte makes of an empty CRC. */
const T0 = Uint16Array.from({ length: 256 }, (_unused, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});
/** The same where one more byte follows. */
const further = (table: Uint16Array): Uint16Array =>
  table.map((crc) => (crc >> 8) ^ T0[crc & 0xff]!);
const T1 = further(T0);
const T2 = further(T1);
const T3 = further(T2);
const T4 = further(T3);
const T5 = further(T4);
const T6 = further(T5);
const T7 = further(T6);

/** Of `bytes` from `from` up to `to`, begun at or continued from `crc`. */
export function crc16(bytes: Uint8Array, from: number, to: number, crc: number): number {
  let at = from;
  for (const last = to - 8; at <= last; at += 8) {
    crc =
      T7[(crc ^ bytes[at]!) & 0xff]! ^
      T6[((crc >> 8) ^ bytes[at + 1]!) & 0xff]! ^
      T5[bytes[at + 2]!]! ^
      T4[bytes[at + 3]!]! ^
      T3[bytes[at + 4]!]! ^
      T2[bytes[at + 5]!]! ^
      T1[bytes[at + 6]!]! ^
      T0[bytes[at + 7]!]!;
  }
  for (; at < to; at++) crc = (crc >> 8) ^ T0[(crc ^ bytes[at]!) & 0xff]!;
  return crc;
}
