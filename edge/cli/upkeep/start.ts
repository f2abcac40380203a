/** `yike start`: the controller alone, on real devices. Loads no simulator and no head office. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openPack } from '../../../models/pack.ts';
import { openPackStore } from '../../../models/pack-store.ts';
import { type SwappingRecogniser, startSwapping } from '../../../models/swapping.ts';
import { BALLAST_BYTES } from '../../box/disk.ts';
import { noteStart, type Start } from '../../box/starts.ts';
import { keepWatchdog } from '../../box/watchdog.ts';
import { type Config, readConfig } from '../../config/config.ts';
import type { Outcome, Refusal, Text } from '../../core/ports.ts';
import { learnFromSales } from '../../learning/learning.ts';
import { followPacks } from '../../learning/model-packs.ts';
import { prepareDirectory } from '../../ledger/database.ts';
import { asLedgerError, LedgerError } from '../../ledger/errors.ts';
import { openLog } from '../../log.ts';
import { type Controller, createController } from '../../main.ts';
import { liveIn, systemClock, systemIds, systemRandom } from '../../runtime.ts';
import { type Served, type ServeOptions, serve } from '../../serve.ts';
import { configNameIn } from '../../technician/doctor.ts';
import { type Answer, type Call, EXIT, good, refusedBy, say, usage } from '../command.ts';
import { portsOf, withPorts } from '../ports.ts';

export interface Running {
  controller: Controller;
  served: Served;
  close(): Promise<void>;
}

/** Everything a running store needs, on the real clock. Shared by `start` and `demo`. */
export async function runStore(
  config: Config,
  dataDir: string,
  from: Pick<ServeOptions, 'configFile' | 'safe' | 'restart'> = {},
): Promise<Outcome<Running>> {
  const clock = systemClock();
  liveIn(config.store.timeZone);
  const packs = openPackStore(dataDir, clock);
  const packDir = config.recognitionPack ?? packs.current();
  const opened = openPack(packDir);
  const pack = opened.ok ? opened.pack : undefined;
  let controller: Controller | undefined;
  let recogniser: SwappingRecogniser | undefined;
  try {
    prepareDirectory(dataDir);
    const log = openLog(dataDir);
    recogniser = startSwapping({ packDir, clock, fast: true });
    const made = createController({
      config,
      dataDir,
      clock,
      random: systemRandom,
      ids: systemIds,
      log,
      recogniser,
      ballastBytes: BALLAST_BYTES,
      ...(pack && { pack }),
    });
    if (!made.ok) {
      await recogniser.close();
      return made;
    }
    controller = made.value;
    const served = await serve({ ...from, controller, dataDir, clock, log });
    if (!served.ok) {
      await controller.close();
      return served;
    }
    const running = controller;
    // A pack named in the configuration is the technician's own choice; it is not changed for one.
    const unfollow = config.recognitionPack
      ? () => undefined
      : followPacks({ ...running, packs, running: packDir, recogniser, log });
    const unlearn = learnFromSales({
      ...running,
      onFailure: (why) => log.error({ why }, 'nothing learnt from sales'),
    });
    const close = async () => {
      unfollow();
      unlearn();
      await served.value.close();
      await running.close();
    };
    return { ok: true, value: { controller: running, served: served.value, close } };
  } catch (error) {
    await (controller ?? recogniser)?.close();
    return { ok: false, refusal: startFailure(error, dataDir) };
  }
}

/** The ledger's and the file system's own words; anything else is a bug and goes on up. */
function startFailure(thrown: unknown, dataDir: string): Refusal {
  const error = asLedgerError(thrown, dataDir);
  if (!(error instanceof LedgerError)) throw thrown;
  const { code, text, next, detail } = error;
  const message = { zh: `${text.zh}（${detail}）`, en: `${text.en} (${detail})` };
  return { code, message, next };
}

