/** Processes of a test: waiting for what they do, and seeing that none of them is left behind. */
import { readdirSync, readFileSync } from 'node:fs';

const USUAL_LIMIT_MS = 60_000;

/** Asks until the answer is there; fails with what was waited for. Polled, never slept through. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = USUAL_LIMIT_MS,
): Promise<T> {
  const late = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > late) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A process, by its number and the moment it began: numbers are used again. */
export interface Process {
  pid: number;
  began: string;
  command: string;
}

interface Listed extends Process {
  parent: number;
}

/** Fields 4 and 22 of proc_pid_stat(5), counted behind the command's closing bracket. */
function processAt(pid: number): Listed | undefined {
  try {
    const [state, parent, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(parent), began: rest[17] ?? '', command };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** A process and everything it has started. */
export function familyOf(pid: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processAt(Number(name)) ?? []);
  const from = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...from(each.pid)]);
  return [...all.filter((each) => each.pid === pid), ...from(pid)];
}

const stillRunning = (family: Process[]): Process[] =>
  family.filter(({ pid, began }) => processAt(pid)?.began === began);

/** Waits for the end of them all; what stays is ended and told as a failure. */
export async function gone(family: Process[]): Promise<void> {
  const names = () => stillRunning(family).map(({ pid, command }) => `${pid} ${command}`);
  try {
    await until('the end of all its processes', () => names().length === 0);
  } catch {
    const left = names();
    for (const { pid } of stillRunning(family)) process.kill(pid, 'SIGKILL');
    throw new Error(`left behind: ${left.join(' | ')}`);
  }
}
