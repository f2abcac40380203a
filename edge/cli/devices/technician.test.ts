/**
 * A technician at a bare box, with the real command: finds the port, adds the device, proves it,
 * pulls the plug, reads the reason, replays the trace, makes the bundle. Devices are the
 * simulator's, on ptys.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPty, ptyUnavailable } from '../../../simulator/pty.ts';
import { createRandom } from '../../../simulator/random.ts';
import { realClock } from '../../../simulator/runtime.ts';
import { createBolts, startLock8a } from '../../../simulator/twins/lock-8a.ts';
import { startScaleEnqDc1 } from '../../../simulator/twins/scale-enq-dc1.ts';
import { build } from '../built.fixture.ts';
import {
  type Envelope,
  envelopeOf,
  openShell,
  type Shell,
  type Started,
  start,
  temporaryDirectory,
  yike,
} from '../cli.fixture.ts';

const why = ptyUnavailable();
if (why) console.warn(`${why}: the technician’s tour is skipped`);

const CANARIES = {
  token: 'canary-token-7f3a9c1e5b',
  key: 'canary-key-0011223344556677',
  pin: '907153',
  payerCode: '134567890123456789',
};

// A tour of many commands, each a process: a busy machine may take its time.
vi.setConfig({ testTimeout: 180_000 });
const PATIENCE_MS = 60_000;

/** All is well; how fast the replies came says as much of a busy machine as of a cable. */
function isWell({ exit, data }: Envelope): void {
  const reports = data.reports as { steps: { id: string; status: string }[] }[];
  const unwell = reports
    .flatMap(({ steps }) => steps)
    .filter(({ status }) => status === 'warn' || status === 'fail')
    .map(({ id, status }) => `${id} ${status}`);
  const slow = unwell.includes('replies warn');
  expect(unwell).toEqual(unwell.map(() => 'replies warn'));
  expect(exit).toBe(slow ? 3 : 0);
}

