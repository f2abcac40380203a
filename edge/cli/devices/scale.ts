/** `yike scale read`: the weight the running controller sees. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatKilograms } from '../../core/sale/quantity.ts';
import type { DeviceView, WeightView } from '../../core/views/views.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say, usage, wholeFlag } from '../command.ts';
import { duration } from '../duration.ts';
import { deviceMeant } from './device.ts';

/** UnifiedPOS extended result codes of a scale. */
const EXTENDED: Partial<Record<WeightView['kind'], [number, string, string]>> = {
  overload: [201, '超过量程', 'over capacity'],
  underload: [202, '低于零', 'below zero'],
};

export async function scaleRead(call: Call): Promise<Answer> {
  const patienceMs = duration(String(call.flags.timeout ?? '3s'));
  const count = wholeFlag(call.flags.count, 1);
  if (patienceMs === undefined || count === undefined || count === 0)
    return usage(
      '--timeout 写成 3s 或 500ms，--count 是整数',
      '--timeout is like 3s or 500ms, --count a whole number',
      'yike scale read',
    );
  const listed = await askBox<{ devices: DeviceView[] }>(call.dataDir, 'GET', '/devices');
  if (!listed.ok) return listed.answer;
  const scales = listed.value.devices.filter((device) => device.kind === 'scale');
  const [wanted = scales[0]?.id] = call.words;
  if (wanted === undefined) return noScale();
  const meant = deviceMeant(scales, wanted);
  if (!meant.ok) return meant.answer;
  const { id } = meant.value;
  const silent = async () => silentBecause(call, id);
  const readings: Answer[] = [];
  while (readings.length < count) {
    const answer = await readOnce(call, id, patienceMs, silent);
    readings.push(answer);
    if (answer.error) return answer;
  }
  const [first] = readings;
  if (count === 1 && first) return first;
  const lines = readings.flatMap((each) => each.lines);
  return good({ id, readings: readings.map(({ data }) => data) }, lines);
}

/** One weight, waited for at most so long. */
async function readOnce(
  call: Call,
  id: string,
  patienceMs: number,
  silent: () => Promise<DeviceView | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + patienceMs;
  while (true) {
    const path = `/scales/${encodeURIComponent(id)}`;
    const asked = await askBox<WeightView>(call.dataDir, 'GET', path);
    if (!asked.ok) return asked.answer;
    const weight = asked.value;
    const still = weight.kind === 'stable' || weight.kind === 'zero';
    if (still || (!call.flags.stable && weight.kind === 'moving')) return reading(call, id, weight);
    if (weight.kind !== 'moving' && weight.kind !== 'stale') return unwell(id, weight);
    if (performance.now() >= deadline)
      return weight.kind === 'stale' ? mute(id, weight, await silent()) : late(id, weight);
    await sleep(50);
  }
}

const noScale = (): Answer =>
  failed(EXIT.noExist, {
    code: 'E_NOEXIST',
    message: say('这家店没有配置秤', 'This store has no scale in its configuration'),
    hint: say(
      '在配置的 devices 里加一台秤，再启动',
      'Add a scale to `devices` in the configuration and start again',
    ),
  });

const STILLNESS: Partial<Record<WeightView['kind'], string>> = {
  ...{ stable: '稳定', zero: '零', moving: '未稳' },
};

function reading({ language }: Call, id: string, weight: WeightView): Answer {
  const kind = language === 'zh' ? (STILLNESS[weight.kind] ?? weight.kind) : weight.kind;
  return good({ id, ...weight }, [`${id}  ${formatKilograms(weight.grams ?? 0)} kg  ${kind}`]);
}

function unwell(id: string, weight: WeightView): Answer {
  const [ext, zh, en] = EXTENDED[weight.kind] ?? [null, '秤自报故障', 'the scale reports a fault'];
  return failed(
    ext ? EXIT.extended : EXIT.failure,
    {
      code: 'E_SCALE',
      ext,
      device: id,
      message: say(zh, en),
      hint: say('清空秤盘再试', 'Clear the plate and try again'),
    },
    { id, ...weight },
  );
}

const late = (id: string, weight: WeightView): Answer =>
  failed(
    EXIT.timeout,
    {
      ...{ code: 'E_TIMEOUT', device: id },
      message: say('一直没有稳定', 'It did not settle in time'),
      hint: say(`yike device show ${id}`, `yike device show ${id}`),
    },
    { id, ...weight },
  );

/** Silent because somebody wanted it so. */
const OFF: Partial<Record<string, { exit: number; code: string }>> = {
  DISABLED_BY: { exit: EXIT.disabled, code: 'E_DISABLED' },
  RELEASED: { exit: EXIT.notClaimed, code: 'E_NOTCLAIMED' },
};

/** What the device says of itself now: why nothing comes. */
async function silentBecause(call: Call, id: string): Promise<DeviceView | undefined> {
  const listed = await askBox<{ devices: DeviceView[] }>(call.dataDir, 'GET', '/devices');
  return listed.ok ? listed.value.devices.find((device) => device.id === id) : undefined;
}

function mute(id: string, weight: WeightView, device: DeviceView | undefined): Answer {
  const { reason, why, next } = device ?? {};
  const of = (language: 'zh' | 'en') =>
    why ? `${language === 'zh' ? '：' : ': '}${why[language]}` : '';
  const off = OFF[reason ?? ''];
  return failed(
    off?.exit ?? EXIT.offline,
    {
      ...{ code: off?.code ?? 'E_OFFLINE', device: id, ...(reason && { reason }) },
      message: say(`秤没有回应${of('zh')}`, `The scale does not answer${of('en')}`),
      hint: next ?? say(`yike device show ${id}`, `yike device show ${id}`),
    },
    { id, ...weight },
  );
}
