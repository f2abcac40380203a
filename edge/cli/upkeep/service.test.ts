/** The unit and the rule, written where they belong, and judged by systemd's own tools. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../built.fixture.ts';
import { envelopeOf, yike } from '../cli.fixture.ts';
import { KIOSK_FLAGS } from './kiosk-unit.ts';

const dir = mkdtempSync(join(tmpdir(), 'yike-service-'));
const config = join(dir, 'store.json');
const install = (...more: string[]) =>
  yike(['service', 'install', '--config', config, '--data', join(dir, 'data'), '--json', ...more]);

beforeAll(() => {
  build();
  writeFileSync(config, '{}');
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('yike service install', () => {
  it('writes the unit and the rule below the root it is given, and says what comes next', async () => {
    const { exit, data } = envelopeOf(await install('--root', dir));
    expect(exit).toBe(0);
    expect(data.next).toContain('systemctl enable --now yike');
    const unit = readFileSync(join(dir, 'etc/systemd/system/yike.service'), 'utf8');
    expect(unit).toContain(`start --config ${config} --data ${join(dir, 'data')}`);
    expect(readFileSync(join(dir, 'etc/udev/rules.d/70-yike.rules'), 'utf8')).toContain('dialout');
  });

  it('only shows it where asked to, and refuses a configuration that is not there', async () => {
    expect(envelopeOf(await install('--dry-run')).data.files).toHaveLength(2);
    rmSync(config);
    expect(envelopeOf(await install('--root', dir))).toMatchObject({
      ...{ exit: 109, error: { code: 'E_NOEXIST' } },
    });
    writeFileSync(config, '{}');
  });

  it('makes a screen of its own: every flag, one address and no other, and a policy', async () => {
    const url = 'http://127.0.0.1:8080/kiosk/?lane=lane-1';
    const made = await yike(['service', 'install', '--kiosk', url, '--root', dir, '--json']);
    expect(envelopeOf(made)).toMatchObject({ exit: 0, data: { next: expect.any(String) } });
    const unit = readFileSync(join(dir, 'etc/systemd/system/yike-kiosk.service'), 'utf8');
    for (const flag of KIOSK_FLAGS) expect(unit).toContain(` ${flag} `);
    expect(unit).toContain(`"${url}"`);
    const policy = JSON.parse(
      readFileSync(join(dir, 'etc/chromium/policies/managed/yike.json'), 'utf8'),
    );
    expect(policy).toMatchObject({
      ...{ URLBlocklist: ['*'], URLAllowlist: ['http://127.0.0.1:8080'] },
    });
    const wrong = await yike(['service', 'install', '--kiosk', 'lane-1', '--json']);
    expect(envelopeOf(wrong)).toMatchObject({ exit: 2 });
  });

  const tool = spawnSync('systemd-analyze', ['--version']);
  const why = tool.error ? ' (skipped: systemd-analyze is not here)' : '';
  it.skipIf(why)(`is hardened by systemd’s own measure${why}`, async () => {
    await install('--root', dir);
    const unit = join(dir, 'etc/systemd/system/yike.service');
    const judged = spawnSync('systemd-analyze', ['security', '--offline=true', unit], {
      encoding: 'utf8',
    });
    const exposure = Number(/exposure level[^:]*: ([\d.]+)/i.exec(judged.stdout)?.[1] ?? 99);
    expect(exposure, judged.stdout + judged.stderr).toBeLessThan(3);
  });
});
