/** The little of Protocol Buffers that an ONNX file needs, read and written byte by byte. */

export interface Field {
  number: number;
  /** Of a varint field. */
  value: number;
  /** Of a length-delimited field; empty for any other. */
  content: Buffer;
  /** The whole field as it lies in the file, tag included. */
  raw: Buffer;
}

/** The fields of one message in order. Throws RangeError where the bytes are no message. */
export function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const start = at;
    const tag = readVarint(message, at);
    at = tag.next;
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    let value = 0;
    let content: Buffer = Buffer.alloc(0);
    if (wire === 0) {
      ({ value, next: at } = readVarint(message, at));
    } else if (wire === 2) {
      const length = readVarint(message, at);
      at = length.next + length.value;
      content = message.subarray(length.next, at);
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4;
    } else throw new RangeError(`wire type ${wire} at byte ${start}`);
    if (at > message.length) throw new RangeError(`field ${number} ends beyond its message`);
    fields.push({ number, value, content, raw: message.subarray(start, at) });
  }
  return fields;
}

function readVarint(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0;
  for (let at = from, scale = 1; at < from + 10; at += 1, scale *= 128) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError(`cut off at byte ${at}`);
    value += (byte & 127) * scale;
    if (byte < 128) return { value, next: at + 1 };
  }
  throw new RangeError(`no number at byte ${from}`);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

export function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

export function blockField(field: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

export function textField(field: number, value: string): Buffer {
  return blockField(field, Buffer.from(value));
}
