/** A vending machine at a running box, and its audit file without one: `yike vending audit`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPty, ptyUnavailable } from '../../../simulator/pty.ts';
import { createRandom } from '../../../simulator/random.ts';
import { realClock } from '../../../simulator/runtime.ts';
import { auditLines, createBooks, vend } from '../../../simulator/twins/vending-books.ts';
import { startVendingDex } from '../../../simulator/twins/vending-dex.ts';
import { build } from '../built.fixture.ts';
import { openShell, type Shell, type Started, start, temporaryDirectory } from '../cli.fixture.ts';

const why = ptyUnavailable();
if (why) console.warn(`${why}: the vending machine is skipped`);

vi.setConfig({ testTimeout: 180_000 });
const PATIENCE_MS = 60_000;

describe.skipIf(why)('a vending machine', () => {
  const { dir, free } = temporaryDirectory();
  const [config, data, port] = ['store.json', 'data', 'vending'].map((name) => join(dir, name));
  const clock = realClock();
  const books = createBooks('YKF0000017', { A1: 450, B1: 1200 });
  const stops: (() => void)[] = [];
  let store: Started;
  let shell: Shell;
  const ask = (line: string, ...more: string[]) =>
    shell.ask([...line.split(' '), ...more, '--data', data!, '--lang', 'en', '--json']);

  beforeAll(async () => {
    build();
    const cable = openPty({ link: port!, clock });
    const machine = { clock, books, random: createRandom(2), fault: () => undefined };
    stops.push(startVendingDex(cable, machine).close, cable.close);
    const name = { zh: '空店', en: 'Bare' };
    const listen = { kioskPort: 0, adminPort: 0 };
    writeFileSync(config!, JSON.stringify({ store: { id: 'bare-1', name }, listen }));
    store = start(['start', '--config', config!, '--data', data!]);
    [shell] = await Promise.all([openShell(), store.says(/http:/)]);
  }, 180_000);
  afterAll(async () => {
    shell.close();
    store.child.kill('SIGTERM');
    await store.ended;
    for (const stop of stops) stop();
    free();
  });

  test('a vending machine is read, and says what was sold since', async () => {
    vend(books, 0, 'cash');
    const wiring = `--driver dex --address pty:${port}`;
    expect(await ask(`device add vending-1 ${wiring}`)).toMatchObject({ exit: 0 });
    await vi.waitFor(async () => {
      const { data } = await ask('device show vending-1');
      expect(data).toMatchObject({ device: { state: 'ok', statistics: { M_AuditCount: 1 } } });
    }, PATIENCE_MS);
    vend(books, 1, 'cashless');
    const read = await ask('vending audit');
    expect(read).toMatchObject({
      ...{ exit: 0, ok: true },
      data: {
        id: 'vending-1',
        audit: {
          serialNumber: 'YKF0000017',
          sales: { sinceStart: { count: 2, valueMinor: 1650 } },
          soldSince: { count: 1, valueMinor: 1200 },
          selections: [{ selection: 'A1' }, { selection: 'B1', soldSince: { count: 1 } }],
        },
      },
    });
    expect(await ask('device remove vending-1 --yes')).toMatchObject({ exit: 0 });
  });

  test('an audit file is read without a machine; a broken one says every line and why', async () => {
    const [whole, bad] = [join(dir, 'whole.dex'), join(dir, 'broken.dex')];
    const lines = auditLines(books);
    writeFileSync(whole, lines.join(''));
    writeFileSync(bad, lines.filter((line) => !line.startsWith('CA2')).join(''));
    expect(await ask('vending audit --file', whole)).toMatchObject({
      ...{ exit: 0, data: { audit: { model: 'YK-20' } } },
    });
    expect(await ask('vending audit --file', bad)).toMatchObject({
      exit: 6,
      error: { code: 'E_AUDIT_BROKEN', message: { en: expect.stringContaining('12 came') } },
      data: { problems: [{ code: 'LINE_COUNT' }, { code: 'FILE_CRC' }] },
    });
  });
});
