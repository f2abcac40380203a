/** The controller's log: JSON lines, secrets redacted, capped on disk, never fatal. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

export type Log = Logger;

/** One file of at most this many bytes, and the one before it. */
const LOG_FILE_BYTES = 8 * 1024 * 1024;
/** Lines that wait for a disk that does not take them; more are dropped. */
const WAITING_BYTES = 256 * 1024;

const SECRETS = ['payerCode', 'token', 'password', 'pin', 'key', 'authorization'];
/** At the top and up to three levels down; deeper than that nothing is ever logged. */
const REDACTED = ['', '*.', '*.*.', '*.*.*.'].flatMap((depth) =>
  SECRETS.map((name) => depth + name),
);

export const silentLog: Log = pino({ level: 'silent' });

/**
 * Log into `<dir>/log/yike.jsonl`. A full disk drops lines and counts them; it never throws into
 * the caller and never ends the process (pino does both by default).
 */
export function openLog(dir: string, level = 'info', fileBytes = LOG_FILE_BYTES): Log {
  const folder = join(dir, 'log');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'yike.jsonl');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const older = join(folder, 'yike.1.jsonl');
  if (size > fileBytes) movedAside(file, older);
  const destination = pino.destination({
    dest: file,
    sync: false,
    minLength: 0,
    mkdir: true,
    maxLength: WAITING_BYTES,
  });
  let dropped = 0;
  let written = size > fileBytes ? 0 : size;
  // A failed line stays in the buffer and goes out with the next one; only the cap drops lines.
  destination.on('error', () => {});
  destination.on('drop', () => {
    dropped += 1;
  });
  destination.on('write', (bytes: number) => {
    written += bytes;
    if (written < fileBytes) return;
    written = 0;
    if (movedAside(file, older)) destination.reopen(file);
  });
  return pino(
    {
      level,
      redact: { paths: REDACTED, censor: '[redacted]' },
      base: null,
      serializers: { error: pino.stdSerializers.err },
      mixin: () => (dropped > 0 ? { droppedLines: dropped } : {}),
    },
    destination,
  );
}

/** False where the disk will not: the log goes on in the file it has. */
function movedAside(file: string, older: string): boolean {
  try {
    renameSync(file, older);
    return true;
  } catch {
    return false;
  }
}
