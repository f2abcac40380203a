/** The commands that read bytes and codes, and need no store. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { envelopeOf, keptCommand } from '../cli.fixture.ts';

const { dir, run } = keptCommand();

const yike = (args: string[]) => run(args);
const json = async (args: string[]) => envelopeOf(await yike([...args, '--json']));

const STABLE = '01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04';
const GARBAGE = 'FF 00 37';

describe.concurrent('yike decode', () => {
  const scale: [string, string, object[]][] = [
    ['a stable 1.234 kg', STABLE, [{ kind: 'stable', grams: 1234 }]],
    [
      'a moving plate',
      '01 02 55 20 30 31 2E 32 33 34 6B 67 63 03 04',
      [{ kind: 'moving', grams: 1234 }],
    ],
    ['less than nothing', '01 02 53 2D 30 30 2E 31 32 35 6B 67 6A 03 04', [{ kind: 'underload' }]],
    [
      'too much on the plate',
      '01 02 53 46 46 46 2E 46 46 46 6B 67 71 03 04',
      [{ kind: 'overload' }],
    ],
    ['the other way to sum', STABLE.replace('65 03', '66 03'), [{ kind: 'stable', grams: 1234 }]],
    ['noise alone', GARBAGE, [{ kind: 'discarded', hex: GARBAGE }]],
    ['no bytes', '', []],
    [
      'noise before and after a frame',
      `${GARBAGE} ${STABLE} ${GARBAGE}`,
      [
        { kind: 'discarded', hex: GARBAGE },
        { kind: 'stable', grams: 1234 },
        { kind: 'discarded', hex: GARBAGE },
      ],
    ],
  ];
  test.each(scale)('a scale: %s', async (_, hex, items) => {
    const envelope = await json(['decode', 'enq-dc1', '--hex', hex]);
    expect(envelope).toMatchObject({ exit: 0, data: { items } });
  });

  test('a frame with one changed byte is no weight', async () => {
    const { data } = await json(['decode', 'enq-dc1', '--hex', STABLE.replace('32', '39')]);
    expect(JSON.stringify(data)).not.toContain('grams');
  });

  const spellings = [
    STABLE.replaceAll(' ', ''),
    STABLE.toLowerCase(),
    `0x${STABLE.replaceAll(' ', ',0x')}`,
  ];
  test.each(spellings)('hex may be spelt %s', async (hex) => {
    const { data } = await json(['decode', 'enq-dc1', '--hex', hex]);
    expect(data).toEqual({ items: [{ kind: 'stable', grams: 1234 }] });
  });

  test('a recorded file is read as bytes', async () => {
    const file = join(dir, 'scale.bin');
    writeFileSync(file, Buffer.from(STABLE.replaceAll(' ', ''), 'hex'));
    const { data } = await json(['decode', 'enq-dc1', '--file', file]);
    expect(data).toEqual({ items: [{ kind: 'stable', grams: 1234 }] });
  });

  test('for people it prints one line an item', async () => {
    const { stdout } = await yike(['decode', 'enq-dc1', '--hex', `06 ${STABLE}`]);
    expect(stdout).toBe('{"kind":"ack"}\n{"kind":"stable","grams":1234}\n');
  });

  test('a scanner’s and a printer’s bytes are read too', async () => {
    const scanned = await json([
      'decode',
      'serial-scanner',
      '--hex',
      '5D 45 34 39 35 32 30 30 30 30 32 0D',
    ]);
    expect(scanned.data).toEqual({ items: [{ kind: 'code', text: '95200002', aimId: ']E4' }] });
    const printer = await json(['decode', 'escpos', '--hex', '12']);
    expect(printer.data).toEqual({ items: [{ kind: 'status', hex: '12' }] });
  });

  test('options are taken as the driver types them', async () => {
    const as = (option: string) =>
      json(['decode', 'enq-dc1', '--hex', STABLE.replace('65 03', '66 03'), '--option', option]);
    expect(await as('pollMs=60')).toMatchObject({ exit: 0 });
    expect((await as('dialect=cas')).data.items).not.toContainEqual({
      kind: 'stable',
      grams: 1234,
    });
    expect((await as('dialect=os2')).data.items).toContainEqual({ kind: 'stable', grams: 1234 });
  });

  const refused: [string, string[], number, RegExp, RegExp][] = [
    ['no driver', [], 2, /用哪个驱动[\s\S]*enq-dc1, serial-scanner/, /Which driver[\s\S]*enq-dc1/],
    [
      'an unknown driver',
      ['nope', '--hex', '01'],
      109,
      /没有驱动「nope」[\s\S]*enq-dc1/,
      /no driver "nope"/,
    ],
    ['what is not hex', ['enq-dc1', '--hex', 'xyz'], 2, /这不是十六进制/, /not hex/],
    ['half a byte', ['enq-dc1', '--hex', '012'], 2, /这不是十六进制/, /not hex/],
    ['no bytes given', ['enq-dc1'], 2, /--hex 或 --file 之一/, /either --hex or --file/],
    ['bytes given twice', ['enq-dc1', '--hex', '01', '--file', 'x'], 2, /之一/, /either/],
    [
      'a missing file',
      ['enq-dc1', '--file', '/no/such'],
      2,
      /读不了文件.*\/no\/such/,
      /cannot be read/,
    ],
    [
      'an option out of range',
      ['enq-dc1', '--hex', '01', '--option', 'pollMs=6'],
      2,
      /pollMs/,
      /pollMs/,
    ],
    [
      'an option that is no number',
      ['enq-dc1', '--hex', '01', '--option', 'pollMs=x'],
      2,
      /pollMs/,
      /pollMs/,
    ],
    [
      'an unknown option',
      ['enq-dc1', '--hex', '01', '--option', 'colour=red'],
      2,
      /没有选项.*colour/,
      /colour/,
    ],
    [
      'an option without a value',
      ['enq-dc1', '--hex', '01', '--option', 'dialect'],
      2,
      /KEY=VALUE/,
      /KEY=/,
    ],
  ];
  test.each(refused)('refuses %s', async (_, args, exit, zh, en) => {
    const { error, exit: code } = await json(['decode', ...args]);
    expect(code).toBe(exit);
    expect(`${error?.message.zh} ${error?.hint.zh}`).toMatch(zh);
    expect(`${error?.message.en} ${error?.hint.en}`).toMatch(en);
  });
});

const WECHAT = '134567890123456789';
/** Article 4131, 0.612 kg, 7.32 yuan; as well-formed an Alipay code as a label. */
const EITHER = '280413100612007322';

