/**
 * Bodies of answers out of a byte stream, for reading a trace: WeChat's `<xml>…</xml>` and
 * Alipay's `{"alipay_…}`. Says what was sent, not what it is worth: signatures are the
 * session's business.
 */
import type { DecodedItem, Decoder } from '../contract.ts';
import { framer, type Piece, type Recognise, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import { objectLength, parseAlipayJson } from './alipay.ts';
import { utf8, withoutCardNumbers } from './dialect.ts';
import { parseWechatXml } from './wechat-v2.ts';

const XML = new TextEncoder().encode('<xml>');
const XML_END = new TextEncoder().encode('</xml>');
const JSON_HEAD = new TextEncoder().encode('{"alipay_');

/** Items `wechat-answer` and `alipay-answer` with their fields, card numbers masked. */
export function answerDecoder(): Decoder {
  const frames = framer(startingWith({ 60: xmlFrame, 123: jsonFrame }));
  const items = (pieces: Piece[]): DecodedItem[] => pieces.map(itemOf);
  return { push: (bytes) => items(frames.push(bytes)), end: () => items(frames.end()) };
}

const xmlFrame: Recognise = (held) => {
  const end = bufferOf(held).indexOf(XML_END);
  const length = end < 0 ? undefined : end + XML_END.length;
  return frameOf(held, XML, length, (frame) => itemOfXml(frame) !== undefined);
};

const jsonFrame: Recognise = (held) =>
  frameOf(held, JSON_HEAD, objectLength(held), (frame) => parseAlipayJson(frame) !== undefined);

/** A body from its head to its end; where another one begins before that, the first was cut off. */
function frameOf(
  held: Uint8Array,
  head: Uint8Array,
  length: number | undefined,
  valid: (frame: Uint8Array) => boolean,
): ReturnType<Recognise> {
  if (!beginsLike(held, head)) return { skip: 1 };
  for (const other of [XML, JSON_HEAD]) {
    const again = bufferOf(held).indexOf(other, 1);
    if (again > 0 && again < (length ?? held.length)) return { skip: again };
  }
  if (length === undefined) return 'wait';
  return valid(held.subarray(0, length)) ? { take: length } : { skip: 1 };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function beginsLike(held: Uint8Array, head: Uint8Array): boolean {
  const length = Math.min(held.length, head.length);
  return head.subarray(0, length).every((byte, index) => held[index] === byte);
}

function itemOf(piece: Piece): DecodedItem {
  if ('discarded' in piece) {
    return { kind: 'discarded', hex: toHex(piece.discarded) };
  }
  const json = parseAlipayJson(piece.frame);
  if (json === undefined) return itemOfXml(piece.frame)!;
  return { ...withoutCardNumbers(json.fields), kind: 'alipay-answer', node: json.node };
}

/** Without signature and nonce: they mean nothing to a reader. */
function itemOfXml(bytes: Uint8Array): DecodedItem | undefined {
  const text = utf8(bytes);
  const fields = text === undefined ? undefined : parseWechatXml(text);
  if (fields === undefined) return undefined;
  const { sign: _sign, nonce_str: _nonce, ...rest } = fields;
  return { ...withoutCardNumbers(rest), kind: 'wechat-answer' };
}
