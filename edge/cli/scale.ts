/** `yike scale read`: the weight the running controller sees. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatKilograms } from '../core/quantity.ts';
import type { DeviceView, WeightView } from '../core/views.ts';
import { askBox } from './box.ts';
import { type Answer, type Call, EXIT, failed, good, say } from './command.ts';

/** `3s`, `500ms`, or a bare number of milliseconds. */
export function duration(text: string | undefined, otherwiseMs: number): number {
  const [, number, unit] = /^(\d+)(ms|s|m)?$/.exec(text ?? '') ?? [];
  if (number === undefined) return otherwiseMs;
  return Number(number) * ({ s: 1000, m: 60_000 }[unit ?? ''] ?? 1);
}

/** UnifiedPOS extended result codes of a scale. */
const EXTENDED: Partial<Record<WeightView['kind'], [number, string, string]>> = {
  overload: [201, '超过量程', 'over capacity'],
  underload: [202, '低于零', 'below zero'],
};

export async function scaleRead(call: Call): Promise<Answer> {
  const listed = await askBox<{ devices: DeviceView[] }>(call.dataDir, 'GET', '/devices');
  if (!listed.ok) return listed.answer;
  const scales = listed.value.devices.filter((device) => device.kind === 'scale');
  const id = call.words[0] ?? scales[0]?.id ?? 'scale';
  const deadline = performance.now() + duration(call.flags.timeout as string | undefined, 3_000);
  while (true) {
    const asked = await askBox<WeightView>(
      call.dataDir,
      'GET',
      `/scales/${encodeURIComponent(id)}`,
    );
    if (!asked.ok) return asked.answer;
    const weight = asked.value;
    const still = weight.kind === 'stable' || weight.kind === 'zero';
    if (still || (!call.flags.stable && weight.kind === 'moving')) return reading(id, weight);
    if (weight.kind !== 'moving' && weight.kind !== 'stale') return unwell(id, weight);
    if (performance.now() >= deadline) return late(id, weight);
    await sleep(50);
  }
}

const reading = (id: string, weight: WeightView): Answer =>
  good({ id, ...weight }, [`${id}  ${formatKilograms(weight.grams ?? 0)} kg  ${weight.kind}`]);

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

function late(id: string, weight: WeightView): Answer {
  const silent = weight.kind === 'stale';
  return failed(
    silent ? EXIT.offline : EXIT.timeout,
    {
      code: silent ? 'E_OFFLINE' : 'E_TIMEOUT',
      device: id,
      message: silent
        ? say('秤没有回应', 'The scale does not answer')
        : say('一直没有稳定', 'It did not settle in time'),
      hint: say(`yike device show ${id}`, `yike device show ${id}`),
    },
    { id, ...weight },
  );
}
