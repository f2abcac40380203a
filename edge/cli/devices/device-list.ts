/** `yike device add`, `rename`, `remove`, `stats`, `yike scanner read`: the list itself, and a look at one. */
import { PLATE_FORM, typePlateOf } from '../../core/type-plate.ts';
import type { DiagDevice, ProbeFinding, ProbeReport } from '../../core/views/diag-views.ts';
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
  wholeFlag,
} from '../command.ts';
import { optionsOf } from './device-acts.ts';
import { nobodyHint } from './port.ts';
import { askDiag, type Heard, whoOf, withDevice } from './talk.ts';

const ADD_EXAMPLE = `yike device add scale-1 --probe /dev/ttyUSB0 --plate ${PLATE_FORM}`;

export async function deviceAdd(call: Call): Promise<Answer> {
  const { driver, address, probe, plate, option } = call.flags;
  const [id] = call.words;
  const told = driver !== undefined && address !== undefined;
  if (probe !== '' && (id === undefined || (probe === undefined && !told)))
    return usage(
      '给出名字，和 --probe 串口 或 --driver 与 --address；只写 --probe 就看所有空闲串口',
      'Give a name, and --probe PORT or --driver and --address; --probe alone looks at every free port',
      ADD_EXAMPLE,
    );
  if (typeof plate === 'string' && typePlateOf(plate) === undefined) return plateUnread();
  const options = optionsOf(Array.isArray(option) ? option.map(String) : []);
  if (options === undefined) return usage('--option 名=值', '--option KEY=VALUE', ADD_EXAMPLE);
  const add = adding(call, options);
  if (probe === '' || id === undefined) {
    const { addFound } = await import('./device-find.ts');
    return addFound(call, id, add);
  }
  const found =
    typeof probe === 'string'
      ? await probed(call, probe)
      : { ok: true as const, value: { driver: String(driver), address: String(address) } as Found };
  if (!found.ok) return found.answer;
  const asked = found.value.needsPlate === true && plate === undefined && asksPeople(call);
  const read = asked ? await (await import('./device-find.ts')).askPlate(call) : undefined;
  const added = await add({ id, ...found.value }, read);
  if (!added.ok) return added.answer;
  const { address: where, driver: name } = added.value;
  return good({ device: added.value }, [
    `${id}  ${name}  ${where}`,
    ...(call.language === 'zh'
      ? [`下一步：yike device check ${id}`]
      : [`Next: yike device check ${id}`]),
  ]);
}

const plateUnread = (): Answer =>
  usage(
    '--plate 是秤身铭牌上的 Min,Max,d（克，或 15kg）；Min 和 d 都小于 Max',
    '--plate is Min,Max,d as on the plate on the scale, in grams or as 15kg; Min and d are less than Max',
    ADD_EXAMPLE,
  );

/** Tells the store of a device; `plate` where it is not the one of the command. */
const adding =
  (call: Call, options: Record<string, unknown>) =>
  async (
    { id, driver, address }: { id: string; driver: string; address: string },
    plate = call.flags.plate,
  ): Promise<Heard<DiagDevice>> => {
    const dimensions = typeof plate === 'string' ? typePlateOf(plate) : undefined;
    if (plate !== undefined && !dimensions) return { ok: false, answer: plateUnread() };
    return askDiag<DiagDevice>(call, 'POST', '/api/diag/devices', {
      ...{ id, driver, address, by: whoOf(call) },
      ...(Object.keys(options).length > 0 && { options }),
      ...(dimensions && { plate: dimensions }),
    });
  };

type Found = Pick<ProbeFinding, 'driver' | 'address' | 'needsPlate'>;

async function probed(call: Call, path: string): Promise<Heard<Found>> {
  const heard = await askDiag<ProbeReport>(call, 'POST', '/api/diag/ports/probe', { path });
  if (!heard.ok) return heard;
  const [first] = heard.value.found;
  if (first) return { ok: true, value: first };
  const message = say(`${path} 上没有认得的设备`, `No known device answers at ${path}`);
  const hint = await nobodyHint();
  return { ok: false, answer: failed(EXIT.noHardware, { code: 'E_NOHARDWARE', message, hint }) };
}

export async function deviceRename(call: Call): Promise<Answer> {
  const [from] = call.words;
  const { to } = call.flags;
  if (from === undefined || typeof to !== 'string')
    return usage(
      '哪台改成什么？',
      'Which one, to what?',
      'yike device rename scale-1 --to scale-2',
    );
  const path = `/api/diag/devices/${encodeURIComponent(from)}/rename`;
  const heard = await askDiag<DiagDevice>(call, 'POST', path, { to, by: whoOf(call) });
  return heard.ok ? good({ device: heard.value }, [`${from} → ${to}`]) : heard.answer;
}

export async function deviceRemove(call: Call): Promise<Answer> {
  const [id] = call.words;
  if (id === undefined) return usage('去掉哪台？', 'Which one?', 'yike device remove scale-1 -y');
  if (!call.flags.yes)
    return failed(EXIT.refused, {
      ...{ code: 'E_CONFIRM', device: id },
      message: say('去掉设备要确认', 'Removing a device wants to be confirmed'),
      hint: say(`yike device remove ${id} --yes`, `yike device remove ${id} --yes`),
    });
  const path = `/api/diag/devices/${encodeURIComponent(id)}/remove`;
  const heard = await askDiag<object>(call, 'POST', path, { by: whoOf(call) });
  return heard.ok
    ? good({ id }, [`${id}  ${call.language === 'zh' ? '已去掉' : 'removed'}`])
    : heard.answer;
}

export async function deviceStats(call: Call): Promise<Answer> {
  if (call.words[0] === undefined)
    return usage('哪台设备？', 'Which device?', 'yike device stats scale-1');
  return withDevice(call, undefined, async (talk, { id, statistics, lifecycle, upos }) => {
    // What is shown is what was counted until now.
    const reset = call.flags.reset ? await talk.act(id, { act: 'reset-statistics' }) : undefined;
    if (reset && !reset.ok) return reset.answer;
    const rows = Object.entries({ Lifecycle: lifecycle, ResultCode: upos, ...statistics });
    return good(
      { id, lifecycle, upos, statistics },
      table(rows.map(([name, value]) => [name, String(value)])),
    );
  });
}

/** Waits for scans, and says what each is: its length and kind, never a payer's code. */
export async function scannerRead(call: Call): Promise<Answer> {
  const count = wholeFlag(call.flags.count, 1);
  if (!count)
    return usage('--count 是整数', '--count is a whole number', 'yike scanner read --count 3');
  return withDevice(call, 'scanner', async (talk, { id }) => {
    const steps: object[] = [];
    while (steps.length < count) {
      call.say(say('请在 20 秒内扫一个条码', 'Scan any code within 20 s'));
      const checked = await talk.check(id, 'interactive');
      if (!checked.ok) return checked.answer;
      const step = checked.value.steps.find((each) => each.id === 'interactive');
      if (step?.status !== 'pass') return nothingScanned(id);
      steps.push(step);
    }
    return good({ id, step: steps[0], steps }, [`${id}  ${'✓'.repeat(count)}`]);
  });
}

function nothingScanned(id: string): Answer {
  const message = say('20 秒内没有扫到', 'Nothing was scanned within 20 s');
  const hint = say(`yike device check ${id}`, `yike device check ${id}`);
  return failed(EXIT.timeout, { code: 'E_TIMEOUT', device: id, message, hint });
}
