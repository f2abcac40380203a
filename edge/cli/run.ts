/**
 * What a line of the `yike` command means and what comes of it: the command is found, its flags
 * are read, it is run, and its answer is one envelope. Nothing is printed here but by `tell`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type Answer,
  type Call,
  type Command,
  type CommandError,
  EXIT,
  failed,
  good,
  say,
  usage,
} from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { duration } from './duration.ts';
import { help, helpOf, noSuchCommand, wrongFlags } from './help.ts';

/** Where a line is typed. */
export interface Outside {
  /** One line of progress for people. */
  tell(line: string): void;
  /** Aborted when the one who typed it wants it to end. */
  interrupted(): AbortSignal;
}

/** One shape for every command. */
export interface Envelope {
  schema: string;
  ok: boolean;
  level: 'ok' | 'warn' | 'error';
  exit: number;
  startedAt: string;
  ms: number;
  data: object;
  error: CommandError | null;
}

export interface Ran {
  answer: Answer;
  flags: Call['flags'];
  language: 'zh' | 'en';
  /** What `--json` prints. */
  envelope: Envelope;
}

/** Output is plain and nothing is asked in any case: the last three are there for scripts. */
const GLOBAL = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  lang: { type: 'string' },
  data: { type: 'string' },
  timeout: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
  yes: { type: 'boolean', short: 'y' },
  plain: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  'no-input': { type: 'boolean' },
} as const;

interface Outline {
  command: Command | undefined;
  /** Every word that is no flag. */
  words: string[];
  /** The arguments without the command's own words. */
  rest: string[];
  /** Flags as far as they can be told before the command's own are known. */
  flags: Call['flags'];
}

/** `yike show devices` and `yike show log`, as routers have it; no more aliases than these. */
function unaliased(args: string[]): string[] {
  const at = args.indexOf('show');
  const before = args.slice(0, Math.max(0, at)).every((arg) => arg.startsWith('-'));
  if (at < 0 || !before) return args;
  const meant = { devices: ['device', 'list'], log: ['log'] }[args[at + 1] ?? ''];
  return meant ? [...args.slice(0, at), ...meant, ...args.slice(at + 2)] : args;
}

