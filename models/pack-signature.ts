/** Who made a pack: Ed25519 (RFC 8032) over the bytes of its manifest, which lists every file. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SIGNATURE_FILE = 'pack.sig';

/** Public keys, base64url of 32 bytes (`x` of a JWK, RFC 8037), whose packs every box takes. */
export const RELEASE_KEYS: readonly string[] = ['AfSJ3I8Zesot4KCh0QQEPxdR5ei6PxgAJEigR2UU-LM'];

interface Signature {
  key: string;
  signature: string;
}

/** Signs `pack.json` of a folder with a PKCS #8 key; makes the key file where there is none. */
export function signPack(folder: string, keyFile: string): string {
  if (!existsSync(keyFile)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(keyFile, pem, { mode: 0o600, flag: 'wx' });
  }
  const privateKey = createPrivateKey(readFileSync(keyFile));
  const key = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
  const signature = sign(null, readFileSync(join(folder, 'pack.json')), privateKey);
  const signed: Signature = { key, signature: signature.toString('base64url') };
  writeFileSync(join(folder, SIGNATURE_FILE), `${JSON.stringify(signed, null, 2)}\n`);
  return key;
}

/** Undefined where the manifest is signed by one of `trusted`; otherwise why not, in words. */
export function signatureFault(folder: string, trusted: readonly string[]): string | undefined {
  const path = join(folder, SIGNATURE_FILE);
  if (!existsSync(path)) return `no ${SIGNATURE_FILE}`;
  try {
    const { key, signature }: Signature = JSON.parse(readFileSync(path, 'utf8'));
    if (!trusted.includes(key)) return `signed by ${key}, which is not trusted here`;
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: key },
      format: 'jwk',
    });
    const manifest = readFileSync(join(folder, 'pack.json'));
    const right = verify(null, manifest, publicKey, Buffer.from(signature, 'base64url'));
    return right ? undefined : 'the signature does not fit the manifest';
  } catch (error) {
    return `${SIGNATURE_FILE}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
