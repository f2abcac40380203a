import Type from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { envelopeOf, keptCommand, start, yike } from './cli.fixture.ts';
import { COMMANDS } from './commands/commands.ts';

const { dir, run } = keptCommand();

const ESCAPE = String.fromCharCode(27);
const bilingual = Type.Object({
  zh: Type.String({ pattern: '[\\u4e00-\\u9fff]' }),
  en: Type.String({ pattern: '^[^\\u4e00-\\u9fff]+$' }),
});
const ENVELOPE = Type.Object(
  {
    schema: Type.String({ pattern: '^yike\\.[a-z.]+/1$' }),
    ok: Type.Boolean(),
    level: Type.Union([Type.Literal('ok'), Type.Literal('warn'), Type.Literal('error')]),
    exit: Type.Integer({ minimum: 0, maximum: 115 }),
    startedAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
    ms: Type.Integer({ minimum: 0 }),
    data: Type.Object({}, { additionalProperties: true }),
    error: Type.Union([
      Type.Null(),
      Type.Object({
        code: Type.String({ pattern: '^E_[A-Z_]+$' }),
        upos: Type.Union([Type.Null(), Type.Integer({ minimum: 101, maximum: 115 })]),
        message: bilingual,
        hint: Type.Object({ zh: Type.String(), en: Type.String() }),
        reason: Type.Optional(Type.String()),
        device: Type.Optional(Type.String()),
        ext: Type.Optional(Type.Union([Type.Null(), Type.Integer()])),
      }),
    ]),
  },
  { additionalProperties: false },
);

/** Every command, asked in a way that ends at once, and the exit code it ends with. */
const ASKED: [string, number][] = [
  ['demo --help', 0],
  ['start', 2],
  ['status', 4],
  ['device list', 4],
  ['device show scale-1', 4],
  ['scale read', 4],
  ['device check all', 4],
  ['device check all --level deep', 2],
  ['device add', 2],
  ['device add --probe', 4],
  ['device list --timeout 9s -y -v', 4],
  ['device add scale-1 --driver enq-dc1 --address pty:/x --plate 1', 2],
  ['device rename scale-1', 2],
  ['device remove scale-1', 5],
  ['device stats scale-1', 4],
  ['device watch scale-1', 4],
  ['device release', 2],
  ['device claim scale-1', 4],
  ['device restart scale-1', 4],
  ['device reset scale-1', 4],
  ['device enable scale-1', 4],
  ['device disable', 2],
  ['device confirm scale-1', 4],
  ['device locate', 2],
  ['device locate scale-1', 4],
  ['device send', 2],
  ['device send scale-1 --hex 05 --text x', 2],
  ['device send scale-1', 4],
  ['device set scale-1', 2],
  ['device set scale-1 --address pty:/x', 4],
  ['device swap scale-1', 2],
  ['device swap scale-1 scale-9', 5],
  ['device swap scale-1 --undo', 4],
  ['device stats scale-1 --reset', 4],
  ['device check scale-1 --direct', 2],
  ['port list --root /nowhere', 0],
  ['port probe', 2],
  ['port probe pty:/nowhere --direct', 107],
  ['port watch --root /nowhere --count 0', 0],
  ['scale zero', 4],
  ['scale tare --grams x', 2],
  ['scale untare', 4],
  ['scale watch', 4],
  ['scale cal', 2],
  ['scale calibrate --plan', 4],
  ['scale calibrate --point 1', 2],
  ['scale read --count 0', 2],
  ['scanner read --count none', 2],
  ['printer feed', 4],
  ['scanner read', 4],
  ['printer test', 4],
  ['printer status', 4],
  ['cabinet status', 4],
  ['cabinet unlock', 5],
  ['vending audit', 4],
  ['vending audit --file /nowhere', 2],
  ['cabinet open', 5],
  ['cabinet lock', 2],
  ['cabinet lock cabinet-1', 4],
  ['cabinet inventory cabinet-1', 4],
  ['cabinet temp cabinet-1', 4],
  ['cabinet lights cabinet-1', 2],
  ['cabinet lights cabinet-1 on', 4],
  ['device reset scale-1 --power', 4],
  ['device reset', 2],
  ['printer test --label shelf', 4],
  ['camera snap', 4],
  ['camera check', 4],
  ['trace record', 2],
  ['trace list', 4],
  ['trace start', 2],
  ['trace start scale-1', 4],
  ['trace start scale-1 --for 10ms', 4],
  ['trace stop', 2],
  ['trace stop scale-1', 4],
  ['trace mark scale-1', 2],
  ['trace mark scale-1 here', 4],
  ['trace replay /nowhere.ytrace --speed 2x', 109],
  ['trace show', 2],
  ['trace show /nowhere.ytrace', 109],
  ['trace replay', 2],
  ['trace export', 2],
  ['trace test', 2],
  ['support bundle', 4],
  ['support bundle --since soon', 2],
  ['doctor', 3],
  ['doctor --fix --dry-run', 3],
  ['session list', 4],
  ['session show', 2],
  ['session show lane-1', 4],
  ['session release lane-1', 2],
  ['session release lane-1 --reason stuck', 4],
  ['config show', 2],
  ['config get', 2],
  ['config set', 2],
  ['config set store.phone 110', 4],
  ['config check', 2],
  ['config check /nowhere.json', 2],
  ['config diff', 2],
  ['config apply', 2],
  ['config apply --undo', 2],
  ['config set store.phone', 2],
  ['log --since soon', 2],
  ['log', 109],
  ['log -n many', 2],
  ['tui', 106],
  ['completion bash', 0],
  ['completion zsh', 0],
  ['completion fish', 0],
  ['completion cmd', 2],
  ['decode enq-dc1 --hex 05', 0],
  ['code 6901234567892', 0],
  ['driver list', 0],
  ['ledger verify', 109],
  ['ledger tail', 109],
  ['ledger export', 2],
  ['ledger export -o /nowhere/x', 109],
  ['ledger archive', 2],
  ['ledger archive --before yesterday', 2],
  ['backup', 2],
  ['restore', 2],
  ['ledger backup', 2],
  ['ledger restore', 2],
  [`verify ${dir}`, 6],
  ['sync status', 4],
  ['sync retry', 4],
  ['sync push', 4],
  ['sync pull --timeout soon', 2],
  ['sync conflicts', 4],
  ['day x', 4],
  ['day close', 2],
  ['day show', 4],
  ['day reconcile', 2],
  ['member add', 2],
  ['member erase', 2],
  ['lane list', 4],
  ['lane cash', 2],
  ['lane lock lane-1', 2],
  ['lane lock lane-1 --reason paper', 2],
  ['lane lock lane-1 --reason paper --by Li', 4],
  ['lane unlock lane-1 --by Li', 4],
  ['lane age', 2],
  ['lane void', 2],
  ['lane recall', 2],
  ['sale show', 2],
  ['sale refund', 2],
  ['sale copy', 2],
  ['sale settle', 2],
  ['stock list', 4],
  ['stock expiry', 4],
  ['stock receive', 2],
  ['stock count', 2],
  ['stock waste', 2],
  ['stock recall', 2],
  ['stock clear', 2],
  ['refill list', 4],
  ['refill plan', 4],
  ['refill start', 4],
  ['refill put', 2],
  ['refill end', 4],
  ['service install', 2],
  ['access show', 4],
  ['access reset', 2],
  ['model eval', 2],
  ['model refit', 2],
  ['model calibrate', 2],
  ['model list', 0],
  ['model install', 2],
  ['model rollback', 106],
  ['model use', 2],
  ['model use shipped', 0],
  ['model use no-such-pack', 109],
  ['model bench --count x', 2],
  ['model bench no-such.jpg', 109],
  ['model run', 2],
  ['model run no-such.jpg', 109],
  ['model sign', 2],
  ['model export', 2],
  ['model import', 2],
  ['mqtt stat', 4],
  ['mqtt sub', 4],
  ['mqtt pub', 2],
  ['mqtt account', 2],
  ['mqtt mosquitto', 2],
  ['bench', 2],
  ['sim list', 0],
  ['sim run no-such-scenario', 2],
  ['sim fault --host http://127.0.0.1:9', 4],
  ['sim plug', 2],
  ['sim unplug scale-1 --host nowhere', 4],
  ['show devices', 4],
  ['show log', 109],
];

