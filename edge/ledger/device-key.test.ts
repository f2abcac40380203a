/** The box's own key: made once, nobody else's to read, and missed where it was replaced. */

import { generateKeyPairSync } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acceptCut } from './backup.ts';
import { isSignedBy, KEY_FILE, openDeviceKey } from './device-key.ts';
import { aDay, open } from './heads.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

let dir: string;
let free: () => void;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

describe("the box's key", () => {
  test('is made at the first boot, is nobody else’s to read, and stays', () => {
    open(dir, 'a').close();
    const { mode } = statSync(join(dir, KEY_FILE));
    expect((mode & 0o777).toString(8)).toBe('600');
    const { publicKey } = openDeviceKey(dir);
    open(dir, 'b').close();
    expect(openDeviceKey(dir).publicKey).toBe(publicKey);
    expect(verifyLedger(dir).deviceKey).toBe(publicKey);
  });

  test('half written when the power went is made anew', () => {
    writeFileSync(join(dir, `${KEY_FILE}.half`), '-----BEGIN PRI');
    open(dir, 'a').close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
  });

  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  test.each<[string, string | undefined]>([
    ['another box’s key', String(other)],
    ['a key of another kind', String(rsa.export({ type: 'pkcs8', format: 'pem' }))],
    ['no key at all', 'not a key'],
    ['nothing', undefined],
  ])('replaced by %s: the store does not open, until a person accepts it', (_, pem) => {
    aDay(dir);
    rmSync(join(dir, KEY_FILE));
    if (pem !== undefined) {
      writeFileSync(join(dir, KEY_FILE), pem);
      expect(verifyLedger(dir)).toMatchObject({
        ok: false,
        reason: { en: expect.stringMatching(/device key/) },
      });
    }
    expect(() => open(dir, 'b')).toThrow(expect.objectContaining({ code: 'KEY_CHANGED' }));
    expect(() => open(dir, 'b'), 'nor at the second try').toThrow(/KEY_CHANGED/);
    rmSync(join(dir, KEY_FILE));
    acceptCut(dir);
    const ledger = open(dir, 'c');
    expect(ledger.epoch).toBe(2);
    shop.sellApples(ledger, 'sale-c');
    ledger.close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, epoch: 2, anchored: true });
  });

  test.each(['', 'AAAA', 'x'.repeat(43)])('a public key of %j has signed nothing', (key) => {
    expect(isSignedBy(key, 'text', 'AAAA')).toBe(false);
  });
});