describe.concurrent('yike code', () => {
  const read: [string, string[], number, object][] = [
    [
      'a bottle’s EAN-13',
      ['6901234567892'],
      0,
      { kind: 'gtin', gtin: '6901234567892', checkOk: true },
    ],
    ['a wrong check digit', ['6901234567893'], 3, { kind: 'gtin', checkOk: false }],
    ['an EAN-8', [']E495200002'], 0, { kind: 'gtin', gtin: '95200002', symbology: 'EAN-8' }],
    [
      'our price label',
      ['2004131007325'],
      0,
      { kind: 'store-label', plu: '4131', priceFen: 732, checkOk: true },
    ],
    [
      'a label with its verifier',
      ['2811111068708'],
      0,
      { kind: 'store-label', plu: '1111', weightGrams: 6870, verifierOk: true },
    ],
    [
      'a label whose verifier is wrong',
      ['2511118000120'],
      3,
      { kind: 'store-label', count: 12, verifierOk: false, checkOk: true },
    ],
    [
      'another system’s label by its layout',
      ['2112345015002', '--template', '2xIIIIIWWWWWC'],
      0,
      { kind: 'store-label', plu: '12345', weightGrams: 1500 },
    ],
    [
      'an element string',
      [String.raw`]C10109521234543213310300123439221990\x1d10ABC123`],
      0,
      {
        kind: 'element-string',
        symbology: 'GS1-128',
        gtin: '09521234543213',
        weightGrams: 1234,
        priceFen: 1990,
        lot: 'ABC123',
      },
    ],
    [
      'an element string with its separator lost',
      [']C1010952123454321331030012343922199010ABC123'],
      3,
      { kind: 'element-string', checkOk: false },
    ],
    [
      'a digital link',
      ['https://id.gs1.org/01/09521234543213/10/ABC123?17=261231'],
      0,
      { kind: 'digital-link', gtin: '09521234543213', lot: 'ABC123', expiry: '2026-12-31' },
    ],
    ['a payment code at the pay prompt', [WECHAT, '--role', 'pay'], 0, { kind: 'payment-code' }],
    [
      'a payment code scanned as goods',
      [WECHAT, '--role', 'item'],
      3,
      { kind: 'unknown', candidates: ['payment-code'] },
    ],
    [
      'a code that may be either',
      [EITHER],
      3,
      { kind: 'unknown', candidates: ['store-label', 'payment-code'] },
    ],
    [
      'the same code scanned as goods',
      [EITHER, '--role', 'item'],
      0,
      { kind: 'store-label', plu: '4131', weightGrams: 612, priceFen: 732 },
    ],
    ['the same code at the pay prompt', [EITHER, '--role', 'pay'], 0, { kind: 'payment-code' }],
    ['words', ['hello'], 3, { kind: 'unknown', checkOk: false }],
  ];
  test.each(read)('reads %s', async (_, args, exit, data) => {
    expect(await json(['code', ...args])).toMatchObject({ exit, data, error: null });
  });

  test('never repeats a payment code', async () => {
    const { stdout, stderr } = await yike(['code', WECHAT, '--role', 'pay', '--json']);
    expect(stdout + stderr).not.toContain(WECHAT);
  });

  const refused: [string, string[], RegExp, RegExp][] = [
    ['no text', [], /要看哪个码/, /Which code/],
    ['a role there is none of', ['1', '--role', 'boss'], /item 或 pay/, /item or pay/],
    [
      'a template there is none of',
      ['1', '--template', 'zz'],
      /没有版式「zz」/,
      /no template "zz"/,
    ],
  ];
  test.each(refused)('refuses %s', async (_, args, zh, en) => {
    const { exit, error } = await json(['code', ...args]);
    expect(exit).toBe(2);
    expect(error?.message.zh).toMatch(zh);
    expect(error?.message.en).toMatch(en);
  });
});

