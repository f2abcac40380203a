/** The full-screen view on a real terminal: drawn, resized, driven by keys, and given back. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPty, ptyUnavailable } from '../../../simulator/pty.ts';
import { realClock } from '../../../simulator/runtime.ts';
import { build, MAIN } from '../built.fixture.ts';
import { type Started, start, temporaryDirectory } from '../cli.fixture.ts';
import { cell, fitted, frameOf } from './screen.ts';

const why = ptyUnavailable();
if (why) console.warn(`${why}: the full-screen view is tested without a terminal only`);
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test('a cell is as wide as it is told, whatever stands in it', () => {
  expect(cell('秤秤秤', 5)).toBe('秤秤 ');
  expect(cell('ab', 4)).toBe('ab  ');
  expect(cell('\u001b[2Jx', 6)).toBe('·[2Jx ');
});

test('a screen fits its terminal to the line, however small', () => {
  for (const [columns, rows] of [
    [80, 24],
    [20, 3],
    [200, 60],
  ] as const) {
    const size = fitted(columns, rows);
    const view = {
      devices: [],
      chosen: 0,
      pane: 'live' as const,
      lines: [],
      language: 'zh' as const,
    };
    expect(frameOf(view, size).split('\r\n')).toHaveLength(size.rows);
  }
});

describe.skipIf(why)('on a terminal', () => {
  const { dir, free } = temporaryDirectory();
  const data = join(dir, 'data');
  let store: Started;

  beforeAll(async () => {
    build();
    const config = join(dir, 'store.json');
    const scale = {
      ...{ id: 'scale-1', driver: 'enq-dc1', address: 'pty:/nowhere/at-all' },
      plate: { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 },
    };
    const name = { zh: '店', en: 'Store' };
    const listen = { kioskPort: 0, adminPort: 0 };
    writeFileSync(config, JSON.stringify({ store: { id: 's-1', name }, listen, devices: [scale] }));
    store = start(['start', '--config', config, '--data', data]);
    await store.says(/http:/);
  });
  afterAll(async () => {
    store.child.kill('SIGTERM');
    await store.ended;
    free();
  });

  /** A terminal of 80 × 24 with the view in it; `screen` is all that was written. */
  async function terminal() {
    const link = join(dir, `tty-${process.hrtime.bigint()}`);
    const cable = openPty({ link, clock: realClock(), baudRate: 10_000_000 });
    let screen = '';
    cable.onBytes((bytes) => {
      screen += Buffer.from(bytes).toString('utf8');
    });
    const size = (columns: number, rows: number) =>
      spawnSync('stty', ['-F', link, 'cols', String(columns), 'rows', String(rows)]);
    size(80, 24);
    const tty = openSync(link, 'r+');
    const env = { ...process.env, YIKE_LANG: 'en' };
    const stdio: [number, number, 'pipe'] = [tty, tty, 'pipe'];
    const child = spawn(process.execPath, [MAIN, 'tui', '--data', data], { stdio, env });
    closeSync(tty);
    const ended = new Promise<number | string>((done) =>
      child.once('exit', (code, signal) => done(code ?? signal ?? 'gone')),
    );
    const shows = (pattern: RegExp) =>
      vi.waitFor(() => expect(screen).toMatch(pattern), { timeout: 60_000 });
    const press = (keys: string) => cable.write(Buffer.from(keys, 'latin1'));
    const forget = () => {
      screen = '';
    };
    return { child, ended, shows, press, size, forget, cable, screen: () => screen };
  }

  test('shows the devices and one of them, follows its keys and its size, and ends with q', async () => {
    const at = await terminal();
    await at.shows(/\[\?1049h[\s\S]*◆ scale-1 {2}PORT_MISSING[\s\S]*q quit/);
    at.press('h');
    await at.shows(/Internal HCheck: Failed/);
    at.press('c');
    await at.shows(/dialect/);
    at.press('m');
    await at.shows(/note {2,}.*PORT_MISSING/);
    at.press('b');
    await at.shows(/yike support bundle/);
    at.size(50, 12);
    at.forget();
    at.child.kill('SIGWINCH');
    await at.shows(/\[H/);
    await vi.waitFor(() => {
      const frame = at.screen().split('\u001b[H').at(-2) ?? '';
      expect(frame.split('\r\n')).toHaveLength(12);
    }, 20_000);
    at.press('q');
    expect(await at.ended).toBe(0);
    await at.shows(/\[\?25h\u001b\[\?1049l$/);
    at.cable.close();
  });

  test('gives the terminal back after Ctrl-C and after a signal', async () => {
    for (const end of ['key', 'signal']) {
      const at = await terminal();
      await at.shows(/scale-1/);
      if (end === 'key') at.press('\u0003');
      else at.child.kill('SIGTERM');
      await at.ended;
      await at.shows(/\[\?1049l$/);
      at.cable.close();
    }
  });
});
