/** `yike device check`, and what can be done to a device by hand. */
import type {
  CheckLevel,
  CheckReport,
  CheckStep,
  DiagDevice,
} from '../../core/views/diag-views.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { duration } from '../duration.ts';
import { type ActWanted, type Talk, talkTo, withDevice } from './talk.ts';

const MARK: Record<CheckStep['status'], string> = { pass: '✓', warn: '!', fail: '✗', none: '-' };
const LEVELS = ['internal', 'external', 'interactive'];

/** What a person is asked to do while the check waits. */
const PERSON: Partial<Record<DiagDevice['kind'], [string, string]>> = {
  scale: ['请在 20 秒内往秤盘上放一件东西', 'Put something on the plate within 20 s'],
  scanner: ['请在 20 秒内扫一个条码', 'Scan any code within 20 s'],
};

export function reportLines(report: CheckReport, language: 'zh' | 'en'): string[] {
  const rows = report.steps.map((step) => [
    `  ${MARK[step.status]} ${step.title[language]}`,
    step.value ?? '',
    step.limit ? `(${step.limit})` : '',
    step.hint ? `→ ${step.hint[language]}` : '',
  ]);
  const result = `${report.id}  ${report.status.toUpperCase()}  ${report.checkHealthText}  ${report.ms} ms`;
  return [...table(rows), result];
}

const exitOfReports = (reports: CheckReport[]): number => {
  if (reports.some(({ status }) => status === 'fail')) return EXIT.failure;
  return reports.some(({ status }) => status === 'warn') ? EXIT.warnings : EXIT.ok;
};

export async function deviceCheck(call: Call): Promise<Answer> {
  const level = String(call.flags.level ?? 'internal');
  if (!LEVELS.includes(level))
    return usage(
      `--level 是 ${LEVELS.join('、')}`,
      `--level is ${LEVELS.join(', ')}`,
      'yike device check all',
    );
  if (call.words[0] === undefined || call.words[0] === 'all')
    return checkAll(call, level as CheckLevel);
  return withDevice(call, undefined, async (talk, device) => {
    const asked = PERSON[device.kind];
    if (level === 'interactive' && asked) call.say(say(...asked));
    const checked = await talk.check(device.id, level as CheckLevel);
    if (!checked.ok) return checked.answer;
    const exit = exitOfReports([checked.value]);
    const wrong = exit === EXIT.failure && device.upos > 100 ? device.upos : exit;
    return answered(call, [checked.value], wrong);
  });
}

async function checkAll(call: Call, level: CheckLevel): Promise<Answer> {
  const opened = await talkTo(call);
  if (!opened.ok) return opened.answer;
  try {
    return await checkEvery(call, opened.value, level);
  } finally {
    await opened.value.close();
  }
}

async function checkEvery(call: Call, talk: Talk, level: CheckLevel): Promise<Answer> {
  const listed = await talk.list();
  if (!listed.ok) return listed.answer;
  const on = listed.value.filter(({ state }) => state !== 'disabled');
  const checked = await Promise.all(on.map(({ id }) => talk.check(id, level)));
  const bad = checked.find((each) => !each.ok);
  if (bad && !bad.ok) return bad.answer;
  const reports = checked.flatMap((each) => (each.ok ? [each.value] : []));
  return answered(call, reports, exitOfReports(reports));
}

function answered(call: Call, reports: CheckReport[], exit: number): Answer {
  const lines = reports.flatMap((report) => [...reportLines(report, call.language), '']);
  const levels = { ok: 'ok', warn: 'warn', fail: 'error' } as const;
  const devices = reports.map(({ id, status }) => ({ id, level: levels[status] }));
  const data = { devices, reports };
  if (exit <= EXIT.warnings) return good(data, lines.slice(0, -1), exit);
  const worst = reports.find(({ status }) => status === 'fail') ?? reports[0];
  const step = worst?.steps.find(({ status }) => status === 'fail');
  const hint = step?.hint ?? say('yike device show', 'yike device show');
  const title = step?.title ?? say('体检没有通过', 'The check failed');
  const error = {
    ...{ code: 'E_HEALTH', message: title, hint },
    ...(step?.reason && { reason: step.reason }),
    ...(worst && { device: worst.id }),
  };
  return { ...failed(exit, error, data), lines: lines.slice(0, -1) };
}

/** One act on one device: `kind` narrows which. */
export async function actOn(
  call: Call,
  kind: string | undefined,
  wanted: ActWanted,
  words: [zh: string, en: string],
): Promise<Answer> {
  return withDevice(call, kind, async (talk, { id }) => {
    const why = typeof call.flags.reason === 'string' ? { why: call.flags.reason } : {};
    const heard = await talk.act(id, { ...wanted, ...why });
    if (!heard.ok) return heard.answer;
    const line = `${id}  ${call.language === 'zh' ? words[0] : words[1]}`;
    return good({ id, act: wanted.act, ...heard.value }, [line]);
  });
}

export const deviceAct =
  (act: string, zh: string, en: string) =>
  async (call: Call): Promise<Answer> => {
    if (call.words[0] === undefined)
      return usage('哪台设备？', 'Which device?', `yike device ${act} scale-1`);
    return actOn(call, undefined, { act }, [zh, en]);
  };

