import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from './ledger/shop.fixture.ts';
import { openLog } from './log.ts';

let dir: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  dir = temporaryDirectory();
});
afterEach(() => dir.free());

const file = () => join(dir.dir, 'log/yike.jsonl');
const older = () => join(dir.dir, 'log/yike.1.jsonl');
const text = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Waits until the file says so; the log is written behind our back. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    expect(Date.now(), text(file()).slice(-500)).toBeLessThan(deadline);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The new file is made a moment after the old one was moved away. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

describe('the log', () => {
  it('keeps no secret, wherever it is put', async () => {
    const log = openLog(dir.dir);
    const secret = 'hunter2-130000000000000001';
    log.info({ payerCode: secret, token: secret, password: secret, pin: secret }, 'at the top');
    log.info({ request: { payerCode: secret }, headOffice: { token: secret } }, 'inside');
    log.info({ config: { headOffice: { token: secret, url: 'https://hq' } } }, 'deep inside');
    log.info({ options: { key: secret }, device: { options: { key: secret } } }, 'of a terminal');
    log.info({ req: { headers: { authorization: `Bearer ${secret}` } } }, 'of a request');
    log.child({ token: secret }).info({}, 'the last line');
    await until(() => text(file()).includes('the last line'));
    expect(text(file())).not.toContain(secret);
    expect(text(file())).toContain('[redacted]');
    expect(text(file())).toContain('https://hq');
  });

  it('tells what an error was and where', async () => {
    const log = openLog(dir.dir);
    log.error({ error: new RangeError('the plate flew away') }, 'payment work stopped');
    await until(() => text(file()).endsWith('\n'));
    const line = JSON.parse(text(file()));
    expect(line.error).toMatchObject({ type: 'RangeError', message: 'the plate flew away' });
    expect(line.error.stack).toContain('log.test');
  });

  it('is two files at most, and begins a new one when the first is full', async () => {
    const log = openLog(dir.dir, 'info', 4_096);
    for (let n = 0; n < 200; n++) {
      log.info({ n }, 'a line of some length, so that files fill up while the test looks on');
      if (n % 20 === 19) await until(() => `${text(older())}${text(file())}`.includes(`"n":${n},`));
    }
    expect(existsSync(older())).toBe(true);
    const bytes = sizeOf(file()) + sizeOf(older());
    expect(bytes).toBeLessThan(3 * 4_096);
  });

  it('goes on where its folder is taken away', async () => {
    const log = openLog(dir.dir, 'info', 1_024);
    log.info({}, 'the first line');
    await until(() => text(file()).includes('the first line'));
    dir.free();
    for (let n = 0; n < 50; n++) {
      log.info({ n }, 'a line into a file that no folder holds any more');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(existsSync(older())).toBe(false);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'on a full disk throws nothing, ends nothing and keeps no endless backlog',
    async () => {
      mkdirSync(join(dir.dir, 'log'));
      symlinkSync('/dev/full', file());
      const log = openLog(dir.dir);
      const long = 'x'.repeat(1_000);
      for (let n = 0; n < 5_000; n++) {
        expect(() => log.info({ n }, long)).not.toThrow();
        if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const held = process.memoryUsage().heapUsed;
      for (let n = 0; n < 100_000; n++) log.info({ n }, long);
      expect(process.memoryUsage().heapUsed - held).toBeLessThan(60_000_000);
    },
  );
});
