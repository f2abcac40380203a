import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYNC_REFUSALS, sentence } from './errors.ts';
import { batchText, storeFixture } from './store.fixture.ts';
import { decodeEvents, encodeEvents, MAX_BATCH_BYTES } from './wire.ts';

describe('events on the wire', () => {
  it('arrive as the very bytes that were hashed, whatever is written in them', () => {
    const reasons = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(reasons, (texts) => {
        const store = storeFixture('S1');
        for (const reason of texts) store.append({ type: 'SaleCancelled', body: { reason } });
        const decoded = decodeEvents(batchText(store, 1, texts.length));
        if (!decoded.ok) throw new Error(decoded.refusal.code);
        const back = decoded.value.map(({ seq, hash, record }) => ({ seq, hash, record }));
        expect(back).toEqual(store.events);
      }),
    );
  });

  it('carry what is said around a body even where the body is broken off', () => {
    const store = storeFixture('S1');
    store.appendBroken();
    const decoded = decodeEvents(batchText(store, 1, 1));
    expect(decoded).toMatchObject({ ok: true, value: [{ seq: 1, store: 'S1', type: 'Booted' }] });
  });

  it('go in requests of bounded size, and one large event still goes', () => {
    const store = storeFixture('S1');
    const reason = 'x'.repeat(MAX_BATCH_BYTES / 2);
    for (let each = 0; each < 3; each++) store.append({ type: 'SaleCancelled', body: { reason } });
    expect(encodeEvents(store.events).count).toBe(1);
    expect(encodeEvents([]).count).toBe(0);
  });

  const good = batchText(withOne(), 1, 1);
  const bad: [string, string][] = [
    ['a line without its end', good.slice(0, -1)],
    ['an empty line', '\n'],
    ['a hash of 63 digits', good.replace(/"hash":"./, '"hash":"')],
    ['a hash in capitals', good.replace(/"hash":"\w+/, (hash) => hash.toUpperCase())],
    ['another key order', good.replace('{"seq":1,"epoch":1', '{"epoch":1,"seq":1')],
    ['a seq with a fraction', good.replace('"seq":1', '"seq":1.5')],
    ['a raw NUL', good.replace('lane-1', 'lane\0')],
    ['a page of HTML', '<!doctype html>\n'],
  ];
  it.each(bad)('are refused with the number of the line: %s', (_what, text) => {
    const decoded = decodeEvents(text);
    expect(decoded).toMatchObject({
      ok: false,
      refusal: { code: 'BAD_LINE', detail: { line: 1 } },
    });
  });
});

function withOne() {
  const store = storeFixture('S1');
  store.sell(1);
  return store;
}

describe('the words of sync', () => {
  it.each(Object.entries(SYNC_REFUSALS))(
    '%s says what and what next in both languages',
    (code, each) => {
      for (const { zh, en } of [each.message, each.next]) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(en).toMatch(/^[A-Z][ -~]+$/);
      }
      expect(sentence({ code, ...each, detail: { seq: 3 } })).toContain('(seq=3)');
    },
  );
});