/** Why a store does not start, as an exit code; whatever is not here is a failure (111). */
const EXIT_OF: Record<string, number> = {
  CONFIG_INVALID: EXIT.usage,
  DRIVER_UNKNOWN: EXIT.usage,
  OPTIONS_INVALID: EXIT.usage,
  PLATE_MISSING: EXIT.usage,
  PLATE_IMPOSSIBLE: EXIT.usage,
  NOT_FOR_TRADE: EXIT.usage,
  PORT_IN_USE: EXIT.busy,
  LOCKED: EXIT.busy,
  NEWER_SCHEMA: EXIT.illegal,
  WRONG_STORE: EXIT.illegal,
  CORRUPT: EXIT.verification,
  TAIL_CUT: EXIT.verification,
  KEY_CHANGED: EXIT.verification,
};

const cannotStart = (refusal: Refusal): Answer => refusedBy(refusal, EXIT_OF[refusal.code]);

/** Resolves when Ctrl-C or SIGTERM arrives. */
export const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });

/** How the first account is made; the code is on this terminal only. */
export const setupHint = (code: string): Text =>
  say(
    `还没有管理账号：在管理页面输入一次性代码 ${code}`,
    `No account yet: enter the one-time code ${code} on the operator’s page`,
  );

const SAFE_HINT = say(
  '连续三次启动失败：这次以安全模式启动，不打开任何设备。请在管理页面或用 yike doctor 查原因，再重启',
  'Three starts failed in a row: safe mode, no device is opened. Look for the cause (yike doctor), then restart',
);

/** Only the pages: nothing of the configuration that could have killed the controller. */
const withoutDevices = (config: Config): Config => ({
  ...config,
  ...{ devices: [], lanes: [], counters: [], cabinets: [] },
});

/** systemd starts the controller again when it ends (`yike service install`); nobody else does. */
const restarting = ({ INVOCATION_ID }: NodeJS.ProcessEnv): (() => void) | undefined =>
  INVOCATION_ID ? () => process.kill(process.pid, 'SIGTERM') : undefined;

/** Notes this start in the store's directory, which may not be there or not be ours. */
function begin(dataDir: string): Outcome<Start> {
  try {
    prepareDirectory(dataDir);
    return { ok: true, value: noteStart(dataDir, systemClock()) };
  } catch (error) {
    return { ok: false, refusal: startFailure(error, dataDir) };
  }
}

export async function start(call: Call): Promise<Answer> {
  const file = call.flags.config;
  if (typeof file !== 'string')
    return usage(
      '需要 --config 文件',
      '--config FILE is needed',
      'yike start --config store.json --data DIR',
    );
  const read = readConfig(resolve(file));
  if (!read.ok) return cannotStart(read.refusal);
  const asked = portsOf(call.flags, process.env);
  if (!asked.ok) return asked.answer;
  const dataDir = resolve(call.dataDir);
  const config = withPorts(read.value, asked.ports);
  const begun = begin(dataDir);
  if (!begun.ok) return cannotStart(begun.refusal);
  const { safe, ended } = begun.value;
  if (safe) call.say(SAFE_HINT);
  const restart = restarting(process.env);
  const from = { configFile: resolve(file), safe, ...(restart && { restart }) };
  const running = await runStore(safe ? withoutDevices(config) : config, dataDir, from);
  if (!running.ok) {
    ended();
    return cannotStart(running.refusal);
  }
  writeFileSync(configNameIn(resolve(call.dataDir)), `${resolve(file)}\n`);
  const { kioskUrl, adminUrl, operatorUrl = adminUrl, setupCode } = running.value.served;
  call.say(
    say(
      `控制器已启动  收银 ${kioskUrl}  管理 ${operatorUrl}`,
      `Controller up  kiosk ${kioskUrl}  admin ${operatorUrl}`,
    ),
  );
  if (setupCode) call.say(setupHint(setupCode));
  const rest = keepWatchdog(systemClock(), process.env);
  await interrupted(call.signal);
  rest();
  await running.value.close();
  ended();
  return good({ stopped: true }, []);
}