describe.concurrent('every command', () => {
  test('is in the table below', () => {
    const asked = ASKED.map(([line]) => line);
    const unasked = COMMANDS.map(({ path }) => path.join(' ')).filter(
      (name) => !asked.some((line) => line.startsWith(name)),
    );
    expect(unasked).toEqual([]);
  });

  test.each(ASKED)('yike %s ends with %i and one envelope, without colours', async (line, exit) => {
    const ended = await run([...line.split(' '), '--data', dir, '--json']);
    const envelope = envelopeOf(ended);
    expect([...Value.Errors(ENVELOPE, envelope)]).toEqual([]);
    expect(ended.exit).toBe(exit);
    expect(envelope).toMatchObject({ exit, ok: envelope.error === null });
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stdout + ended.stderr).not.toContain(ESCAPE);
  });

  const names = COMMANDS.map(({ path }) => path.join(' '));
  test.each(names)('yike %s --help shows how it is called, in both languages', async (name) => {
    const ask = (lang: string) => run([...name.split(' '), '--help', '--lang', lang]);
    const [zh, en] = await Promise.all([ask('zh'), ask('en')]);
    for (const { exit, stdout, stderr } of [zh, en]) {
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^yike ${name}`));
      expect(stdout).not.toContain(ESCAPE);
    }
    expect(zh.stdout).toMatch(/[\u4e00-\u9fff]/);
    expect(en.stdout).not.toMatch(/[\u4e00-\u9fff]/);
  });
});

describe.concurrent('words and flags', () => {
  const refused: [string, RegExp, RegExp, string][] = [
    ['stats', /没有「yike stats」这个命令/, /no command "yike stats"/, 'yike status'],
    ['device lst', /没有「yike device lst」/, /no command "yike device lst"/, 'yike device list'],
    ['ledgr verify', /没有/, /no command/, 'yike ledger verify'],
    ['frobnicate', /没有「yike frobnicate」/, /no command "yike frobnicate"/, 'yike --help'],
    ['device', /后面要有动词/, /needs a verb/, 'yike device list | yike device show ID'],
    ['status --bogus', /没有选项「--bogus」/, /no option "--bogus"/, 'yike status --help'],
    ['status now', /多出一个词「now」/, /a word too many: "now"/, 'yike status --help'],
    ['status --quiet=1', /选项「-q」不带值/, /"-q" takes no value/, 'yike status --help'],
    ['sim run --seed', /选项「--seed」后面要有值/, /"--seed" needs a value/, 'yike sim run --help'],
    ['status --timeout soon', /--timeout 写成/, /--timeout is like 3s/, 'yike status --help'],
    ['device show', /要看哪台设备/, /Which device/, 'yike device show scale-1'],
    ['scale read --timeout soon', /--timeout 写成/, /--timeout is like 3s/, 'yike scale read'],
    ['ledger tail -n many', /-n 是 1 到 10000/, /-n is a whole number/, 'yike ledger tail -n 20'],
    ['model eval --learn a --test b --shots x', /--shots 是整数/, /--shots is a whole/, '--help'],
    ['sim run first-sale --seed x', /是整数/, /whole numbers/, 'yike sim run'],
    ['sim run store-day --faults gremlin', /没有故障「gremlin」/, /no fault "gremlin"/, 'unplug'],
    ['bench abacus', /要测哪一项/, /Which bench/, 'ledger'],
    ['bench ledger --rounds 0', /1 到 100/, /from 1 to 100/, 'yike bench'],
    ['sim run', /没有这个场景/, /no such scenario/, 'first-sale'],
  ];
  test.each(refused)('yike %s is refused with what to type instead', async (line, zh, en, hint) => {
    const [chinese, english] = await Promise.all([
      run(line.split(' ')),
      run(['--lang', 'en', ...line.split(' ')]),
    ]);
    expect([chinese.exit, english.exit]).toEqual([2, 2]);
    expect(chinese.stderr).toMatch(zh);
    expect(english.stderr).toMatch(en);
    expect(english.stderr).toContain(hint);
    expect(chinese.stdout + english.stdout).toBe('');
  });

  test.each(['sim list', 'driver list', 'help'])('yike %s speaks one language', async (line) => {
    const { stdout } = await run([...line.split(' '), '--lang', 'en']);
    expect(stdout).toMatch(/[a-z]/);
    expect(stdout).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test('a language there is none of is refused, not guessed', async () => {
    const { exit, stderr } = await run(['status', '--lang', 'fr']);
    expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringContaining('zh') });
  });

  test('flags may stand before the command', async () => {
    const ended = await yike(['--json', '--data', dir, '--lang', 'en', 'device', 'list']);
    expect(envelopeOf(ended)).toMatchObject({ schema: 'yike.device.list/1', exit: 4 });
    expect(ended.stderr).toContain('The controller is not running');
  });

  test('alone, with help, and with a noun it lists the commands', async () => {
    const [alone, asked, noun] = await Promise.all([
      yike([]),
      yike(['help']),
      yike(['help', 'sim']),
    ]);
    expect(alone.stdout).toBe(asked.stdout);
    for (const { path } of COMMANDS) expect(alone.stdout).toContain(`yike ${path.join(' ')}`);
    expect(noun.stdout).toContain('yike sim run SCENARIO');
    expect(noun.stdout).not.toContain('yike device');
  });

  test('the version is told wherever it is asked for', async () => {
    const [alone, json, late] = await Promise.all([
      yike(['--version']),
      yike(['-V', '--json']),
      yike(['status', '--version']),
    ]);
    expect(alone).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^yike \d+\.\d+\.\d+\n$/),
    });
    expect(envelopeOf(json).data.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(late.stdout).toBe(alone.stdout);
  });

  test('every example of the help that needs no store works as printed', async () => {
    const printed = COMMANDS.flatMap(({ examples = [] }) => examples);
    const runnable = printed.filter((line) => /^yike (decode|code) /.test(line));
    expect(runnable.length).toBeGreaterThanOrEqual(3);
    for (const line of runnable) {
      const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
      const ended = await run(words.slice(1).map((word) => word.replaceAll(/^["']|["']$/g, '')));
      expect({ line, exit: ended.exit }).toEqual({ line, exit: 0 });
    }
  });

  test('a reader that goes away early is no failure', async () => {
    const { child, ended } = start(['--help']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ exit: 0, stderr: '' });
  });

  test('a store that is not running is told apart from a wrong directory, in both languages', async () => {
    const zh = await yike(['status', '--data', dir]);
    const en = await yike(['status', '--data', dir], { YIKE_LANG: 'en' });
    expect(zh).toMatchObject({ exit: 4, stdout: '' });
    expect(zh.stderr).toMatch(
      /控制器没有运行.*E_NOT_RUNNING[\s\S]*ctl\.sock[\s\S]*先运行 yike start/,
    );
    expect(en.stderr).toMatch(/not running.*E_NOT_RUNNING[\s\S]*ctl\.sock[\s\S]*yike start/);
  });
});
