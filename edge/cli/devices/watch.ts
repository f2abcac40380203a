/** `yike device watch`, `scale watch`: what it says, redrawn in place on a terminal, else line by line. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { type Answer, type Call, good, usage } from '../command.ts';
import { forTerminal } from '../terminal.ts';
import { withDevice } from './talk.ts';

const EVERY_MS = 250;

/** One screenful in the place of the one before: up, and each line cleared as it is written. */
export function inPlace(lines: readonly string[], before: number): string {
  const up = before > 0 ? `\u001b[${before}A` : '';
  const rest = Math.max(0, before - lines.length);
  const blank = '\u001b[2K\n'.repeat(rest);
  const back = rest > 0 ? `\u001b[${rest}A` : '';
  return `${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}${blank}${back}`;
}

/** Fields under each other, no line wider than the terminal: a wrapped one could not be redrawn. */
type Shown = Pick<DiagDevice, 'id' | 'driver' | 'state' | 'reason' | 'live' | 'statistics'>;

export function watchLines(device: Shown, at: string, columns: number): string[] {
  const { id, driver, state, reason, live, statistics } = device;
  const facts = Object.entries(live?.event ?? {}).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  const rows: [string, string][] = [
    ['state', reason ? `${state}  ${reason}` : state],
    ...(facts as [string, string][]),
    ['errors', String(statistics.CommunicationErrorCount ?? 0)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${id}  ${driver}  ${at}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ]
    .map(forTerminal)
    .map((line) => line.slice(0, Math.max(20, columns) - 1));
}

/** Until Ctrl-C or `--count` changes; NDJSON with --json. */
export function watchLive(kind?: string) {
  return async (call: Call): Promise<Answer> => {
    const count = Number(call.flags.count ?? Number.POSITIVE_INFINITY);
    if (Number.isNaN(count))
      return usage('--count 是整数', '--count is a whole number', 'yike scale watch --count 5');
    const draw = process.stdout.isTTY && !call.flags.json ? screen() : printed(call);
    let last = '';
    let shown = 0;
    while (!call.signal.aborted && shown < count) {
      const answer = await withDevice(call, kind, async (_, device) => good({ device }, []));
      const device = (answer.data as { device?: DiagDevice }).device;
      if (answer.error || !device) return answer;
      const { id, state, reason = '', live } = device;
      const line = JSON.stringify({ id, state, ...(reason && { reason }), ...live?.event });
      draw(device, line, line !== last);
      if (line !== last) shown += 1;
      last = line;
      if (shown < count)
        await sleep(EVERY_MS, undefined, { signal: call.signal }).catch(() => undefined);
    }
    return good({ shown }, []);
  };
}

type Draw = (device: DiagDevice, line: string, changed: boolean) => void;
const timeNow = (): string => new Date().toISOString().slice(11, 23);

function screen(): Draw {
  let before = 0;
  return (device) => {
    const lines = watchLines(device, timeNow(), process.stdout.columns);
    process.stdout.write(inPlace(lines, before));
    before = lines.length;
  };
}

const printed =
  (call: Call): Draw =>
  (_, line, changed) => {
    if (!changed) return;
    const at = call.flags.json ? '' : `${timeNow()}  `;
    process.stdout.write(`${at}${forTerminal(line)}\n`);
  };