describe.skipIf(why)('a technician at a bare box', () => {
  const { dir, free } = temporaryDirectory();
  const data = join(dir, 'data');
  const config = join(dir, 'store.json');
  const clock = realClock();
  const link = (name: string) => join(dir, 'dev', name);
  const stops: (() => void)[] = [];
  const plate = { grams: 0 };
  const bolts = createBolts(4);
  let store: Started;
  let shell: Shell;
  let scaleCable: ReturnType<typeof openPty>;
  const run = (line: string, ...more: string[]) =>
    yike([...line.split(' '), ...more, '--data', data, '--json'], { YIKE_LANG: 'en' });
  const ask = (line: string, ...more: string[]) =>
    shell.ask([...line.split(' '), ...more, '--data', data, '--lang', 'en', '--json']);
  const allOk = () =>
    vi.waitFor(async () => expect((await ask('device list')).exit).toBe(0), PATIENCE_MS);
  const reads = (grams: number) =>
    vi.waitFor(async () => {
      expect((await ask('scale read --stable')).data).toMatchObject({ grams });
    }, PATIENCE_MS);
  const startStore = async () => {
    store = start(['start', '--config', config, '--data', data]);
    await store.says(/http:/);
  };

  beforeAll(async () => {
    build();
    mkdirSync(join(dir, 'dev'));
    scaleCable = openPty({ link: link('scale'), clock });
    const lockCable = openPty({ link: link('lock'), clock });
    const load = () => ({ ...plate, moving: false, overload: false });
    const world = { clock, random: createRandom(1), dialect: 'os2' as const };
    const scale = startScaleEnqDc1(scaleCable, { ...world, load, fault: () => undefined });
    const lock = startLock8a(lockCable, { clock, bolts, fault: () => undefined });
    stops.push(scale.close, lock.close, scaleCable.close, lockCable.close);
    const content = {
      store: { id: 'bare-1', name: { zh: '空店', en: 'Bare' } },
      listen: { kioskPort: 0, adminPort: 0 },
      headOffice: { url: 'http://127.0.0.1:9', token: CANARIES.token },
    };
    writeFileSync(config, JSON.stringify(content));
    [shell] = await Promise.all([openShell(), startStore()]);
  }, 180_000);
  afterAll(async () => {
    shell.close();
    store.child.kill('SIGTERM');
    await store.ended;
    for (const stop of stops) stop();
    free();
  });

  test('the probe tells a scale from a lock board, by questions alone', async () => {
    // A twin on a busy machine may answer once too late; how long a probe takes is probe.test.ts's.
    for (const [name, driver] of [
      ['scale', 'enq-dc1'],
      ['lock', 'lock-8a'],
    ] as const)
      await vi.waitFor(async () => {
        const probed = await ask(`port probe pty:${link(name)}`);
        expect(probed).toMatchObject({ exit: 0, data: { found: [{ driver }] } });
      }, PATIENCE_MS);
    expect(bolts.pulses).toEqual([0, 0, 0, 0]);
    expect(await ask('port probe pty:/nowhere/at-all')).toMatchObject({ exit: 107 });
  });

  test('every free port is asked, and what answered is offered, then added under free names', async () => {
    const root = join(dir, 'box');
    const wired = { ttyS9: 'lock', ttyUSB0: 'scale' };
    for (const [name, far] of Object.entries(wired)) {
      mkdirSync(join(root, 'sys/class/tty', name, 'device'), { recursive: true });
      mkdirSync(join(root, 'dev/serial/by-id'), { recursive: true });
      symlinkSync(link(far), join(root, 'dev', name));
    }
    symlinkSync('../../ttyUSB0', join(root, 'dev/serial/by-id/usb-scale'));
    const scale = { id: 'scale-1', driver: 'enq-dc1' };
    const lock = { id: 'lock-1', driver: 'lock-8a' };
    const offered = await vi.waitFor(async () => {
      const asked = await ask('device add --probe --root', root);
      expect(asked).toMatchObject({ exit: 5, error: { code: 'E_CONFIRM' } });
      expect(asked.data).toMatchObject({ found: [scale, lock] });
      return asked;
    }, PATIENCE_MS);
    const [, oneScale, oneLock, plate] = offered.error?.hint.en.split('\n') ?? [];
    // Nothing about a scale is supposed: the plate is for the reader to fill in.
    expect(oneScale).toMatch(/ --plate MIN,MAX,D$/);
    expect(plate).toMatch(/^The plate is on the side or under the scale/);
    expect(oneScale).toContain(
      `--address "serial:${join(root, 'dev/serial/by-id/usb-scale')}?baud`,
    );
    expect(oneLock).toMatch(/^yike device add lock-1 --driver lock-8a --address "[^"]+"$/);
    const meant = await ask('device add scale-7 --probe --plate 40g,15kg,2g --root', root);
    expect(meant).toMatchObject({ exit: 0, data: { added: [{ id: 'scale-7' }] } });
    expect(await ask('device add --probe --root', root)).toMatchObject({
      ...{ exit: 5, data: { found: [lock] } },
    });
    const rest = await ask('device add --probe --yes --root', root);
    expect(rest).toMatchObject({ exit: 0, data: { added: [lock] } });
    expect(rest.data.ports).toMatchObject([{ why: expect.stringContaining('scale-7') }, {}]);
    expect(await ask('device add --probe --root', root)).toMatchObject({
      ...{ exit: 107, error: { code: 'E_NOHARDWARE' } },
    });
    const empty = await ask('device add --probe --root', join(dir, 'nothing-here'));
    expect(empty).toMatchObject({ exit: 107, error: { code: 'E_NOHARDWARE' } });
    for (const id of ['scale-7', 'lock-1'])
      expect(await ask(`device remove ${id} --yes`)).toMatchObject({ exit: 0 });
  });

  test('a store without devices says how to find them, a scale without its plate where that is', async () => {
    const { stdout } = await yike(['device', 'list', '--data', data], { YIKE_LANG: 'en' });
    expect(stdout).toBe('No device yet. Next: plug them in, then yike device add --probe\n');
    const plateless = await ask('device add scale-9 --driver enq-dc1 --address pty:/x');
    expect(plateless.error?.hint.en).toContain('off the plate on the scale: --plate MIN,MAX,D');
    const unfilled = await ask(
      'device add scale-9 --driver enq-dc1 --address pty:/x --plate MIN,MAX,D',
    );
    expect(unfilled).toMatchObject({ exit: 2, error: { code: 'E_USAGE' } });
  });

  test('a device is added while the store runs, and is in the file', async () => {
    const scale = '--plate 40,15000,2';
    const added = await ask(`device add scale-1 --probe pty:${link('scale')} ${scale}`);
    expect(added).toMatchObject({ exit: 0, data: { device: { id: 'scale-1' } } });
    const lock = `--option feedbackPolarity=closed-when-locked --option locks=4`;
    expect(await ask(`device add lock-1 --probe pty:${link('lock')} ${lock}`)).toMatchObject({
      exit: 0,
    });
    const { devices } = JSON.parse(readFileSync(config, 'utf8'));
    expect(devices.map(({ id }: { id: string }) => id)).toEqual(['scale-1', 'lock-1']);
    await allOk();
    // Nobody said which dialect: its answers did, and so what it can be asked.
    await vi.waitFor(async () => {
      const { data } = await ask('device show scale');
      expect(data).toMatchObject({
        device: { options: { dialect: 'auto' }, can: ['zero', 'tare', 'calibrate'] },
      });
    }, PATIENCE_MS);
    const text = await yike(['device', 'show', 'scale-1', '--data', data]);
    expect(text.stdout).toMatch(
      /^settings +dialect=auto .*pollMs=110\ncan +zero, tare, calibrate$/m,
    );
  });

  const refused: [string, number, string][] = [
    ['device add scale-1 --driver enq-dc1 --address pty:/x --plate 40,15000,2', 110, 'E_ID_TAKEN'],
    ['device add scale-9 --driver abacus --address pty:/x', 2, 'E_DRIVER_UNKNOWN'],
    ['device add scale-9 --driver enq-dc1 --address pty:/x', 2, 'E_PLATE_MISSING'],
    ['device rename scale-9 --to scale-8', 109, 'E_DEVICE_UNKNOWN'],
    ['device rename scale-1 --to lock-1', 110, 'E_ID_TAKEN'],
    ['device confirm scale-1', 106, 'E_NOTHING_CHANGED'],
    ['device check nobody', 109, 'E_NOEXIST'],
    ['device check scale-1 --direct', 102, 'E_CLAIMED'],
    ['printer test', 109, 'E_NOEXIST'],
    ['device reset scale-1 --power', 106, 'E_POWER_NOT_USB'],
    ['cabinet lights lock-1 on', 106, 'E_NOT_ABLE'],
    ['camera snap', 109, 'E_NOEXIST'],
    ['scanner read', 109, 'E_NOEXIST'],
    ['vending audit', 109, 'E_NOEXIST'],
    ['vending audit scale-1', 109, 'E_NOEXIST'],
    ['cabinet unlock lock-1', 5, 'E_NAME_AND_REASON'],
    ['scale cal scale-1 --point 1000', 2, 'E_USAGE'],
  ];
  test.each(refused)('yike %s ends with %i %s', async (line, exit, code) => {
    const answer = await ask(line);
    expect({ exit: answer.exit, code: answer.error?.code }).toEqual({ exit, code });
  });

  test('a probe of a port in use is refused, naming who holds it', async () => {
    const held = await ask(`port probe pty:${link('scale')}`);
    expect(held).toMatchObject({ exit: 102, error: { code: 'E_PORT_HELD' } });
    expect(held.error?.message.en).toContain('scale-1');
  });

  test('it is checked, zeroed, read, calibrated, watched and counted', async () => {
    const internal = await ask('device check all');
    expect(internal.data.reports).toMatchObject([{ id: 'scale-1' }, { id: 'lock-1' }]);
    isWell(internal);
    const external = await ask('device check scale-1 --level external');
    isWell(external);
    expect(JSON.stringify(external.data)).toContain('"zero"');
    expect(await ask('scale zero')).toMatchObject({ exit: 0 });
    plate.grams = 612;
    await reads(612);
    plate.grams = 0;
    await reads(0);
    expect(await ask('scale tare')).toMatchObject({ exit: 0 });
    // This dialect takes what lies on the plate and knows no tare in grams.
    expect(await ask('scale untare')).toMatchObject({ exit: 111, error: { code: 'E_ACT_FAILED' } });
    const points = ['--point', '0=0', '--point', '1000=1000', '--by', 'Li Mei'];
    expect(await ask('scale cal', ...points)).toMatchObject({
      data: { calibration: { passed: true, by: 'Li Mei' } },
    });
    expect((await run('scale watch --count 1')).stdout).toContain('"id":"scale-1"');
    const { data: stats } = await ask('device stats scale-1');
    expect(stats).toMatchObject({
      lifecycle: 'enabled',
      statistics: { DeviceCategory: 'Scale', GoodWeightReadCount: expect.any(Number) },
    });
  });

  test('a check that waits for a person sees what the person does', async () => {
    const waiting = ask('device check scale-1 --level interactive');
    // On and off again, until the command has started and sees it.
    const hand = setInterval(() => {
      plate.grams = plate.grams === 0 ? 500 : 0;
    }, 2500);
    isWell(await waiting);
    clearInterval(hand);
    plate.grams = 0;
  });

  test('Ctrl-C calls a long check off, in the controller too', async () => {
    const line = 'device check scale-1 --level interactive --data';
    const waiting = start([...line.split(' '), data, '--json'], { YIKE_LANG: 'en' });
    await waiting.says(/Put something on the plate/);
    // The request is on its way once the words are out.
    await new Promise((done) => setTimeout(done, 1000));
    waiting.child.kill('SIGINT');
    const ended = await waiting.ended;
    expect(ended.exit).toBe(130);
    expect(envelopeOf(ended)).toMatchObject({ error: { code: 'E_CHECK_CANCELLED' } });
  });

  test('it is spoken to by hand: presets as they are, anything else with --unsafe', async () => {
    expect(await ask('device send scale-1')).toMatchObject({
      ...{ exit: 0, data: { presets: [{ name: 'enq' }, { name: 'weight' }, { name: 'listen' }] } },
    });
    const status = await ask('device send lock-1 --preset status --timeout 2s');
    expect(status).toMatchObject({ exit: 0, data: { sent: '80 01 01 33 B3', matched: true } });
    const opening = 'device send lock-1 --hex 8A0101119B';
    expect(await ask(opening)).toMatchObject({ exit: 5, error: { code: 'E_SEND_UNSAFE' } });
    expect(await ask(`${opening} --unsafe`)).toMatchObject({
      ...{ exit: 5, error: { code: 'E_NAME_AND_REASON' } },
    });
    expect(await ask('device send scale-1 --hex 5')).toMatchObject({
      ...{ exit: 2, error: { code: 'E_SEND_UNREADABLE' } },
    });
    expect(await ask('device send scale-1 --preset nothing')).toMatchObject({ exit: 2 });
    const unmet = await ask('device send lock-1 --preset status --expect FF.FF --timeout 300ms');
    expect(unmet).toMatchObject({ exit: 111, error: { code: 'E_UNEXPECTED' } });
    expect(await ask('device locate scale-1')).toMatchObject({
      ...{ exit: 106, error: { code: 'E_NOT_ABLE' } },
    });
    expect(JSON.stringify(await ask('ledger tail -n 5'))).toContain('"act":"send"');
    await allOk();
  });

  test('it moves to another port, and another scale takes its place and leaves again', async () => {
    const spare = openPty({ link: link('spare'), clock });
    const load = () => ({ grams: 0, moving: false, overload: false });
    const world = { clock, random: createRandom(2), dialect: 'os2' as const };
    const other = startScaleEnqDc1(spare, { ...world, load, fault: () => undefined });
    stops.push(other.close, spare.close);
    const moved = 'device set scale-1 --address';
    const dry = await ask(`${moved} pty:${link('spare')} --dry-run`);
    expect(dry).toMatchObject({ exit: 0, data: { changes: [expect.stringContaining('address')] } });
    expect(await ask(`${moved} pty:${link('spare')}`)).toMatchObject({ exit: 0 });
    const { devices } = JSON.parse(readFileSync(config, 'utf8'));
    expect(devices[0]).toMatchObject({ id: 'scale-1', address: expect.stringContaining('spare') });
    expect(await ask(`${moved} pty:${link('spare')}`)).toMatchObject({
      ...{ exit: 106, error: { code: 'E_SAME_SETTINGS' } },
    });
    expect(await ask(`${moved} pty:${link('scale')}`)).toMatchObject({ exit: 0 });

    const plated = '--option dialect=os2 --plate 40,15000,2';
    const added = `device add scale-9 --driver enq-dc1 --address pty:${link('spare')} ${plated}`;
    expect(await ask(added)).toMatchObject({ exit: 0 });
    expect(await ask('device swap scale-1 scale-9')).toMatchObject({ exit: 5 });
    expect(await ask('device swap scale-1 lock-1 --yes')).toMatchObject({ exit: 106 });
    const swapped = await ask('device swap scale-1 scale-9 --yes');
    expect(swapped).toMatchObject({ exit: 0, data: { device: { id: 'scale-1' } } });
    expect(await ask('device show scale-9')).toMatchObject({ exit: 109 });
    await allOk();
    expect(await ask('device swap scale-1 --undo')).toMatchObject({ exit: 0 });
    expect(await ask('device swap scale-1 --undo')).toMatchObject({ exit: 106 });
    expect(await ask('device remove scale-9 --yes')).toMatchObject({ exit: 0 });
    await allOk();
  });

  test('the plan of a calibration is told, its record kept in a file', async () => {
    const { data: plan } = await ask('scale calibrate --plan');
    expect((plan.steps as object[]).length).toBe(8);
    expect(await ask('scale calibrate')).toMatchObject({ exit: 2 });
    const sheet = join(dir, 'sheet.txt');
    const points = '--point 0=0 --point 5000=5002';
    expect(await ask(`scale calibrate ${points} --record ${sheet}`)).toMatchObject({ exit: 0 });
    expect(readFileSync(sheet, 'utf8')).toMatch(/passed[\s\S]*5000 g +5002 g +2 g/);
  });

  test('the configuration is compared, changed and taken back', async () => {
    const other = join(dir, 'other.json');
    const now = JSON.parse(readFileSync(config, 'utf8'));
    const token = 'canary-token-other-one';
    const changed = { ...now, headOffice: { ...now.headOffice, token } };
    writeFileSync(other, JSON.stringify({ ...changed, store: { ...now.store, phone: '400-1' } }));
    const diff = await run(`config diff ${other}`);
    expect(envelopeOf(diff).data.differences).toEqual([
      { path: 'headOffice.token', before: '"…"', after: '"…"' },
      { path: 'store.phone', after: '"400-1"' },
    ]);
    expect(diff.stdout + diff.stderr).not.toContain('canary');
    expect(await ask(`config apply ${other}`)).toMatchObject({ exit: 5 });
    expect(await ask(`config apply ${other} --dry-run`)).toMatchObject({ exit: 0 });
    expect(await ask(`config apply ${other} --yes`)).toMatchObject({ exit: 0 });
    expect(await ask('config get store.phone')).toMatchObject({ data: { value: '400-1' } });
    expect(await ask('config apply --undo --yes')).toMatchObject({ exit: 0 });
    expect(await ask('config get store.phone')).toMatchObject({ data: { value: '' } });
    expect(await ask('config set store.phone 400-2 --dry-run')).toMatchObject({
      ...{ exit: 0, data: { differences: [{ path: 'store.phone', after: '"400-2"' }] } },
    });
    expect(await ask('config get store.phone')).toMatchObject({ data: { value: '' } });
    expect(await ask('config set store.phone 400-2')).toMatchObject({ exit: 0 });
    expect(await ask('config get store.phone')).toMatchObject({ data: { value: '400-2' } });
    expect(await ask('config set devices.nobody.address x')).toMatchObject({ exit: 109 });
    expect(await ask('config set listen.kioskPort x')).toMatchObject({ exit: 2 });
  });

  test('a head office that is not there is tried at once, and said to be out of reach', async () => {
    const tried = await ask('sync retry --timeout 1s');
    expect(tried).toMatchObject({ exit: 108, error: { code: 'E_NOT_THROUGH' } });
    expect(await ask('sync conflicts')).toMatchObject({
      exit: 108,
      error: { code: 'E_HEAD_OFFICE_UNREACHABLE' },
    });
  });

  test('the ledger is exported line by line as it was hashed', async () => {
    const file = join(dir, 'ledger.ndjson');
    const exported = await ask(`ledger export -o ${file}`);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(exported).toMatchObject({ exit: 0, data: { events: lines.length } });
    const stored = lines.map(
      (line) => JSON.parse(line) as { hash: string; record: { seq: number } },
    );
    expect(stored.map(({ record }) => record.seq)).toEqual(lines.map((_, at) => at + 1));
    expect(stored[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await ask(`ledger export -o ${join(dir, 'nowhere/x')}`)).toMatchObject({
      error: { code: 'E_NOT_WRITTEN' },
    });
  });

  test('the doctor mends what is safe, and says what it would before', async () => {
    chmodSync(config, 0o644);
    chmodSync(data, 0o755);
    const mended = [{ id: 'data-rights' }, { id: 'config-rights' }];
    const dry = await ask('doctor --fix --dry-run');
    expect(dry.data).toMatchObject({ dryRun: true, mended });
    expect(statSync(config).mode & 0o777).toBe(0o644);
    expect((await ask('doctor --fix')).data).toMatchObject({ dryRun: false, mended });
    expect([config, data].map((path) => statSync(path).mode & 0o777)).toEqual([0o640, 0o711]);
    expect((await ask('doctor --fix')).data).toMatchObject({ mended: [] });
  });

  test('nobody is being served, and there is no simulated store to break', async () => {
    expect(await ask('session list')).toMatchObject({ exit: 0, data: { sessions: [] } });
    expect(await ask('session show lane-1')).toMatchObject({ exit: 109 });
    expect(await ask('sim fault scale-1 silence --host http://127.0.0.1:9')).toMatchObject({
      exit: 4,
    });
  });

  test('a lock opens with a name and a reason, which are in the ledger first', async () => {
    const words = ['--lock', '2', '--by', 'Li Mei', '--reason', 'stuck bag'];
    expect(await ask('cabinet unlock lock-1', ...words)).toMatchObject({ exit: 0 });
    expect(bolts.pulses).toEqual([0, 1, 0, 0]);
    const tail = await yike(['ledger', 'tail', '-n', '20', '--data', data, '--json']);
    expect(tail.stdout).toContain('DeviceHandled');
    expect(tail.stdout).toContain('stuck bag');
    expect(await ask('cabinet status')).toMatchObject({
      exit: expect.any(Number),
      data: { parts: [{ id: 'lock-1' }] },
    });
  });

  test('a trace is recorded, shown, replayed, exported and made into a test', async () => {
    plate.grams = 250;
    await ask('device restart scale-1');
    await reads(250);
    const file = join(dir, 'a.ytrace');
    expect(await ask(`trace record scale-1 --for 3s -o ${file}`)).toMatchObject({ exit: 0 });
    plate.grams = 0;
    expect((await yike(['trace', 'show', file])).stdout).toMatch(/rx .*stable.*250/);
    expect((await yike(['trace', 'show', file, '--hex'])).stdout).not.toMatch(/ (ev|note) /);
    const late = await yike(['trace', 'show', file, '--around', '3:51', '--json']);
    expect(late.exit).toBe(0);
    expect(await ask('trace stop scale-1')).toMatchObject({ exit: 106 });
    expect(await ask('trace start scale-1')).toMatchObject({ exit: 0 });
    expect(await ask('trace mark scale-1 here')).toMatchObject({ exit: 0 });
    const marked = join(dir, 'marked.ytrace');
    expect(await ask(`trace stop scale-1 -o ${marked}`)).toMatchObject({ exit: 0 });
    expect(readFileSync(marked, 'utf8')).toMatch(/mark .*: start[\s\S]*mark .*: here/);
    const golden = join(dir, 'expect.jsonl');
    writeFileSync(golden, '{"kind":"zero","grams":0}\n');
    const wrong = await ask(`trace replay ${file} --expect ${golden}`);
    expect(wrong).toMatchObject({ exit: 6, error: { code: 'E_DIFFERS' } });
    const replayed = await ask(`trace replay ${file}`);
    expect(replayed).toMatchObject({ exit: 0, data: { differences: [] } });
    expect(JSON.stringify(replayed.data)).toContain('250');
    expect(await ask(`trace export ${file} -o ${dir}/a.pcapng`)).toMatchObject({ exit: 0 });
    const made = await ask(`trace test ${file} -o ${dir}`);
    expect(made).toMatchObject({ exit: 0 });
    expect(readFileSync(join(dir, 'a.golden.txt'), 'utf8')).toMatch(
      /^rx [0-9A-F ]+ ; \{"kind":"stable"/m,
    );
    writeFileSync(file, '{"ytrace":1}\n');
    expect(await ask(`trace replay ${file}`)).toMatchObject({
      exit: 2,
      error: { code: 'E_TRACE_BAD' },
    });
  });

  test('a pulled plug says what it is and what to do, and the replugged scale is back', async () => {
    scaleCable.unplug();
    await vi.waitFor(async () => {
      expect((await ask('device check scale-1')).exit).toBe(107);
    }, PATIENCE_MS);
    const text = await yike(['device', 'check', 'scale-1', '--data', data], { YIKE_LANG: 'en' });
    expect(text.stderr).toMatch(/PORT_MISSING[\s\S]*Plug the cable back/);
    expect(await ask('scale zero scale-1')).toMatchObject({
      exit: 108,
      error: { code: 'E_DEVICE_OFFLINE' },
    });
    expect(await ask('scale read scale-1 --timeout 200ms')).toMatchObject({
      exit: 108,
      error: { code: 'E_OFFLINE', reason: 'PORT_MISSING' },
    });
    scaleCable.plug();
    await vi.waitFor(async () => isWell(await ask('device check scale-1')), PATIENCE_MS);
  });

  test('switched off it stays off over a restart, and says who and why', async () => {
    const words = ['--by', 'Li Mei', '--reason', 'new plate'];
    expect(await ask('device release scale-1 --for 10m')).toMatchObject({ exit: 0 });
    expect(await ask('scale read --timeout 2s')).toMatchObject({
      ...{ exit: 103, error: { code: 'E_NOTCLAIMED', reason: 'RELEASED' } },
    });
    expect(await ask('device disable scale-1', ...words)).toMatchObject({ exit: 0 });
    expect(await ask('scale read --timeout 2s')).toMatchObject({
      ...{ exit: 105, error: { code: 'E_DISABLED', reason: 'DISABLED_BY' } },
    });
    store.child.kill('SIGTERM');
    await store.ended;
    const direct = await ask('device check lock-1 --direct');
    expect(direct).toMatchObject({
      exit: expect.any(Number),
      data: { reports: [{ id: 'lock-1' }] },
    });
    await startStore();
    const { stdout } = await yike(['device', 'list', '--data', data]);
    expect(stdout).toMatch(/scale-1 .*disabled.*DISABLED_BY .*Li Mei.*new plate/);
    expect(await ask('device enable scale-1')).toMatchObject({ exit: 0 });
    expect(await ask('device release scale-1 --for 10m')).toMatchObject({
      exit: 0,
      data: { forMs: 600_000 },
    });
    expect(await ask('device claim scale-1')).toMatchObject({ exit: 0 });
    const rings = [{ id: 'scale-1', driver: 'enq-dc1' }, { id: 'lock-1' }];
    expect(await ask('trace list')).toMatchObject({ exit: 0, data: { rings } });
    await vi.waitFor(async () => isWell(await ask('device check scale-1')), PATIENCE_MS);
  });

  test('what is done while the controller is down is in its ledger when it is back', async () => {
    store.child.kill('SIGTERM');
    await store.ended;
    plate.grams = 0;
    const zeroed = await ask('scale zero scale-1 --direct', '--by', 'Li Mei');
    expect(zeroed).toMatchObject({ exit: 0 });
    await startStore();
    const { data: tail } = await ask('ledger tail -n 20');
    expect(JSON.stringify(tail)).toMatch(/"act":"zero","by":"Li Mei","detail":"--direct 20/);
  });

  test('the bundle is one file with no secret in it', async () => {
    const log = join(data, 'log/yike.jsonl');
    const planted = { pin: CANARIES.pin, msg: `scanned ${CANARIES.payerCode} key=${CANARIES.key}` };
    writeFileSync(log, `${readFileSync(log, 'utf8')}${JSON.stringify(planted)}\n`);
    await allOk();
    const bundle = await ask(`support bundle -o ${dir}`);
    expect(bundle.exit).toBe(0);
    const file = String(bundle.data.file);
    expect(existsSync(file)).toBe(true);
    const text = gunzipSync(readFileSync(file)).toString('latin1');
    for (const canary of Object.values(CANARIES)) expect(text).not.toContain(canary);
    expect(String(bundle.data.summary).length).toBeLessThanOrEqual(600);
    const listed = spawnSync('tar', ['-tzf', file], { encoding: 'utf8' });
    expect(listed.status).toBe(0);
    expect(listed.stdout).toMatch(/status\.json[\s\S]*config\.json[\s\S]*trace\/scale-1\.ytrace/);
    expect(await ask('doctor')).toMatchObject({ exit: expect.any(Number) });
  });

  test('renamed and removed it is so in the file too', async () => {
    expect(await ask('device rename scale-1 --to scale-2')).toMatchObject({ exit: 0 });
    expect(await ask('device remove scale-2 --yes')).toMatchObject({ exit: 0 });
    const { devices } = JSON.parse(readFileSync(config, 'utf8'));
    expect(devices.map(({ id }: { id: string }) => id)).toEqual(['lock-1']);
  });
});
