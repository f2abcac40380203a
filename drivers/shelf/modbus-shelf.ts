/**
 * Weighing shelves whose cells hang on one RS-485 bus and speak Modbus RTU (drivers/modbus.ts).
 * Makers differ in register, word order and sign: a profile says how a cell of that make is read.
 * A weight counts once it was read three times in a row; minus and overload are no weights.
 * Sources: Flintec FT-13 manual p.48; KPR meter register 0050. Bytes: golden/modbus-shelf.txt.
 */
import { type Static, Type } from 'typebox';
import {
  type DriverContext,
  DriverError,
  defineDriver,
  type Shelf,
  type ShelfReading,
} from '../contract.ts';
import { type ModbusMaster, modbusDecoder, modbusMaster, type ReadFunction } from '../modbus.ts';
import { say, type Text, textOf } from '../say.ts';

const MOST_WORDS = 8;
const READS_TO_SETTLE = 3;
/** What converters say instead of a weight: the ends of the 32-bit range. */
const FAULT_COUNTS = new Set([0x7fff_ffff, -0x8000_0000, 0xffff_ffff]);

const custom = Type.Object(
  {
    function: Type.Union([Type.Literal(3), Type.Literal(4)], { default: 3 }),
    register: Type.Integer({ default: 0, minimum: 0, maximum: 0xffff }),
    words: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 2 }),
    wordOrder: Type.Union([Type.Literal('high-first'), Type.Literal('low-first')], {
      default: 'high-first',
    }),
    signed: Type.Boolean({ default: true }),
  },
  {
    default: {},
    additionalProperties: false,
    about: say('自定义寄存器', 'Register of the weight, for profile custom'),
  },
);

/** How a cell of one make says its weight, and the write that tares it. */
export interface RegisterProfile extends Static<typeof custom> {
  tare?: { register: number; value: number };
}

const PROFILES: Readonly<Record<'flintec-ft13' | 'kpr', RegisterProfile>> = {
  'flintec-ft13': {
    function: 3,
    register: 0x0000,
    words: 2,
    wordOrder: 'high-first',
    signed: true,
    tare: { register: 0x0008, value: 2 },
  },
  kpr: { function: 3, register: 0x0050, words: 2, wordOrder: 'high-first', signed: true },
};

const grams = (about: Text, preset: number, minimum: number) =>
  Type.Integer({ default: preset, minimum, maximum: 1_000_000, about });

