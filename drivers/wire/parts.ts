/** Parts of a multipart/x-mixed-replace stream that tell their length (RFC 2046 §5.1, HTTP). */

const MAX_HEAD_BYTES = 4096;
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * `part` hears head and body of each whole part. A part without `Content-Length`, or longer than
 * 8 MiB, is stepped over; what is held stays bounded.
 */
export function partSplitter(part: (head: string, body: Uint8Array) => void) {
  let held: Buffer = Buffer.alloc(0);
  const next = (): boolean => {
    const end = held.indexOf(HEAD_END);
    if (end < 0) {
      if (held.length > MAX_HEAD_BYTES) held = held.subarray(-HEAD_END.length);
      return false;
    }
    const head = held.subarray(0, end).toString('latin1');
    const length = Number(/^content-length:\s*(\d{1,8})\s*$/im.exec(head)?.[1]);
    const from = end + HEAD_END.length;
    if (!(length <= MAX_BODY_BYTES)) {
      held = held.subarray(from);
      return true;
    }
    if (held.length < from + length) return false;
    part(head, held.subarray(from, from + length));
    held = held.subarray(from + length);
    return true;
  };
  return {
    push(bytes: Uint8Array): void {
      held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
      while (next());
    },
  };
}
