/**
 * Who may come to the store's broker: one account a device, its password made here and shown once.
 * Passwords are 192 random bits, so a plain hash of one cannot be guessed back.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';
import { mosquittoHash } from './mosquitto.ts';

export interface Identities {
  /** Makes an account, or a new password for it; the old one is worth nothing from now on. */
  issue(deviceId: string): string;
  remove(deviceId: string): boolean;
  list(): string[];
  opens(deviceId: string, password: Uint8Array): boolean;
  /** The hash a mosquitto wants, by account; accounts of before that have none. */
  forMosquitto(): Record<string, string>;
}

const hashOf = (password: Uint8Array): Buffer => createHash('sha256').update(password).digest();

/** Kept in `<dataDir>/mqtt-identities.json`, read anew for every login: commands change it too. */
export function identitiesIn(dataDir: string): Identities {
  const file = join(dataDir, 'mqtt-identities.json');
  const read = (): Record<string, string> =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const write = (all: Record<string, string>): void => replaceFile(file, JSON.stringify(all));
  return {
    issue(deviceId) {
      const password = randomBytes(24).toString('base64url');
      const ours = hashOf(Buffer.from(password)).toString('hex');
      write({ ...read(), [deviceId]: `${ours} ${mosquittoHash(password)}` });
      return password;
    },
    remove(deviceId) {
      const { [deviceId]: hash, ...rest } = read();
      if (hash !== undefined) write(rest);
      return hash !== undefined;
    },
    list: () => Object.keys(read()).sort(),
    opens(deviceId, password) {
      const all = read();
      const known = Object.hasOwn(all, deviceId) ? all[deviceId] : undefined;
      const [ours] = known?.split(' ') ?? [];
      const right = Buffer.from(ours ?? '0'.repeat(64), 'hex');
      return timingSafeEqual(right, hashOf(password)) && known !== undefined;
    },
    forMosquitto: () =>
      Object.fromEntries(
        Object.entries(read()).flatMap(([id, hashes]) => {
          const [, theirs] = hashes.split(' ');
          return theirs === undefined ? [] : [[id, theirs]];
        }),
      ),
  };
}
