/**
 * JPEG pictures out of a multipart/x-mixed-replace stream. A JPEG says itself where it ends
 * (ITU-T T.81: segments carry their length, image data ends at the next marker), so pictures are
 * found by walking them: with or without Content-Length, whatever the boundary, in any pieces.
 *
 * | bytes               | meaning                                                            |
 * |---------------------|--------------------------------------------------------------------|
 * | FF D8 … FF D9       | one picture; a thumbnail lies inside a segment and is stepped over |
 * | FF C0…CF (no C4 C8 CC) | frame header: …, height, width, two bytes each                  |
 * | FF DA               | image data follows; FF 00 and FF D0…D7 belong to it                |
 * | CR LF --… CR LF CR LF | separator and head of a part: stepped over                       |
 */

/** A picture longer than this is no picture of ours. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
const MAX_HEAD_BYTES = 2048;

export type Found = { jpeg: Uint8Array; width: number; height: number } | { discarded: Uint8Array };

export interface PictureFinder {
  push(bytes: Uint8Array): Found[];
  /** End of input: what is still held comes out. */
  end(): Found[];
}

/** Where the walk through the picture being received stands. */
interface Walk {
  at: number;
  inImage: boolean;
  width: number;
  height: number;
}

type Verdict = { take: number } | { step: number } | { discard: number } | 'wait';

/** Never throws; holds one unfinished picture, at most 2 MiB. */
export function pictureFinder(): PictureFinder {
  let buffer = new Uint8Array(64 * 1024);
  let held = 0;
  let walk = newWalk();

  /** At the end of input an unfinished picture is noise, and may hide whole ones. */
  const drain = (out: Found[], ended: boolean): void => {
    let start = 0;
    let noise = 0;
    const settleNoise = (): void => {
      if (noise < start) out.push({ discarded: buffer.slice(noise, start) });
    };
    while (start < held) {
      const rest = buffer.subarray(start, held);
      let verdict = lookAt(rest, walk);
      if (verdict === 'wait') {
        if (!ended) break;
        verdict = { discard: 1 };
      }
      if ('discard' in verdict) {
        start += verdict.discard;
      } else {
        settleNoise();
        const { width, height } = walk;
        if ('take' in verdict) out.push({ jpeg: rest.slice(0, verdict.take), width, height });
        start += 'take' in verdict ? verdict.take : verdict.step;
        noise = start;
      }
      walk = newWalk();
    }
    settleNoise();
    buffer.copyWithin(0, start, held);
    held -= start;
  };

  return {
    push(bytes) {
      const out: Found[] = [];
      // In pieces, so that what is held stays bounded whatever arrives at once.
      for (let at = 0; at < bytes.length; at += MAX_PICTURE_BYTES) {
        const piece = bytes.subarray(at, at + MAX_PICTURE_BYTES);
        buffer = roomFor(buffer, held, piece.length);
        buffer.set(piece, held);
        held += piece.length;
        drain(out, false);
      }
      return out;
    },
    end() {
      const out: Found[] = [];
      drain(out, true);
      return out;
    },
  };
}

function roomFor(buffer: Uint8Array<ArrayBuffer>, held: number, more: number): typeof buffer {
  if (held + more <= buffer.length) return buffer;
  const larger = new Uint8Array(Math.max(buffer.length * 2, held + more));
  larger.set(buffer.subarray(0, held));
  return larger;
}

function newWalk(): Walk {
  return { at: 2, inImage: false, width: 0, height: 0 };
}

function lookAt(bytes: Uint8Array, walk: Walk): Verdict {
  if (bytes[0] === 0xff) return lookAtPicture(bytes, walk);
  if (bytes[0] === 0x0d) return bytes.length < 2 ? 'wait' : lineEnd(bytes);
  if (bytes[0] === 0x2d) return lookAtHead(bytes);
  const next = bytes.findIndex((byte) => byte === 0xff || byte === 0x0d || byte === 0x2d);
  return { discard: next < 0 ? bytes.length : next };
}

function lineEnd(bytes: Uint8Array): Verdict {
  return bytes[1] === 0x0a ? { step: 2 } : { discard: 1 };
}

/** `--boundary`, header lines, an empty line; all of it printable. */
function lookAtHead(bytes: Uint8Array): Verdict {
  if (bytes.length > 1 && bytes[1] !== 0x2d) return { discard: 1 };
  const seen = Math.min(bytes.length, MAX_HEAD_BYTES);
  for (let at = 0; at < seen; at++) {
    const byte = bytes[at]!;
    const [before, line] = [bytes[at - 3], bytes[at - 2]];
    if (byte === 0x0a && bytes[at - 1] === 0x0d && line === 0x0a && before === 0x0d) {
      return { step: at + 1 };
    }
    const printable = byte >= 0x20 && byte < 0x7f;
    if (!printable && byte !== 0x0d && byte !== 0x0a && byte !== 0x09) return { discard: at };
  }
  return seen < MAX_HEAD_BYTES ? 'wait' : { discard: 1 };
}

function lookAtPicture(bytes: Uint8Array, walk: Walk): Verdict {
  if (bytes.length < 2) return 'wait';
  if (bytes[1] !== 0xd8) return { discard: 1 };
  for (;;) {
    if (walk.inImage) walk.at = endOfImageData(bytes, walk.at);
    if (walk.at > MAX_PICTURE_BYTES) return { discard: 1 };
    if (walk.at + 1 >= bytes.length) return 'wait';
    if (bytes[walk.at] !== 0xff) return { discard: 1 };
    const marker = bytes[walk.at + 1]!;
    if (marker === 0xd9) {
      return walk.width > 0 && walk.height > 0 ? { take: walk.at + 2 } : { discard: 1 };
    }
    // Fill bytes may stand before a marker; a second beginning means the first was cut off.
    if (marker === 0xff) {
      walk.at += 1;
      continue;
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return { discard: 1 };
    if (walk.at + 3 >= bytes.length) return 'wait';
    const length = word(bytes, walk.at + 2);
    if (length < 2) return { discard: 1 };
    if (isFrameHeader(marker)) {
      if (walk.at + 8 >= bytes.length) return 'wait';
      walk.height = word(bytes, walk.at + 5);
      walk.width = word(bytes, walk.at + 7);
    }
    walk.inImage = marker === 0xda;
    walk.at += 2 + length;
  }
}

/** First marker that does not belong to the image data, or the end of what is there. */
function endOfImageData(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1];
    if (next === undefined) return at;
    if (next !== 0x00 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += 2;
  }
  return at;
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
