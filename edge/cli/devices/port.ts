/** `yike port list`, `probe`, `watch`: the box's serial ports and what sits at them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listPorts } from '../../../drivers/wire/ports.ts';
import type { Text } from '../../core/ports.ts';
import type { PortView, ProbeFinding, ProbeReport } from '../../core/views/diag-views.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { forTerminal } from '../terminal.ts';
import { age } from './device.ts';
import { askDiag, refusedWith } from './talk.ts';

/** With whoever holds them, where the controller runs; without it, as the kernel tells them. */
export async function portsOf(call: Call): Promise<PortView[]> {
  if (typeof call.flags.root === 'string') return listPorts(call.flags.root);
  const asked = await askBox<{ ports: PortView[] }>(call.dataDir, 'GET', '/api/diag/ports');
  return asked.ok ? asked.value.ports : listPorts();
}

export async function portList(call: Call): Promise<Answer> {
  const ports = await portsOf(call);
  const now = Date.now();
  const rows = ports.map((port) => [
    ...[port.path, port.usb ?? '-', port.kernelDriver ?? '-', age(port.pluggedWallMs, now)],
    ...[port.heldBy ?? '-', port.stablePath],
  ]);
  const empty =
    call.language === 'zh'
      ? '没有串口（插上 USB 转串口线再看）'
      : 'No serial ports (plug the adapter in and look again)';
  const lines =
    ports.length === 0
      ? [empty]
      : table([['PATH', 'USB', 'DRIVER', 'PLUGGED', 'HELD BY', 'STABLE NAME'], ...rows]);
  return good({ ports }, lines);
}

const LOOK_MS = 300;

/** Says what comes and goes, until Ctrl-C or `--for`. */
export async function portWatch(call: Call): Promise<Answer> {
  const root = typeof call.flags.root === 'string' ? call.flags.root : undefined;
  const count = Number(call.flags.count ?? Number.POSITIVE_INFINITY);
  let known = new Map(listPorts(root).map((port) => [port.path, port]));
  let seen = 0;
  call.say(say('插上或拔掉一根线看看', 'Plug a cable in or out'));
  while (!call.signal.aborted && seen < count) {
    await sleep(LOOK_MS, undefined, { signal: call.signal }).catch(() => undefined);
    const now = new Map(listPorts(root).map((port) => [port.path, port]));
    const came = [...now.values()].filter(({ path }) => !known.has(path));
    const went = [...known.values()].filter(({ path }) => !now.has(path));
    for (const [change, port] of [
      ...came.map((port) => ['+', port] as const),
      ...went.map((port) => ['-', port] as const),
    ]) {
      const { path, stablePath, usb = '' } = port;
      const line = call.flags.json
        ? JSON.stringify({ change, path, stablePath, usb })
        : `${change} ${path}  ${usb}  ${stablePath}`;
      process.stdout.write(`${forTerminal(line)}\n`);
      seen += 1;
    }
    known = now;
  }
  return good({ seen }, []);
}

export async function portProbe(call: Call): Promise<Answer> {
  const [path] = call.words;
  if (path === undefined) return usage('哪个串口？', 'Which port?', 'yike port probe /dev/ttyUSB0');
  call.say(say('只问不动，最多 15 秒', 'Only questions are asked; 15 s at most'));
  const all = call.flags.all === true;
  const heard = call.flags.direct
    ? await directly(path, all)
    : await askDiag<ProbeReport>(call, 'POST', '/api/diag/ports/probe', { path, all });
  if (!heard.ok) return heard.answer;
  const { found, tried, ms } = heard.value;
  const rows = found.map((each) => [
    each.driver,
    each.address,
    `${each.ms} ms`,
    each.title[call.language],
  ]);
  if (found.length > 0) {
    return good(heard.value, [
      ...table([['DRIVER', 'ADDRESS', 'TOOK', 'WHAT'], ...rows]),
      ...(await nextOf(call, found)),
    ]);
  }
  const lines = table(tried.map(({ driver, line, result }) => [driver, line, result]));
  const message = say(
    `没有认得的设备（试了 ${tried.length} 种，${ms} 毫秒）`,
    `Nothing known answered (${tried.length} tried, ${ms} ms)`,
  );
  const hint = await nobodyHint();
  return {
    ...failed(EXIT.noHardware, { code: 'E_NOHARDWARE', message, hint }, heard.value),
    lines,
  };
}

/** How the best answer is added. */
async function nextOf({ language }: Call, [best]: ProbeFinding[]): Promise<string[]> {
  if (!best) return [];
  const { addCommand, HOW_TO_READ_PLATE } = await import('./device-find.ts');
  const command = addCommand({ ...best, id: `${best.kind}-1` });
  const next = `${language === 'zh' ? '下一步：' : 'Next: '}${command}`;
  return best.needsPlate ? [next, HOW_TO_READ_PLATE[language]] : [next];
}

/** What to look at, and which drivers have to be named because no probe finds them. */
export async function nobodyHint(): Promise<Text> {
  const { neverProbed } = await import('../../devices/probe.ts');
  const names = neverProbed().join(' ');
  return say(
    `查电源、收发线是否交叉；有的秤要在菜单里打开串口。这些要指明 --driver：${names}`,
    `Check power and crossed wires; some scales want their port switched on in a menu. No probe finds these, name them with --driver: ${names}`,
  );
}

async function directly(path: string, all: boolean) {
  const [{ probePort }, { openWire }, { systemClock }, { deviceRefusal }, { wordsOf }] =
    await Promise.all([
      import('../../devices/probe.ts'),
      import('../../../drivers/wire/open.ts'),
      import('../../runtime.ts'),
      import('../../devices/refusals.ts'),
      import('../../../drivers/errors.ts'),
    ]);
  const base = path.startsWith('/') ? `serial:${path}` : path;
  try {
    return {
      ok: true as const,
      value: await probePort({ base, open: openWire, clock: systemClock(), all }),
    };
  } catch (error) {
    return refusedWith<ProbeReport>(
      deviceRefusal('PORT_FAILED', { id: path, why: wordsOf(error) }),
    );
  }
}
