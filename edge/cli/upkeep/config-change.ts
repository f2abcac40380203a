/**
 * `yike config diff | apply`: the store's configuration file, changed as one act. What was before
 * stands beside it, so that it can be taken back.
 */
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { replaceFile } from '../../box/durable-file.ts';
import { checkConfig } from '../../config/config.ts';
import { systemClock } from '../../runtime.ts';
import { noteHandled } from '../../technician/handled-directly.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, refusedBy, say, usage } from '../command.ts';
import { configFileOf, whoOf } from '../devices/talk.ts';

type Raw = Record<string, unknown>;
type Given<T> = { ok: true; value: T } | { ok: false; answer: Answer };

const BEFORE = '.before';

const noFile = (): Answer =>
  failed(EXIT.usage, {
    code: 'E_USAGE',
    message: say('不知道改哪份配置', 'Which configuration?'),
    hint: say('加上 --config 文件', 'Add --config FILE'),
  });

/** A file as it was written, without defaults. */
function rawOf(file: string): Given<Raw> {
  try {
    return { ok: true, value: JSON.parse(readFileSync(file, 'utf8')) as Raw };
  } catch (error) {
    const why = (error as Error).message;
    const message = say(`读不了 ${file}`, `Cannot read ${file}`);
    const hint = say('检查路径和 JSON', 'Check its path and its JSON');
    const refusal = { code: 'E_CONFIG_INVALID', message, reason: why, hint };
    return { ok: false, answer: failed(EXIT.usage, refusal) };
  }
}

/** Every leaf by its path; entries of lists by their id. */
function leaves(value: unknown, path: string[] = []): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path.join('.'), JSON.stringify(value)]];
  const entries = Array.isArray(value)
    ? value.map((each, at) => [idOf(each) ?? String(at), each] as const)
    : Object.entries(value);
  return entries.flatMap(([name, each]) => leaves(each, [...path, name]));
}

const idOf = (value: unknown): string | undefined => {
  const id = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
};

export interface Difference {
  path: string;
  before?: string;
  after?: string;
}

/** What differs, secrets hidden: by path, whichever side lacks it left out. */
export function differencesOf(before: object, after: object): Difference[] {
  const was = new Map(leaves(before));
  const is = new Map(leaves(after));
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => {
      const secret = /key|password|secret|token|pin$/i.test(path.split('.').at(-1) ?? '');
      const [left, right] = [was.get(path), is.get(path)];
      const shown = (text: string) => (secret ? '"…"' : text);
      return {
        path,
        ...(left !== undefined && { before: shown(left) }),
        ...(right !== undefined && { after: shown(right) }),
      };
    });
}

export const lineOf = ({ path, before, after }: Difference): string =>
  before === undefined
    ? `+ ${path} ${after}`
    : after === undefined
      ? `- ${path} ${before}`
      : `~ ${path} ${before} → ${after}`;

/** The store's own file, and the one to hold against it; both as written, both checked. */
function bothOf(call: Call, verb: string): Given<{ file: string; old: Raw; next: Raw }> {
  const file = configFileOf(call);
  const [other] = call.words;
  if (file === undefined) return { ok: false, answer: noFile() };
  if (other === undefined)
    return {
      ok: false,
      answer: usage('和哪个文件比？', 'Which file?', `yike config ${verb} new.json`),
    };
  const old = rawOf(file);
  const next = rawOf(other);
  if (!old.ok) return old;
  if (!next.ok) return next;
  const checked = checkConfig(next.value, other);
  if (!checked.ok) return { ok: false, answer: refusedBy(checked.refusal, EXIT.usage) };
  return { ok: true, value: { file, old: old.value, next: next.value } };
}

export async function configDiff(call: Call): Promise<Answer> {
  const both = bothOf(call, 'diff');
  if (!both.ok) return both.answer;
  const differences = differencesOf(both.value.old, both.value.next);
  const same = call.language === 'zh' ? '没有不同' : 'no difference';
  const lines = differences.length === 0 ? [same] : differences.map(lineOf);
  return good({ file: both.value.file, differences }, lines);
}

export async function configApply(call: Call): Promise<Answer> {
  if (call.flags.undo) return undone(call);
  const both = bothOf(call, 'apply');
  return both.ok ? put(call, both.value) : both.answer;
}

function undone(call: Call): Answer | Promise<Answer> {
  const file = configFileOf(call);
  if (file === undefined) return noFile();
  if (!existsSync(`${file}${BEFORE}`))
    return failed(EXIT.illegal, {
      code: 'E_NOTHING_CHANGED',
      message: say('没有可以退回的配置', 'There is no configuration to go back to'),
      hint: say('yike config show', 'yike config show'),
    });
  const old = rawOf(file);
  const next = rawOf(`${file}${BEFORE}`);
  if (!old.ok) return old.answer;
  return next.ok ? put(call, { file, old: old.value, next: next.value }) : next.answer;
}

/** Writes it with a yes, and the one before beside it; the controller reads it at its next start. */
async function put(call: Call, { file, old, next }: { file: string; old: Raw; next: Raw }) {
  const differences = differencesOf(old, next);
  const lines = differences.map(lineOf);
  const data = { file, differences };
  if (differences.length === 0)
    return good(data, [call.language === 'zh' ? '没有不同' : 'no difference']);
  if (call.flags['dry-run']) return good(data, lines);
  if (!call.flags.yes) {
    const message = say(
      `${differences.length} 处改动要确认`,
      `${differences.length} change(s) want a yes`,
    );
    const hint = say('看过以后加 --yes', 'Look at them, then add --yes');
    return { ...failed(EXIT.refused, { code: 'E_CONFIRM', message, hint }, data), lines };
  }
  const mode = statSync(file).mode & 0o777;
  copyFileSync(file, `${file}${BEFORE}`);
  replaceFile(file, `${JSON.stringify(next, undefined, 2)}\n`, mode);
  written(call, differences);
  const running = await askBox<object>(call.dataDir, 'GET', '/status');
  const then = running.ok
    ? say(
        '下次启动时生效；退回：yike config apply --undo',
        'In force from the next start; back: yike config apply --undo',
      )
    : say('退回：yike config apply --undo', 'Back: yike config apply --undo');
  return good(data, [...lines, then[call.language]]);
}

/** Who changed what is in the ledger once the controller takes it up. */
function written(call: Call, differences: Difference[]): void {
  if (!existsSync(call.dataDir)) return;
  const detail = differences
    .map(({ path }) => path)
    .join(', ')
    .slice(0, 200);
  const body = { deviceId: 'config', act: 'configure' as const, by: whoOf(call), detail };
  noteHandled(call.dataDir, { type: 'DeviceHandled', body }, systemClock().wallMs());
}
