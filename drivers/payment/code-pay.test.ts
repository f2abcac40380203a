import { expect, test } from 'vitest';
import { manualClock } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { DriverContext } from '../contract.ts';
import { memoryRequestWire } from '../wire/request.ts';
import {
  type Answers,
  answerFor,
  CALLS,
  GOLDEN_PATH,
  golden,
  inWords,
  nobody,
  OPTIONS,
  store,
} from './acquirer-for-tests.ts';
import { codePay } from './code-pay.ts';
import { parseWechatXml, wechatSign } from './wechat-v2.ts';

conforms(codePay, GOLDEN_PATH, { messages: true });

test('noise before an answer, and an answer cut off, do not hide the next one', () => {
  const noise = new TextEncoder().encode('<xm{"ali<xml><a>');
  for (const { direction, bytes, meaning } of golden) {
    if (direction === 'tx') continue;
    const decoder = codePay.decoder({});
    const cut = bytes.subarray(0, bytes.length - 9);
    const items = [noise, bytes, cut, bytes].flatMap((piece) => decoder.push(piece));
    expect(items.filter((item) => item.kind !== 'discarded')).toEqual([meaning, meaning]);
  }
});

// ---- bytes --------------------------------------------------------------------------------------

test('the signature is the one WeChat publishes for its example', () => {
  const fields = {
    appid: 'wxd930ea5d5a258f4f',
    mch_id: '10000100',
    device_info: '1000',
    body: 'test',
    nonce_str: 'ibuaiVcKdpRxkhJA',
  };
  expect(wechatSign(fields, '192006250b4c09247ec02edce69f6a2d')).toBe(
    '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
  );
});

function wechatFields(bytes: Uint8Array): Record<string, string> {
  const fields = parseWechatXml(new TextDecoder().decode(bytes));
  if (fields === undefined) throw new Error('not the XML of WeChat');
  return fields;
}

test('every request is the golden one, but for its nonce and the sign over it', async () => {
  const { terminal, requests } = await store();
  const asked = golden.filter((line) => line.direction === 'tx');
  expect(asked.map((line) => line.takenFor)).toEqual(Object.keys(CALLS));
  for (const { takenFor, bytes, meaning } of asked) {
    requests.length = 0;
    await CALLS[takenFor]!(terminal);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: meaning.path,
      headers: { 'content-type': meaning.contentType },
    });
    const body = request!.body!;
    if (takenFor.startsWith('Alipay')) {
      expect(new TextDecoder().decode(body)).toBe(new TextDecoder().decode(bytes));
      continue;
    }
    const mine = wechatFields(body);
    const theirs = wechatFields(bytes);
    expect(mine.sign).toBe(wechatSign(mine, OPTIONS.key));
    expect(theirs.sign).toBe(wechatSign(theirs, OPTIONS.key));
    expect({ ...mine, sign: '', nonce_str: '' }).toEqual({ ...theirs, sign: '', nonce_str: '' });
    expect(mine.nonce_str).toMatch(/^[0-9A-F]{32}$/);
  }
});

/** The word of an answer that decides. */
function saidBy(meaning: Record<string, string>): string | undefined {
  const { err_code, sub_code, trade_state, trade_status, code, return_code } = meaning;
  return err_code ?? sub_code ?? trade_state ?? trade_status ?? code ?? return_code;
}

let call = '';
for (const { direction, takenFor, bytes, meaning } of golden) {
  if (direction === 'tx') {
    call = takenFor;
    continue;
  }
  const ask = CALLS[call]!;
  const title = `${call.split(':')[0]} answered ${saidBy(meaning)} is ${takenFor}`;
  test(title, async () => {
    const { terminal } = await store(() => bytes);
    expect(takenFor).toMatch(new RegExp(`^${inWords(await ask(terminal))}\\b`));
  });
}

// ---- connecting ---------------------------------------------------------------------------------

test('connecting asks both channels for an order nobody ever made', async () => {
  const seen: string[] = [];
  const { alive } = await store(nobody, (request) => {
    seen.push(`${request.path} ${new TextDecoder().decode(request.body)}`);
    return nobody(request);
  });
  expect(seen).toHaveLength(2);
  expect(seen[0]).toMatch(/^\/pay\/orderquery .*<out_trade_no>W0-is-anybody-there</);
  expect(seen[1]).toMatch(/^\/gateway .*alipay\.trade\.query/);
  expect(alive()).toBeGreaterThan(0);
});

test('a wrong key is said to be a wrong key', async () => {
  const refused = () =>
    answerFor('W', 'unknown (connect', 'WeChat pay: 12.34 yuan, code 130000000000000018');
  await expect(store(nobody, refused)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
  const alipayRefuses: Answers = (request) =>
    request.path === '/gateway'
      ? answerFor('A', 'unknown (connect', 'Alipay pay: 12.34 yuan, code 280000000000000017')
      : nobody(request);
  await expect(store(nobody, alipayRefuses)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
  await expect(store(nobody, () => 403)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
});

test('something else at that address gives NO_REPLY, nobody there its own words', async () => {
  await expect(store(nobody, () => 404)).rejects.toMatchObject({ code: 'NO_REPLY' });
  await expect(store(nobody, () => 'hang up')).rejects.toMatchObject({ code: 'CLOSED' });
});

test('without a key it does not even try', async () => {
  const clock = manualClock();
  const wire = memoryRequestWire(
    () => ({ status: 200, headers: {}, body: new Uint8Array() }),
    clock,
  );
  const { signal } = new AbortController();
  const silent = { debug: () => {}, warn: () => {} };
  const context: DriverContext = {
    clock,
    log: silent,
    signal,
    connection: 1,
    alive: () => {},
    emit: () => {},
    warn: () => {},
    count: () => {},
  };
  await expect(codePay.connect(wire, {}, context)).rejects.toMatchObject({ code: 'BAD_OPTIONS' });
});

test('an idle acquirer is asked now and then; closing leaves nothing behind', async () => {
  const { terminal, clock, requests, letGo } = await store();
  expect(clock.timers()).toBe(1);
  await clock.advance(30_000);
  await expect.poll(() => requests.length).toBe(2);
  await clock.advance(30_000);
  await expect.poll(() => requests.length).toBe(4);
  await terminal.close();
  await terminal.close();
  letGo.abort();
  expect(clock.timers()).toBe(0);
});
