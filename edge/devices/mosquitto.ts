/**
 * What a mosquitto needs to stand in for the store's own broker: the same accounts with the same
 * passwords, and for each the same rights. Written once, read by mosquitto alone.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';

/** The account the store itself comes with. */
export const STORE_ACCOUNT = 'yike-store';

const ITERATIONS = 101;
const SALT_BYTES = 12;
const HASH_BYTES = 64;

/** A password as mosquitto 2 keeps it: PBKDF2 with SHA-512. Ours are 192 random bits. */
export function mosquittoHash(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return ['', 7, ITERATIONS, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Files by name. @param folder where they will lie; @param accounts hash by account */
export function mosquittoFiles(
  { host, port, root, folder }: { host: string; port: number; root: string; folder: string },
  accounts: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = (access: string, topic: string): string =>
    `pattern ${access} ${root}/dev/%u/${topic}`;
  return {
    'mosquitto.conf': lines(
      'per_listener_settings false',
      'allow_anonymous false',
      `password_file ${folder}/passwd`,
      `acl_file ${folder}/acl`,
      `listener ${port} ${host}`,
      // Without it every command waits 40 ms for an acknowledgement.
      'set_tcp_nodelay true',
      // A command that waits for a device is a command too late.
      'persistence false',
      'max_queued_messages 100',
      'message_size_limit 65536',
      'max_connections 512',
    ),
    acl: lines(
      `user ${STORE_ACCOUNT}`,
      `topic readwrite ${root}/#`,
      '',
      ...['description', 'state', 'reading', 'event', 'resp/+'].map((each) => own('write', each)),
      own('read', 'cmd/+'),
    ),
    passwd: lines(...Object.entries(accounts).map(([id, hash]) => `${id}:${hash}`)),
  };
}

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
