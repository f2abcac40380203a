/** `yike scale calibrate`: weights one after the other, and the sheet of what they showed. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypePlate } from '../../core/type-plate.ts';
import type { CalibrationView, DiagDevice } from '../../core/views/diag-views.ts';
import {
  type Answer,
  asksPeople,
  type Call,
  EXIT,
  failed,
  good,
  say,
  table,
  usage,
} from '../command.ts';
import { notWritten } from '../out-file.ts';
import { scaleCal } from './device-acts.ts';
import { type Talk, whoOf, withDevice } from './talk.ts';

interface Step {
  grams: number;
  zh: string;
  en: string;
}

const PATIENCE_MS = 20_000;
const LOOK_MS = 100;

/** Nothing, a small weight, half and nearly all of it, then a third at each corner (OIML R 76). */
export function planOf({ maxGrams, minGrams }: TypePlate): Step[] {
  const round = (grams: number) => Math.max(minGrams, Math.round(grams / 100) * 100);
  const third = round(maxGrams / 3);
  const corner = (zh: string, en: string): Step => ({ grams: third, zh, en });
  return [
    { grams: 0, zh: '空盘', en: 'empty plate' },
    { grams: round(maxGrams / 10), zh: '盘中央', en: 'in the middle' },
    { grams: round(maxGrams / 2), zh: '盘中央', en: 'in the middle' },
    { grams: round(maxGrams), zh: '盘中央', en: 'in the middle' },
    corner('左前角', 'front left'),
    corner('右前角', 'front right'),
    corner('右后角', 'back right'),
    corner('左后角', 'back left'),
  ];
}

export async function scaleCalibrate(call: Call): Promise<Answer> {
  if (call.flags.point !== undefined) return recorded(call, await scaleCal(call));
  return withDevice(call, 'scale', async (talk, device) => {
    if (!device.plate) return plateless(device.id);
    const steps = planOf(device.plate);
    if (call.flags.plan) return planSaid(call, device.id, steps);
    if (!asksPeople(call))
      return usage(
        '没有终端：用 --plan 看步骤，用 --point 放上=显示 记下',
        'No terminal: --plan shows the steps, --point APPLIED=SHOWN keeps them',
        'yike scale calibrate scale-1 --point 0=0 --point 1500=1500',
      );
    return walk(call, talk, device, steps);
  });
}

function planSaid(call: Call, id: string, steps: Step[]): Answer {
  const zh = call.language === 'zh';
  const rows = steps.map((step, at) => [`${at + 1}.`, `${step.grams} g`, zh ? step.zh : step.en]);
  const first = zh
    ? '预热 10 分钟，放平，清空秤盘；法制计量：仅限授权人员'
    : 'Warm up 10 minutes, level it, clear the plate; legal metrology: authorised people only';
  return good({ id, steps }, [first, ...table(rows)]);
}

/** Asks for one weight after the other; Ctrl-C leaves everything as it was. */
async function walk(call: Call, talk: Talk, device: DiagDevice, steps: Step[]): Promise<Answer> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const zh = call.language === 'zh';
  const points: { appliedGrams: number; shownGrams: number }[] = [];
  try {
    for (const [at, { grams, ...where }] of steps.entries()) {
      const words = zh
        ? `${at + 1}/${steps.length}  放上 ${grams} g（${where.zh}），按回车，s 跳过 `
        : `${at + 1}/${steps.length}  put ${grams} g ${where.en}, then Enter; s skips `;
      if ((await prompt.question(words)).trim() === 's') continue;
      const shownGrams = await standing(talk, device.id);
      if (shownGrams === undefined) return unstable(device.id);
      call.say(say(`显示 ${shownGrams} g`, `shows ${shownGrams} g`));
      points.push({ appliedGrams: grams, shownGrams });
    }
  } finally {
    prompt.close();
  }
  const why = typeof call.flags.reason === 'string' ? { why: call.flags.reason } : {};
  const heard = await talk.act(device.id, { act: 'calibrate', points, ...why });
  if (!heard.ok) return heard.answer;
  const { calibration } = heard.value as { calibration: CalibrationView };
  return recorded(call, good({ id: device.id, calibration }, [device.id]));
}

/** Which weights to take and what they may be off stand on the plate alone. */
const plateless = (id: string): Answer =>
  failed(EXIT.illegal, {
    ...{ code: 'E_NO_PLATE', device: id },
    message: say(
      '这台秤不用于交易，店里没有它的铭牌，不知道用多重的砝码、允许差多少',
      'This scale is not for trade and has no type plate here: which weights, and how far off they may be, is not known',
    ),
    hint: say(`yike device show ${id}`, `yike device show ${id}`),
  });

const unstable = (id: string): Answer =>
  failed(EXIT.timeout, {
    ...{ code: 'E_TIMEOUT', device: id },
    message: say('一直没有稳定，没有记下任何东西', 'It did not settle; nothing was kept'),
    hint: say('查风和碰到秤盘的东西', 'Look for draught or anything touching the plate'),
  });

async function standing(talk: Talk, id: string): Promise<number | undefined> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs) {
    const listed = await talk.list();
    const live = listed.ok ? listed.value.find((each) => each.id === id)?.live : undefined;
    const { kind, grams } = live?.event ?? {};
    if (live && live.ageMs < 1000 && (kind === 'stable' || kind === 'zero'))
      return Number(grams ?? 0);
    await sleep(LOOK_MS);
  }
  return undefined;
}

/** The sheet in words, and in a file where one was named. */
function recorded(call: Call, answer: Answer): Answer {
  const { calibration, id } = answer.data as { id?: string; calibration?: CalibrationView };
  if (answer.error || !calibration || !id) return answer;
  const zh = call.language === 'zh';
  const verdict = calibration.passed ? (zh ? '合格' : 'passed') : zh ? '不合格' : 'failed';
  const lines = [
    `${zh ? '校准记录' : 'Calibration record'}  ${id}`,
    `${calibration.by || whoOf(call)}  ${new Date(calibration.atWallMs).toISOString()}  ${verdict}`,
    ...table([
      [zh ? '放上' : 'applied', zh ? '显示' : 'shown', zh ? '误差' : 'error'],
      ...calibration.points.map(({ appliedGrams, shownGrams }) => [
        `${appliedGrams} g`,
        `${shownGrams} g`,
        `${shownGrams - appliedGrams} g`,
      ]),
    ]),
  ];
  const { record } = call.flags;
  const failure =
    typeof record === 'string' ? notWritten(record, `${lines.join('\n')}\n`) : undefined;
  // The record is in the store; only its copy is missing.
  if (failure) return { ...failure, data: answer.data, lines };
  const exit = calibration.passed ? EXIT.ok : EXIT.warnings;
  return { ...answer, exit, lines: [...lines, ...(typeof record === 'string' ? [record] : [])] };
}