const options = Type.Object(
  {
    cells: Type.Array(Type.Integer({ minimum: 1, maximum: 247 }), {
      default: [1],
      minItems: 1,
      maxItems: 32,
      uniqueItems: true,
      about: say('各称重单元的地址', 'Bus addresses of the cells'),
    }),
    profile: Type.Union(
      [Type.Literal('flintec-ft13'), Type.Literal('kpr'), Type.Literal('custom')],
      {
        default: 'flintec-ft13',
        about: say('型号', 'Make of the cells: flintec-ft13, kpr, custom'),
      },
    ),
    custom,
    gramsPerCount: grams(say('一个读数为几克', 'Grams one count stands for'), 1, 1),
    countsPerGram: grams(say('一克为几个读数', 'Counts that make one gram'), 1, 1),
    maxGrams: grams(say('最大量程（克）', 'Capacity in grams'), 30_000, 1),
    steadyGrams: grams(say('稳定判据（克）', 'Readings this near are the same'), 2, 0),
    zeroBandGrams: grams(say('零位带（克）', 'This little below zero is zero'), 5, 0),
    pollMs: Type.Integer({
      default: 150,
      minimum: 20,
      maximum: 5000,
      about: say('一轮读数的间隔（毫秒）', 'Milliseconds from one round of the cells to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

/** The number in the registers, by word order and sign. */
export function countsOf(words: number[], profile: RegisterProfile): number {
  const bits = profile.words * 16;
  const ordered = profile.wordOrder === 'high-first' ? words : words.toReversed();
  const value = ordered.reduce((sum, word) => sum * 0x1_0000 + word, 0);
  return profile.signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

type Seen = Pick<ShelfReading, 'state' | 'grams' | 'fault'>;

/** One cell: what its numbers mean, with the memory that steadiness needs. */
export function cellReader(profile: RegisterProfile, settings: Options) {
  let last: number | undefined;
  let run = 0;
  const no = (seen: Seen): Seen => {
    last = undefined;
    return seen;
  };
  return {
    fault: (fault: string): Seen => no({ state: 'fault', fault }),
    weigh(words: number[]): Seen {
      const counts = countsOf(words, profile);
      if (profile.words === 2 && FAULT_COUNTS.has(counts)) {
        return no({ state: 'fault', fault: 'sensor' });
      }
      const read = Math.round((counts * settings.gramsPerCount) / settings.countsPerGram);
      if (read < -settings.zeroBandGrams) return no({ state: 'underload' });
      if (read > settings.maxGrams) return no({ state: 'overload' });
      const weight = Math.max(0, read);
      const same = last !== undefined && Math.abs(weight - last) <= settings.steadyGrams;
      run = same ? run + 1 : 1;
      // The first of the run stays the mark, so that a creeping weight is a moving one.
      if (!same) last = weight;
      return run >= READS_TO_SETTLE ? { state: 'stable', grams: weight } : { state: 'moving' };
    },
  };
}

interface Cell {
  address: number;
  reader: ReturnType<typeof cellReader>;
  trouble?: string;
}

async function readCell(master: ModbusMaster, profile: RegisterProfile, cell: Cell) {
  const { function: fn, register, words } = profile;
  const answer = await master.read(cell.address, fn as ReadFunction, register, words);
  if (answer.kind === 'words') {
    delete cell.trouble;
    return cell.reader.weigh(answer.words);
  }
  cell.trouble = answer.kind === 'exception' ? `exception-${answer.code}` : 'silent';
  return cell.reader.fault(cell.trouble);
}

/** Reads cell after cell, for ever. */
async function poll(
  master: ModbusMaster,
  profile: RegisterProfile,
  cells: Cell[],
  settings: Options,
  context: DriverContext,
): Promise<void> {
  while (!context.signal.aborted) {
    for (const cell of cells) {
      const seen = await readCell(master, profile, cell);
      if (context.signal.aborted) return;
      if (seen.state === 'stable') context.count('GoodWeightReadCount');
      const atMs = context.clock.monoMs();
      context.emit({ kind: 'shelf-weight', cell: cell.address, ...seen, atMs });
    }
    const troubled = cells.filter(({ trouble }) => trouble !== undefined);
    const detail = troubled.map(({ address, trouble }) => `${address}: ${trouble}`).join(', ');
    context.warn(troubled.length > 0 ? 'SCALE_FAULT' : undefined, detail || undefined);
    await master.rest(settings.pollMs);
  }
}

/** At least one cell must weigh; a cell that knows no such register is another make. */
async function probe(
  master: ModbusMaster,
  profile: RegisterProfile,
  cells: Cell[],
  address: string,
): Promise<void> {
  let refused: string | undefined;
  for (const cell of cells) {
    await readCell(master, profile, cell);
    if (cell.trouble === undefined) return;
    if (cell.trouble !== 'silent') refused = `${cell.address}: ${cell.trouble}`;
  }
  if (refused !== undefined || master.noise() > 0) {
    const what = textOf(refused ?? say('乱码', 'noise'));
    throw new DriverError(
      'WRONG_DEVICE',
      say(`${address}: 不是这种称重单元（${what.zh}）`, `${address}: Not such a cell (${what.en})`),
    );
  }
  throw new DriverError(
    'NO_REPLY',
    say(`${address}: 称重单元没有应答`, `${address}: No cell answers`),
  );
}

export const modbusShelf = defineDriver<Shelf>({
  name: 'modbus-shelf',
  kind: 'shelf',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['tare'],
  title: {
    zh: '称重货架（Modbus RTU：富林泰克 FT-13 等）',
    en: 'Weighing shelves over Modbus RTU (Flintec FT-13 and others)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 5000,
  decoder: (given) => modbusDecoder((given as Options).cells, MOST_WORDS),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(`${wire.address}: 称重货架要串口`, `${wire.address}: A byte wire is needed`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings = given as Options;
    const profile: RegisterProfile =
      settings.profile === 'custom' ? settings.custom : PROFILES[settings.profile];
    const master = modbusMaster(wire, context, settings.cells, MOST_WORDS);
    const cells = settings.cells.map((address): Cell => {
      return { address, reader: cellReader(profile, settings) };
    });
    await probe(master, profile, cells, wire.address);
    void poll(master, profile, cells, settings, context);
    const close = (): Promise<void> => wire.close();
    const { tare } = profile;
    if (tare === undefined) return { kind: 'shelf', close };
    return {
      kind: 'shelf',
      async tare(cell) {
        if (!settings.cells.includes(cell)) return { ok: false, reason: 'NO_SUCH_CELL' };
        const answer = await master.write(cell, tare.register, [tare.value]);
        if (answer.kind === 'written') return { ok: true };
        const code = answer.kind === 'exception' ? `EXCEPTION_${answer.code}` : 'NO_REPLY';
        return { ok: false, reason: code };
      },
      close,
    };
  },
});