/** Finds the command wherever its words stand: `yike --json status` is `yike status --json`. */
function outlineOf(typed: string[]): Outline {
  const args = unaliased(typed);
  const { values, positionals, tokens } = parseArgs({
    args,
    options: GLOBAL,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const command = COMMANDS.find(({ path }) => path.every((word, at) => positionals[at] === word));
  const named = tokens.filter(({ kind }) => kind === 'positional').slice(0, command?.path.length);
  const rest = args.filter((_, at) => !named.some(({ index }) => index === at));
  return { command, words: positionals, rest, flags: values };
}

function languageOf(flag: Call['flags'][string]): 'zh' | 'en' {
  const wanted = typeof flag === 'string' ? flag : (process.env.YIKE_LANG ?? process.env.LANG);
  return /^(en|C|POSIX)/.test(wanted ?? 'zh') ? 'en' : 'zh';
}

function version(): Answer {
  const facts = readFileSync(join(import.meta.dirname, '../../build.json'), 'utf8');
  const data = JSON.parse(facts) as { version: string };
  return good(data, [`yike ${data.version}`]);
}

function withoutCommand({ words, flags }: Outline): Answer {
  if (flags.version) return version();
  const [noun, topic] = words;
  const asked = noun === undefined || noun === 'help' || flags.help;
  const about = noun === 'help' ? topic : noun;
  return asked ? good({}, help(languageOf(flags.lang), about)) : noSuchCommand(words);
}

/** `--probe` alone becomes `--probe=`: the parser knows no flag whose value may be left out. */
const withEmptyValue =
  ({ mayStandAlone = {} }: Command) =>
  (arg: string, at: number, all: string[]): string => {
    const value = arg.startsWith('--') ? mayStandAlone[arg.slice(2)] : undefined;
    return value && !value.test(all[at + 1] ?? '') ? `${arg}=` : arg;
  };

async function runCommand(
  command: Command,
  rest: string[],
  { tell, interrupted }: Outside,
): Promise<Answer> {
  let parsed: { values: Call['flags']; positionals: string[] };
  try {
    const options = { ...GLOBAL, ...command.options };
    const args = rest.map(withEmptyValue(command));
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return wrongFlags(error, command);
  }
  const { values: flags, positionals: words } = parsed;
  const language = languageOf(flags.lang);
  if (flags.version) return version();
  if (flags.help) return good({}, helpOf(command, language));
  const hint = `yike ${command.path.join(' ')} --help`;
  if (flags.lang !== undefined && flags.lang !== 'zh' && flags.lang !== 'en')
    return usage('--lang 只能是 zh 或 en', '--lang is zh or en', hint);
  const extra = words[command.takes?.split(' ').length ?? 0];
  if (extra !== undefined)
    return usage(`多出一个词「${extra}」`, `There is a word too many: "${extra}"`, hint);
  const limitMs = command.options?.timeout ? undefined : limitOf(flags.timeout);
  if (limitMs === 'unread')
    return usage('--timeout 写成 3s 或 500ms', '--timeout is like 3s or 500ms', hint);
  const stop = command.untilInterrupted ? interrupted() : new AbortController().signal;
  const answering = command.run({
    words,
    flags,
    dataDir: typeof flags.data === 'string' ? flags.data : (process.env.YIKE_DATA ?? 'data'),
    language,
    say: (text) => flags.quiet || tell(text[language]),
    signal: limitMs === undefined ? stop : AbortSignal.any([stop, AbortSignal.timeout(limitMs)]),
  });
  // What runs until it is interrupted ends by itself, with what it has.
  if (limitMs === undefined || command.untilInterrupted) return answering;
  return Promise.race([answering, late(limitMs, hint)]);
}

/** `--timeout` in milliseconds. */
function limitOf(flag: Call['flags'][string]): number | 'unread' | undefined {
  return flag === undefined ? undefined : (duration(String(flag)) ?? 'unread');
}

/** The answer of a command that is not waited for any longer. */
async function late(limitMs: number, hint: string): Promise<Answer> {
  await sleep(limitMs, undefined, { ref: false });
  const message = say(`${limitMs} 毫秒内没有做完`, `Not done within ${limitMs} ms`);
  return failed(EXIT.timeout, { code: 'E_TIMEOUT', message, hint: say(hint, hint) });
}

const bug = (error: unknown): Answer => {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return failed(EXIT.bug, {
    code: 'E_BUG',
    message: say(`程序出错：${message}`, `Unexpected failure: ${message}`),
    reason: stack.split('\n').slice(1, 4).join(' '),
    hint: say('请把这段文字发给维护人员', 'Please send this text to the maintainers'),
  });
};

/** Runs one line, the words after `yike`; never rejects. */
export async function runLine(args: string[], outside: Outside): Promise<Ran> {
  const started = new Date();
  const begun = performance.now();
  const outline = outlineOf(args);
  const { command, rest, flags } = outline;
  const schema = `yike.${command?.path.join('.') ?? 'help'}/1`;
  const answering = command ? runCommand(command, rest, outside) : undefined;
  const answer = answering ? await answering.catch(bug) : withoutCommand(outline);
  const { exit, data, error = null } = answer;
  const ok = error === null;
  const level = !ok ? 'error' : exit === EXIT.warnings ? 'warn' : 'ok';
  const ms = Math.round(performance.now() - begun);
  const envelope: Envelope = {
    schema,
    ok,
    level,
    exit,
    startedAt: started.toISOString(),
    ms,
    data,
    error,
  };
  return { answer, flags, language: languageOf(flags.lang), envelope };
}
