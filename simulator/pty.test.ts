import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tty from 'node:tty';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cable } from './port.ts';
import { openPty, ptyUnavailable } from './pty.ts';
import { realClock } from './runtime.ts';

const missing = ptyUnavailable();
if (missing) console.warn(`SKIPPED, ${missing}: the cable tests need pseudo-terminals`);

const cables: Cable[] = [];
const streams: tty.ReadStream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
  for (const cable of cables.splice(0)) cable.close();
});

function cable() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'yike-pty-'));
  const link = path.join(dir, 'dev', 'scale-1');
  const opened = openPty({ link, clock: realClock(), baudRate: 115_200 });
  cables.push(opened);
  return { opened, link };
}

/** The controller's end, opened as an application would. */
function application(link: string) {
  const fd = fs.openSync(link, fs.constants.O_RDWR | fs.constants.O_NOCTTY);
  const stream = new tty.ReadStream(fd);
  streams.push(stream);
  const got: number[] = [];
  let gone = false;
  stream.on('data', (bytes: Buffer) => got.push(...bytes));
  stream.on('error', () => {
    gone = true;
  });
  stream.on('close', () => {
    gone = true;
  });
  return { got, fd, isGone: () => gone };
}

describe.skipIf(missing !== undefined)('a cable that looks like a serial port', () => {
  it('carries every byte value both ways unchanged, and never echoes', async () => {
    const { opened, link } = cable();
    const heard: number[] = [];
    opened.onBytes((bytes) => heard.push(...bytes));
    const end = application(link);
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    opened.write(every);
    fs.writeSync(end.fd, every);
    await vi.waitFor(() => expect(end.got).toEqual([...every]), { timeout: 5000 });
    await vi.waitFor(() => expect(heard).toEqual([...every]), { timeout: 5000 });
  });

  it('hangs up when pulled out, and answers again under the same name when put back', async () => {
    const { opened, link } = cable();
    const before = application(link);
    opened.unplug();
    expect(fs.existsSync(link)).toBe(false);
    await vi.waitFor(() => expect(before.isGone()).toBe(true), { timeout: 5000 });
    opened.write(Uint8Array.of(1, 2, 3));
    opened.plug();
    expect(opened.plugged).toBe(true);
    const after = application(link);
    opened.write(Uint8Array.of(0x15));
    await vi.waitFor(() => expect(after.got).toEqual([0x15]), { timeout: 5000 });
  });

  it('keeps the line alive while the controller restarts', async () => {
    const { opened, link } = cable();
    const first = application(link);
    streams.pop()?.destroy();
    await vi.waitFor(() => expect(first.isGone()).toBe(true), { timeout: 5000 });
    const second = application(link);
    opened.write(Uint8Array.of(6));
    await vi.waitFor(() => expect(second.got).toEqual([6]), { timeout: 5000 });
  });
});
