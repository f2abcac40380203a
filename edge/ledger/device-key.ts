/** The key a box signs with: made by the box itself at its first boot, never leaving it. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from './database.ts';
import { LedgerError } from './errors.ts';

/** PKCS #8 in PEM, readable by its owner alone. */
export const KEY_FILE = 'device.key';

/** Ed25519 (RFC 8032): the same text always gets the same signature. */
export interface DeviceKey {
  /** The 32 bytes of the public key, base64url: `x` of its JWK (RFC 8037). */
  publicKey: string;
  /** 64 bytes, base64url. */
  sign(text: string): string;
}

/** The key of the box in `dir`, made where there is none. Throws LedgerError `KEY_CHANGED`. */
export function openDeviceKey(dir: string): DeviceKey {
  if (!existsSync(join(dir, KEY_FILE))) makeKey(dir);
  return keyOf(readFileSync(join(dir, KEY_FILE), 'utf8'), join(dir, KEY_FILE));
}

/** Whole under its name or not there at all, whenever the power goes. */
function makeKey(dir: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const half = join(dir, `${KEY_FILE}.half`);
  rmSync(half, { force: true });
  const handle = openSync(half, 'wx', 0o600);
  try {
    writeSync(handle, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(half, join(dir, KEY_FILE));
  syncDirectory(dir);
}

function keyOf(pem: string, file: string): DeviceKey {
  const privateKey = parsed(pem, file);
  const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
  return {
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  };
}

/** A file that holds no key of this kind is as foreign as another box's key. */
function parsed(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new LedgerError('KEY_CHANGED', `${file}: not a key`, { cause });
  }
  throw new LedgerError('KEY_CHANGED', `${file}: not an Ed25519 key`);
}

/** Whether the holder of `publicKey` signed `text`; false as well for what is no key at all. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  if (Buffer.from(publicKey, 'base64url').length !== 32) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}
