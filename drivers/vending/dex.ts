/**
 * Vending machines read over their DEX/UCS port: sales counters of an EVA-DTS audit. Counters are
 * only read, never reset; what was sold since the audit before is worked out here. Frames:
 * dex-codec.ts; one reading: dex-talk.ts; the file: eva-dts.ts. Bytes: golden/dex.txt.
 */
import { type Static, Type } from 'typebox';
import {
  type AuditOutcome,
  type ByteWire,
  type DriverContext,
  DriverError,
  defineDriver,
  type VendingMachine,
} from '../contract.ts';
import { at, say, type Text } from '../say.ts';
import { dexDecoder } from './dex-codec.ts';
import { type DexTalk, dexTalk, type Transfer } from './dex-talk.ts';
import {
  type AuditProblem,
  auditLinesOf,
  type ParsedAudit,
  parseAudit,
  segmentOf,
} from './eva-dts.ts';
import { type AuditBefore, rememberedOf, withSold } from './sold.ts';

/** After an audit that failed. */
const AGAIN_MS = 30_000;
/** Audits in a row without an answer before the machine counts as gone. */
const SILENT_AUDITS = 3;
const BEFORE = 'audit';
const PROBLEMS_SHOWN = 3;

const options = Type.Object(
  {
    everyMs: Type.Integer({
      default: 3_600_000,
      minimum: 5000,
      maximum: 86_400_000,
      about: say(
        '读取间隔（毫秒）；有的机器读取时暂停售卖',
        'From audit to audit; some machines pause',
      ),
    }),
    commId: Type.String({
      default: 'YIK0000001',
      pattern: '^[ -~]{10}$',
      about: say('我方通信编号，10 位', 'Our communication id, ten characters'),
    }),
    revision: Type.String({
      default: 'R01L01',
      pattern: '^R\\d\\dL\\d\\d$',
      about: say('协议版本', 'Revision and level we say, e.g. R01L01'),
    }),
    crcXor: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 0xffff,
      about: say('CRC 的附加异或值，个别机型需要', 'XORed onto every CRC; few makes need one'),
    }),
    fileCrc: Type.Union([Type.Literal('check'), Type.Literal('ignore')], {
      default: 'check',
      about: say('是否核对文件校验 G85', 'Whether the sum over the file (G85) is checked'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

interface Machine {
  wire: ByteWire;
  options: Options;
  context: DriverContext;
  talk: DexTalk;
  reading: Promise<AuditOutcome> | undefined;
  /** Readings in a row that nobody answered. */
  silent: number;
  broken: boolean;
  cancel: () => void;
  /** Its audit names it: told once, as soon as that is known. */
  named: () => void;
}

export const dex = defineDriver<VendingMachine>({
  name: 'dex',
  kind: 'vending',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['audit'],
  title: {
    zh: '自动售货机审计口（DEX/UCS，EVA-DTS）',
    en: 'Vending machines over DEX/UCS with EVA-DTS audits',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  // Between two audits it says nothing; a cable that is pulled is noticed by its adapter.
  silenceMs: 90_000_000,
  decoder: (given) => dexDecoder((given as Options).crcXor),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(`${wire.address}: 审计口要串口`, `${wire.address}: A byte wire is needed`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings = given as Options;
    const machine: Machine = {
      ...{ wire, options: settings, context, reading: undefined, silent: 0, broken: false },
      ...{ cancel: () => undefined, named: () => undefined },
      talk: dexTalk(wire, context, settings, () => void read(machine)),
    };
    context.signal.addEventListener('abort', () => machine.cancel(), { once: true });
    const named = new Promise<'named'>((resolve) => {
      machine.named = () => resolve('named');
    });
    const first = await Promise.race([named, read(machine)]);
    const refusal = first === 'named' ? undefined : refusalOf(machine, first);
    if (refusal !== undefined) throw refusal;
    return {
      kind: 'vending',
      audit: () => read(machine),
      async close() {
        machine.cancel();
        await wire.close();
      },
    };
  },
});

/** Why this is no machine we can read, or undefined: a broken audit is one all the same. */
function refusalOf({ wire, talk, cancel }: Machine, outcome: AuditOutcome) {
  if (outcome.ok || outcome.reason === 'broken') return undefined;
  cancel();
  const strange = talk.noise() > 0;
  const text = strange
    ? say('有数据但不是 DEX', 'Something else answers')
    : say(
        `售货机没有应答：${outcome.detail.zh}`,
        `The machine does not answer: ${outcome.detail.en}`,
      );
  return new DriverError(strange ? 'WRONG_DEVICE' : 'NO_REPLY', at(`${wire.address}: `, text));
}

/** Reads now, or joins the reading at hand; the next one by itself is due after it. */
function read(machine: Machine): Promise<AuditOutcome> {
  machine.reading ??= audit(machine).then((outcome) => {
    machine.reading = undefined;
    plan(machine, outcome);
    return outcome;
  });
  return machine.reading;
}

function plan(machine: Machine, outcome: AuditOutcome): void {
  const { context, options: settings, wire } = machine;
  machine.cancel();
  if (context.signal.aborted) return;
  const silent = !outcome.ok && outcome.reason === 'no-answer';
  machine.silent = silent ? machine.silent + 1 : 0;
  if (!outcome.ok && machine.silent >= SILENT_AUDITS) {
    context.lost?.(new DriverError('NO_REPLY', at(`${wire.address}: `, outcome.detail)));
    return;
  }
  const delayMs = outcome.ok ? settings.everyMs : Math.min(AGAIN_MS, settings.everyMs);
  machine.cancel = context.clock.after(delayMs, () => void read(machine));
}

async function audit(machine: Machine): Promise<AuditOutcome> {
  const { context, options: settings, talk } = machine;
  machine.cancel();
  const moved = await talk.transfer((blocks) => introduceOnce(machine, blocks));
  if (!moved.ok && moved.reason !== 'broken')
    return { ok: false, reason: moved.reason, detail: moved.at };
  const parsed = moved.ok ? parsedOf(moved.blocks, settings.fileCrc === 'check') : undefined;
  if (!parsed?.ok) return broken(machine, detailOf(moved, parsed));
  const told = withSold(parsed.audit, before(context));
  context.notes?.set(BEFORE, JSON.stringify(rememberedOf(parsed.audit)));
  context.count('M_AuditCount');
  if (machine.broken) context.warn(undefined);
  machine.broken = false;
  context.emit({ kind: 'audit', ...told, atMs: context.clock.monoMs() });
  return { ok: true, audit: told };
}

/** None of its counters is given out, and the ones of before stay as they are. */
function broken(machine: Machine, detail: Text): AuditOutcome {
  machine.broken = true;
  machine.context.count('M_AuditBrokenCount');
  machine.context.warn('AUDIT_BROKEN', detail);
  return { ok: false, reason: 'broken', detail };
}

/** The lines of all blocks. A block that came twice counts once, unless it was meant twice. */
function parsedOf(blocks: readonly string[], checkFileCrc: boolean): ParsedAudit {
  const all = parseAudit(linesOf(blocks), checkFileCrc);
  if (all.ok) return all;
  const once = blocks.filter((text, index) => text !== blocks[index - 1]);
  const again = once.length < blocks.length ? parseAudit(linesOf(once), checkFileCrc) : all;
  return again.ok ? again : all;
}

const linesOf = (blocks: readonly string[]): string[] => auditLinesOf(blocks.join(''));

function detailOf(moved: Transfer, parsed: ParsedAudit | undefined): Text {
  if (!moved.ok) return moved.at;
  return parsed === undefined || parsed.ok ? say('', '') : wordsOf(parsed.problems);
}

/** The first few reasons. */
export function wordsOf(problems: readonly AuditProblem[]): Text {
  const shown = problems.slice(0, PROBLEMS_SHOWN);
  const more = problems.length - shown.length;
  const zh = shown.map((each) => each.zh).join('；');
  const en = shown.map((each) => each.en).join('; ');
  return more > 0 ? say(`${zh}；另有 ${more} 处`, `${en}; and ${more} more`) : say(zh, en);
}

/** Names the machine as soon as its ID1 came, long before a big audit is over. */
function introduceOnce(machine: Machine, blocks: readonly string[]): void {
  const { context, named } = machine;
  const line = linesOf(blocks).find((each) => each.startsWith('ID1*'));
  const [serialNumber = '', model = '', firmware = ''] = segmentOf(line ?? '')?.elements ?? [];
  if (line === undefined || !blocks.join('').includes(`${line}\r\n`)) return;
  // EVA-DTS: a serial number begins with the three letters of its maker.
  const manufacturer = /^[A-Z]{3}(?=.)/.exec(serialNumber)?.[0];
  context.identify?.({
    ...(manufacturer && { manufacturer }),
    ...(model.trim() && { model: model.trim() }),
    ...(serialNumber.trim() && { serialNumber: serialNumber.trim() }),
    ...(firmware.trim() && { firmware: firmware.trim() }),
  });
  named();
}

function before({ notes }: DriverContext): AuditBefore | undefined {
  const kept = notes?.get(BEFORE);
  return kept === undefined ? undefined : (JSON.parse(kept) as AuditBefore);
}
