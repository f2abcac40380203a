const TWO_DIGITS = Array.from({ length: 256 }, (_unused, byte) =>
  byte.toString(16).padStart(2, '0').toUpperCase(),
);

/** Bytes as people read them: `01 02 0D`. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    if (at > 0) text += ' ';
    text += TWO_DIGITS[bytes[at]!];
  }
  return text;
}

/** Bytes from hex, spaced or not; undefined where it is none. */
export function fromHex(hex: string): Uint8Array | undefined {
  const digits = hex.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** One character a byte (ISO 8859-1). */
export function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
