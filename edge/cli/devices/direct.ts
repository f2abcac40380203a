/** Devices without the controller: opened here, asked, and let go. Nothing that sells runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../config/config.ts';
import { openDevices } from '../../devices/devices.ts';
import { silentLog } from '../../log.ts';
import { systemClock, systemRandom } from '../../runtime.ts';
import { factsIn } from '../../technician/facts-file.ts';
import { noteHandled } from '../../technician/handled-directly.ts';
import { technician, type Written } from '../../technician/technician.ts';
import { type Call, EXIT, failed, refusedBy, say } from '../command.ts';
import { configFileOf, type Heard, refusedWith, type Talk, untilCalledOff, whoOf } from './talk.ts';

/** How long a device has to answer for the first time. */
const CONNECT_MS = 4000;
/** What is never done without the controller, which alone keeps count of it. */
const NEVER = ['unlock', 'calibrate', 'confirm', 'disable', 'enable', 'release', 'claim', 'send'];

export async function talkDirectly(call: Call): Promise<Heard<Talk>> {
  const file = configFileOf(call);
  if (file === undefined)
    return {
      ok: false,
      answer: failed(EXIT.usage, {
        code: 'E_USAGE',
        message: say('不知道用哪份配置', 'Which configuration?'),
        hint: say('加上 --config 文件', 'Add --config FILE'),
      }),
    };
  const read = readConfig(file);
  if (!read.ok) return { ok: false, answer: refusedBy(read.refusal, EXIT.usage) };
  const clock = systemClock();
  const opened = openDevices({
    ...{ devices: read.value.devices, clock, random: systemRandom, log: silentLog },
    facts: { ...factsIn(call.dataDir), write: () => undefined },
  });
  if (!opened.ok) return { ok: false, answer: refusedBy(opened.refusal, EXIT.usage) };
  const devices = opened.value;
  const ledger: Written = {
    append: ({ events }) => {
      for (const event of events) noteHandled(call.dataDir, event, clock.wallMs());
    },
  };
  const tools = technician({ controller: { devices, clock, ledger, config: read.value } });
  const untilMs = clock.monoMs() + CONNECT_MS;
  while (
    devices.all().some(({ status }) => status().state === 'starting') &&
    clock.monoMs() < untilMs
  )
    await sleep(25);
  return {
    ok: true,
    value: {
      list: async () => ({ ok: true, value: tools.list() }),
      check: async (id, level) =>
        refusedWith(
          await untilCalledOff(
            call,
            () => tools.check(id, level),
            () => tools.cancelCheck(id),
          ),
          id,
        ),
      async act(id, wanted) {
        if (NEVER.includes(wanted.act)) return notWithout(id, wanted.act);
        const request = { ...wanted, by: whoOf(call) } as Parameters<typeof tools.act>[1];
        return refusedWith(await tools.act(id, request), id);
      },
      close: () => devices.close(),
    },
  };
}

const notWithout = (
  device: string,
  act: string,
): { ok: false; answer: ReturnType<typeof failed> } => ({
  ok: false,
  answer: failed(EXIT.refused, {
    ...{ code: 'E_REFUSED', device },
    message: say(
      `「${act}」要记账，控制器没有运行时不做`,
      `${act} must be written down; not while the controller is down`,
    ),
    hint: say('先运行 yike start', 'Start it with `yike start`'),
  }),
});
