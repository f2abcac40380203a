/**
 * GS1 Digital Link, parsed and never fetched:
 * `https://host[/path]/01/gtin[/22/…][/10/…][/21/…]?17=…`
 */
import { type Element, type ElementString, parseElementString } from './element-string.ts';

const LINK = /^https?:\/\/[^/?#\s]+((?:\/[^?#\s]*)?)(?:\?([^#\s]*))?(?:#\S*)?$/i;

/** Qualifiers of AI 01, in the only order they may follow it. */
const QUALIFIERS = ['22', '10', '21'];

/** Undefined where the text is a web address, but not of an article. */
export function parseDigitalLink(text: string): ElementString | undefined {
  const match = LINK.exec(text);
  if (!match) return undefined;
  const path = (match[1] ?? '').split('/').slice(1);
  const key = path.indexOf('01');
  if (key < 0) return undefined;
  const pairs = [...inPath(path.slice(key)), ...inQuery(match[2] ?? '')];
  const elements = pairs.map(({ ai, value }) => ({ ai, value: decoded(value) }));
  const unread = elements.find(({ value }) => value === undefined || value === '');
  if (unread) return { ok: false, problem: 'bad-characters', ai: unread.ai };
  const misplaced = firstMisplaced(path.slice(key));
  if (misplaced !== undefined) return { ok: false, problem: 'conflict', ai: misplaced };
  return checked(elements.map(({ ai, value }) => ({ ai, value: value ?? '' })));
}

function inPath(path: string[]): Element[] {
  const pairs: Element[] = [];
  for (let at = 0; at < path.length; at += 2) {
    pairs.push({ ai: path[at] ?? '', value: path[at + 1] ?? '' });
  }
  return pairs;
}

/** Parameters whose name is no AI (`utm_source` …) belong to the web, not to the article. */
function inQuery(query: string): Element[] {
  return query.split('&').flatMap((part) => {
    const [ai = '', value = ''] = part.split('=', 2);
    return /^\d{2,4}$/.test(ai) ? [{ ai, value }] : [];
  });
}

/** Percent-decoding that answers instead of throwing on a broken escape. */
function decoded(value: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(value)) return undefined;
  const bytes = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return /^[\x20-\x7e]*$/.test(bytes) ? bytes : undefined;
}

function firstMisplaced(path: string[]): string | undefined {
  let last = -1;
  for (let at = 2; at < path.length; at += 2) {
    const rank = QUALIFIERS.indexOf(path[at] ?? '');
    if (rank <= last) return path[at];
    last = rank;
  }
  return undefined;
}

/** Each value alone must be a whole element, and all together an element string. */
function checked(elements: Element[]): ElementString {
  const joined = parseElementString(elements.map(({ ai, value }) => ai + value).join('\x1d'));
  if (!joined.ok) return joined;
  const same = elements.every((element, at) => {
    const read = joined.elements[at];
    return read?.ai === element.ai && read.value === element.value;
  });
  return same ? joined : { ok: false, problem: 'unknown-ai', ai: elements[0]?.ai ?? '' };
}