/** Closed and opened again; with `--power` its USB port is switched off and on. */
export async function deviceReset(call: Call): Promise<Answer> {
  if (call.words[0] === undefined)
    return usage('哪台设备？', 'Which device?', 'yike device reset scale-1 --power');
  return call.flags.power
    ? actOn(call, undefined, { act: 'power' }, ['已断电再上电', 'power went off and on'])
    : actOn(call, undefined, { act: 'restart' }, ['正在重新打开', 'opening again']);
}

export async function deviceRelease(call: Call): Promise<Answer> {
  const forMs = duration(String(call.flags.for ?? '10m'));
  if (forMs === undefined || call.words[0] === undefined)
    return usage(
      '哪台设备？多久？',
      'Which device, for how long?',
      'yike device release scale-1 --for 10m',
    );
  return actOn(call, undefined, { act: 'release', forMs }, ['串口已让出', 'port let go']);
}

/** Opening somebody's cabinet by hand: a name and a reason, or nothing happens. */
export async function cabinetUnlock(call: Call): Promise<Answer> {
  const { by, reason, lock = '1' } = call.flags;
  const example = 'yike cabinet unlock lock-1 --lock 2 --by "Li Mei" --reason "stuck bag"';
  if (typeof by !== 'string' || typeof reason !== 'string' || by === '' || reason === '')
    return failed(EXIT.refused, {
      code: 'E_NAME_AND_REASON',
      message: say('开锁要写明谁和为什么', 'Unlocking needs a name and a reason'),
      hint: say(example, example),
    });
  if (!/^[1-9]\d?$/.test(String(lock)))
    return usage('--lock 是锁的编号', '--lock is the number of the lock', example);
  return actOn(call, 'lock', { act: 'unlock', lock: Number(lock) }, [
    `锁 ${lock} 已打开`,
    `lock ${lock} opened`,
  ]);
}

/** Locks, shelves and coolers of the cabinets, with what they say. */
export async function cabinetStatus(call: Call): Promise<Answer> {
  const opened = await talkTo(call);
  if (!opened.ok) return opened.answer;
  const listed = await opened.value.list();
  await opened.value.close();
  if (!listed.ok) return listed.answer;
  const parts = listed.value.filter(({ kind }) => ['lock', 'shelf', 'cooler'].includes(kind));
  const rows = parts.map(({ id, kind, state, reason = '-', live }) => [
    ...[id, kind, state, reason, live ? JSON.stringify(live.event) : '-'],
  ]);
  const unwell = parts.some(({ state }) => state !== 'ok');
  return good(
    { parts },
    table([['ID', 'KIND', 'STATE', 'REASON', 'LAST'], ...rows]),
    unwell ? EXIT.warnings : EXIT.ok,
  );
}

export async function scaleZero(call: Call): Promise<Answer> {
  return actOn(call, 'scale', { act: 'zero' }, ['已置零', 'zeroed']);
}

export async function scaleTare(call: Call): Promise<Answer> {
  const { grams } = call.flags;
  if (grams !== undefined && !/^\d{1,6}$/.test(String(grams)))
    return usage('--grams 是整克数', '--grams is whole grams', 'yike scale tare --grams 12');
  const wanted = { act: 'tare', ...(grams !== undefined && { grams: Number(grams) }) };
  return actOn(call, 'scale', wanted, ['已去皮', 'tared']);
}

export async function scaleUntare(call: Call): Promise<Answer> {
  return actOn(call, 'scale', { act: 'tare', grams: 0 }, ['皮重已清', 'tare cleared']);
}

/** `--point 1000=1000 --point 5000=4998`: what was applied and what it showed. */
export async function scaleCal(call: Call): Promise<Answer> {
  const given = Array.isArray(call.flags.point) ? call.flags.point.map(String) : [];
  const points = given.map((each) => /^(\d{1,6})=(-?\d{1,6})$/.exec(each));
  const example = 'yike scale cal scale-1 --point 0=0 --point 1000=1000 --by "Li Mei"';
  if (points.length === 0 || points.includes(null))
    return usage(
      '--point 放上的克数=显示的克数，至少两次',
      '--point APPLIED=SHOWN in grams, two at least',
      example,
    );
  const read = points.map((match) => ({
    appliedGrams: Number(match?.[1]),
    shownGrams: Number(match?.[2]),
  }));
  return actOn(call, 'scale', { act: 'calibrate', points: read }, [
    '校准记录已保存',
    'calibration record kept',
  ]);
}

export async function printerTest(call: Call): Promise<Answer> {
  const { label } = call.flags;
  const wanted = { act: 'print', ...(typeof label === 'string' && { label }) };
  return actOn(call, 'printer', wanted, ['测试页已打印', 'test page printed']);
}

export async function printerFeed(call: Call): Promise<Answer> {
  return actOn(call, 'printer', { act: 'feed' }, ['已走纸', 'paper fed']);
}

/** External check of one device of a kind. */
export async function kindCheck(call: Call, kind: string): Promise<Answer> {
  const level = String(call.flags.level ?? 'external') as CheckLevel;
  return withDevice(call, kind, async (talk, { id, upos }) => {
    const checked = await talk.check(id, level);
    if (!checked.ok) return checked.answer;
    const exit = exitOfReports([checked.value]);
    return answered(call, [checked.value], exit === EXIT.failure && upos > 100 ? upos : exit);
  });
}

/** Numbers and truth values as such, everything else as text. */
export function optionsOf(pairs: string[]): Record<string, unknown> | undefined {
  const options: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const plain = /^(true|false|-?\d{1,9})$/.test(value);
    options[name] = plain ? JSON.parse(value) : value;
  }
  return options;
}
