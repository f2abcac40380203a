import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PriceBook } from '../edge/core/catalogue/catalogue.ts';
import { createDownlink, type DownlinkParts } from './downlink.ts';
import { silent, testClock } from './store.fixture.ts';
import { BOOK_SHA256_HEADER, type HeadOfficeResponse } from './wire.ts';

const book = (version: number, storeId = 'S1'): PriceBook => ({
  storeId,
  version,
  issuedWallMs: 0,
  items: [],
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const sent = (text: string, digest = sha256(text)): HeadOfficeResponse => ({
  status: 200,
  headers: { 'content-encoding': 'gzip', [BOOK_SHA256_HEADER]: digest },
  body: gzipSync(text),
});

const nothingNewer: HeadOfficeResponse = { status: 204, headers: {}, body: new Uint8Array() };

function shop(parts: Partial<DownlinkParts> = {}) {
  const clock = testClock();
  const used: { book: PriceBook; sha256: string }[] = [];
  const asked: string[] = [];
  const far = { reply: async (): Promise<HeadOfficeResponse> => nothingNewer };
  const downlink = createDownlink({
    storeId: 'S1',
    token: 'secret',
    version: () => used.at(-1)?.book.version ?? 0,
    activate: (given, digest) => void used.push({ book: given, sha256: digest }),
    clock,
    random: () => 0.5,
    log: silent,
    send({ path }) {
      asked.push(path);
      return far.reply();
    },
    ...parts,
  });
  return { clock, used, asked, far, downlink };
}

describe('the downlink', () => {
  it('asks for what is newer than the book in use, every five seconds, and uses it', async () => {
    const { clock, used, asked, far, downlink } = shop();
    await clock.advance(0);
    expect(downlink.status()).toMatchObject({ link: 'up' });
    const text = JSON.stringify(book(3), null, 1);
    far.reply = async () => sent(text);
    await clock.advance(5000);
    far.reply = async () => nothingNewer;
    await clock.advance(5000);
    expect(used).toEqual([{ book: book(3), sha256: sha256(text) }]);
    expect(asked.map((path) => path.split('=')[1])).toEqual(['0', '0', '3']);
    await downlink.close();
    expect(clock.timers()).toBe(0);
  });

  it('takes a book as plain text as well', async () => {
    const { clock, used, far, downlink } = shop();
    const text = JSON.stringify(book(1));
    const headers = { [BOOK_SHA256_HEADER]: sha256(text) };
    far.reply = async () => ({ status: 200, headers, body: Buffer.from(text) });
    await clock.advance(5000);
    expect(used).toHaveLength(1);
    await downlink.close();
  });

  const text = JSON.stringify(book(2));
  const broken = { ...sent(text), body: gzipSync(text).subarray(0, 30) };
  const bomb = sent('0'.repeat(65 * 1024 * 1024));
  const wrong: [string, HeadOfficeResponse, string][] = [
    ['a digest of another text', sent(text, sha256('')), 'BOOK_DAMAGED'],
    ['no digest', { ...sent(text), headers: {} }, 'BOOK_DAMAGED'],
    ['half a gzip', broken, 'BOOK_DAMAGED'],
    ['a gzip that unpacks to more than any book', bomb, 'BOOK_DAMAGED'],
    ['no JSON', sent('version 3'), 'BOOK_UNREADABLE'],
    [
      'a price of half a fen',
      sent(JSON.stringify({ ...book(2), version: 1.5 })),
      'PRICE_BOOK_INVALID',
    ],
    ['a book of another store', sent(JSON.stringify(book(2, 'S2'))), 'BOOK_OF_ANOTHER_STORE'],
    ['the version in use', sent(JSON.stringify(book(1))), 'BOOK_NOT_NEWER'],
  ];
  it.each(wrong)('keeps the prices in use and says why: %s', async (_what, reply, code) => {
    const { clock, used, far, downlink } = shop();
    far.reply = async () => sent(JSON.stringify(book(1)));
    await clock.advance(5000);
    far.reply = async () => reply;
    await clock.advance(5000);
    expect(used.map((each) => each.book.version)).toEqual([1]);
    expect(downlink.status()).toMatchObject({ link: 'up' });
    expect(downlink.status().lastError).toMatch(new RegExp(`^${code}: `));
    await downlink.close();
  });

  it('says that the book could not be stored, and tries again', async () => {
    let full = true;
    const { clock, far, downlink } = shop({
      activate() {
        if (full) throw new Error('DISK_FULL');
      },
    });
    far.reply = async () => sent(text);
    await clock.advance(5000);
    expect(downlink.status().lastError).toMatch(/^BOOK_NOT_ACTIVATED: .*DISK_FULL/);
    full = false;
    await clock.advance(5000);
    expect(downlink.status().lastError).toBeUndefined();
    await downlink.close();
  });

  it('is down while head office is silent, asks less often, and asks at once when told', async () => {
    const { clock, asked, far, downlink } = shop();
    far.reply = () => Promise.reject(new Error('no route'));
    await clock.advance(600_000);
    expect(downlink.status()).toMatchObject({ link: 'down' });
    expect(downlink.status().lastError).toMatch(/^HEAD_OFFICE_UNREACHABLE/);
    expect(asked.length).toBeLessThan(15);
    far.reply = async () => nothingNewer;
    downlink.nudge();
    await clock.advance(0);
    expect(downlink.status()).toMatchObject({ link: 'up' });
    expect(downlink.status().lastError).toBeUndefined();
    await downlink.close();
  });

  it('ends at the newest prices in whatever order books arrive', async () => {
    const { clock, used, far, downlink } = shop();
    await clock.advance(0);
    for (const version of [2, 5, 3, 5, 1, 4, 7, 6]) {
      far.reply = async () => sent(JSON.stringify(book(version)));
      downlink.nudge();
      await clock.advance(0);
    }
    expect(used.map((each) => each.book.version)).toEqual([2, 5, 7]);
    await downlink.close();
  });
});