describe.concurrent('yike driver list', () => {
  test('names every driver with its kind, links and golden lines', async () => {
    const { data } = await json(['driver', 'list']);
    const drivers = data.drivers as {
      name: string;
      kind: string;
      links: string[];
      vectors: number;
    }[];
    expect(drivers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['enq-dc1', 'serial-scanner', 'escpos', 'code-pay', 'mjpeg']),
    );
    for (const { name, links, vectors } of drivers)
      expect({ name, linked: links.length > 0, held: vectors > 0 }).toEqual({
        name,
        linked: true,
        held: true,
      });
  });

  test('for people it is a table', async () => {
    const { stdout } = await yike(['driver', 'list']);
    expect(stdout).toMatch(/^NAME +KIND +LINKS .*VECTORS/);
    expect(stdout).toMatch(/^enq-dc1 +scale +serial,pty,tcp,memory .*\d+/m);
  });
});

describe.concurrent('yike model eval', () => {
  test('a list that is not there is named, in both languages', async () => {
    const list = join(dir, 'none.csv');
    const { exit, error } = await json(['model', 'eval', '--learn', list, '--test', list]);
    expect({ exit, code: error?.code }).toEqual({ exit: 111, code: 'E_CSV_MISSING' });
    expect(error).toMatchObject({
      message: { zh: '找不到图片清单' },
      reason: expect.stringContaining(list),
    });
  });

  test('a list without the columns is told which', async () => {
    const list = join(dir, 'columns.csv');
    writeFileSync(list, 'file,name\na.jpg,apple\n');
    const { error } = await json(['model', 'eval', '--learn', list, '--test', list]);
    expect(error).toMatchObject({
      code: 'E_CSV_COLUMNS',
      message: { zh: expect.stringContaining('path') },
    });
  });
});
