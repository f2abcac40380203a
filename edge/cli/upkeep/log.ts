/** `yike log`: the controller's log for people, from its file, whether the controller runs or not. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Call, EXIT, failed, good, say, usage, wholeFlag } from '../command.ts';
import { duration } from '../duration.ts';
import { forTerminal } from '../terminal.ts';

const LEVELS: Record<string, number> = { debug: 20, info: 30, warn: 40, error: 50 };
const EVERY_MS = 250;

interface LogLine {
  time: number;
  level: number;
  msg?: string;
  device?: string;
}

type Wanted = (line: LogLine) => boolean;

/** Whole lines of the log that are wanted; what is no JSON was cut off by a power cut. */
function linesOf(text: string, wanted: Wanted): LogLine[] {
  return text.split('\n').flatMap((raw) => {
    try {
      const line = JSON.parse(raw) as LogLine;
      return wanted(line) ? [line] : [];
    } catch {
      return [];
    }
  });
}

function shown({ time, level, msg = '', ...rest }: LogLine): string {
  const name = Object.keys(LEVELS).find((each) => LEVELS[each] === level) ?? String(level);
  const facts = Object.entries(rest).map(([key, value]) =>
    typeof value === 'string' ? `${key}=${value}` : `${key}=${JSON.stringify(value)}`,
  );
  return [new Date(time).toISOString(), name.padEnd(5), msg, ...facts].join(' ');
}

export async function log(call: Call): Promise<Answer> {
  const { device, follow } = call.flags;
  const level = LEVELS[String(call.flags.level ?? 'info')];
  const limit = wholeFlag(call.flags.limit, 50);
  const sinceMs = duration(String(call.flags.since ?? '9999h'));
  if (level === undefined || limit === undefined || sinceMs === undefined)
    return usage(
      `--level 是 ${Object.keys(LEVELS).join('、')}，-n 是整数，--since 写成 20m`,
      `--level is ${Object.keys(LEVELS).join(', ')}; -n is a whole number, --since is like 20m`,
      'yike log --level warn -n 20',
    );
  const file = join(call.dataDir, 'log', 'yike.jsonl');
  if (!existsSync(file)) {
    const message = say(`没有日志 ${file}`, `There is no log ${file}`);
    const hint = say(
      '先运行 yike start，或用 --data 指明目录',
      'Run `yike start`, or give --data DIR',
    );
    return failed(EXIT.noExist, { code: 'E_NOEXIST', message, hint });
  }
  const fromMs = Date.now() - sinceMs;
  const wanted: Wanted = (line) =>
    line.level >= level && line.time >= fromMs && (device === undefined || line.device === device);
  const text = readFileSync(file, 'utf8');
  const newest = linesOf(text, wanted).slice(-limit);
  if (!follow || limit === 0) return good({ lines: newest }, newest.map(shown));
  const print = (line: LogLine) =>
    process.stdout.write(`${forTerminal(call.flags.json ? JSON.stringify(line) : shown(line))}\n`);
  newest.forEach(print);
  await followed(call, file, Buffer.byteLength(text), (more) =>
    linesOf(more, wanted).forEach(print),
  );
  return good({}, []);
}

/** Whole lines as they are written, until Ctrl-C; a log begun anew is read from its start. */
async function followed(
  { signal }: Call,
  file: string,
  from: number,
  heard: (text: string) => void,
): Promise<void> {
  let at = from;
  while (!signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < at) at = 0;
    if (size === at) continue;
    const bytes = readFileSync(file).subarray(at);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    heard(bytes.subarray(0, whole).toString('utf8'));
    at += whole;
  }
}
