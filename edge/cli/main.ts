#!/usr/bin/env node
/**
 * The `yike` command: noun, verb, target, flags. Commands load only what they need, so the small
 * ones start at once. stdout carries data, stderr carries messages; `--json` ends stdout with one
 * envelope.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Answer, type Call, type Command, EXIT, failed, good, say, usage } from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { help, helpOf, noSuchCommand, wrongFlags } from './help.ts';
import { forTerminal } from './terminal.ts';

/** Output is plain and nothing is asked in any case: the last three are there for scripts. */
const GLOBAL = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  lang: { type: 'string' },
  data: { type: 'string' },
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

async function runCommand(command: Command, rest: string[]): Promise<Answer> {
  let parsed: { values: Call['flags']; positionals: string[] };
  try {
    const options = { ...GLOBAL, ...command.options };
    parsed = parseArgs({ args: rest, options, allowPositionals: true });
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
  return command.run({
    words,
    flags,
    dataDir: typeof flags.data === 'string' ? flags.data : (process.env.YIKE_DATA ?? 'data'),
    language,
    say: (text) => flags.quiet || process.stderr.write(`${forTerminal(text[language])}\n`),
    signal: command.untilInterrupted ? interruption() : new AbortController().signal,
  });
}

/** The first Ctrl-C or SIGTERM asks for an orderly end, a second one ends at once. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(signal));
  return stop.signal;
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

function printError({ error }: Answer, language: 'zh' | 'en') {
  if (!error) return;
  const code = error.upos ? `${error.code} ${error.upos}` : error.code;
  const device = error.device ? `${error.device}: ` : '';
  const tell = (line: string) => process.stderr.write(`${forTerminal(line)}\n`);
  tell(`yike: ${device}${error.message[language]} (${code})`);
  if (error.reason) tell(`  why:   ${error.reason}`);
  tell(`  try:   ${error.hint[language]}`);
}

async function main(): Promise<void> {
  const started = new Date();
  const begun = performance.now();
  // `yike … | head` closes the pipe early, which is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const outline = outlineOf(process.argv.slice(2));
  const { command, rest, flags } = outline;
  const schema = `yike.${command?.path.join('.') ?? 'help'}/1`;
  const answering = command ? runCommand(command, rest) : undefined;
  const answer = answering ? await answering.catch(bug) : withoutCommand(outline);
  for (const line of flags.json ? [] : answer.lines) process.stdout.write(`${forTerminal(line)}\n`);
  printError(answer, languageOf(flags.lang));
  if (flags.json) {
    const ok = answer.error === undefined;
    const level = !ok ? 'error' : answer.exit === EXIT.warnings ? 'warn' : 'ok';
    const ms = Math.round(performance.now() - begun);
    const { exit, data, error = null } = answer;
    const envelope = { schema, ok, level, exit, startedAt: started.toISOString(), ms, data, error };
    process.stdout.write(`${forTerminal(JSON.stringify(envelope))}\n`);
  }
  // A bug may have left a child or a timer behind; it must not keep the command from ending.
  if (answer.exit === EXIT.bug) process.exit(EXIT.bug);
  process.exitCode = answer.exit;
}

// The bundle is a script, where nothing may be awaited at the top.
void main();
