#!/usr/bin/env node
/**
 * The `yike` command: noun, verb, target, flags. Commands load only what they need, so the small
 * ones start at once. stdout carries data, stderr carries messages; `--json` ends stdout with one
 * envelope.
 */
import { parseArgs } from 'node:util';
import type { Text } from '../core/ports.ts';
import { type Answer, type Call, type Command, EXIT, failed, say, usage } from './command.ts';
import { COMMANDS } from './commands.ts';

const GLOBAL = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  lang: { type: 'string' },
  data: { type: 'string' },
} as const;

function find(words: string[]): Command | undefined {
  return COMMANDS.find(({ path }) => path.every((word, at) => words[at] === word));
}

function languageOf(flag: string | undefined): 'zh' | 'en' {
  const wanted = flag ?? process.env.YIKE_LANG ?? process.env.LANG ?? 'zh';
  return /^(en|C|POSIX)/.test(wanted) ? 'en' : 'zh';
}

/** The leading words that name a command, before any flag. */
const leadingWords = (args: string[]): string[] => {
  const end = args.findIndex((each) => each.startsWith('-'));
  return end < 0 ? args : args.slice(0, end);
};

function help(language: 'zh' | 'en', nouns: Command[] = COMMANDS): string[] {
  const lines = nouns.map(
    ({ path, takes, summary }) =>
      `  yike ${[...path, takes ?? ''].join(' ').padEnd(34)} ${summary[language]}`,
  );
  const title: Text = say(
    '用法 Usage: yike <noun> <verb> [target] [flags]',
    'Usage: yike <noun> <verb> [target] [flags]',
  );
  const flags = '  --json  --data DIR  --lang zh|en  -q --quiet  -h --help  -V --version';
  return [title[language], '', ...lines, '', flags];
}

function helpOf(command: Command, language: 'zh' | 'en'): string[] {
  const options = Object.keys(command.options ?? {}).map((name) => `--${name}`);
  return [
    `yike ${[...command.path, command.takes ?? ''].join(' ')}`,
    command.summary[language],
    ...(options.length > 0 ? ['', `  ${options.join('  ')}`] : []),
    ...(command.examples ?? []).map((example) => `  $ ${example}`),
  ];
}

/** Nearest command by shared letters; a typo is told, never run. */
function nearest(words: string[]): string {
  const typed = words.join(' ');
  const scored = COMMANDS.map(({ path }) => path.join(' ')).map((name) => {
    const shared = [...new Set(typed)].filter((char) => name.includes(char)).length;
    return { name, score: shared - Math.abs(name.length - typed.length) };
  });
  return scored.sort((a, b) => b.score - a.score)[0]?.name ?? '';
}

async function run(
  args: string[],
): Promise<{ answer: Answer; schema: string; flags: Call['flags'] }> {
  const words = leadingWords(args);
  const command = find(words);
  const language = languageOf(undefined);
  if (!command) return { ...withoutCommand(args, words, language), flags: plainFlags(args) };
  const schema = `yike.${command.path.join('.')}/1`;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: args.slice(command.path.length),
      options: { ...GLOBAL, ...command.options },
      allowPositionals: true,
    });
  } catch (error) {
    const message = (error as Error).message;
    return {
      answer: usage(message, message, `yike ${command.path.join(' ')} --help`),
      schema,
      flags: plainFlags(args),
    };
  }
  const flags = parsed.values as Call['flags'];
  const chosen = languageOf(flags.lang as string | undefined);
  if (flags.help)
    return { answer: { exit: 0, data: {}, lines: helpOf(command, chosen) }, schema, flags };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(signal));
  const call: Call = {
    words: parsed.positionals,
    flags,
    dataDir: (flags.data as string | undefined) ?? process.env.YIKE_DATA ?? 'data',
    language: chosen,
    say: (text) => flags.quiet || process.stderr.write(`${text[chosen]}\n`),
    signal: stop.signal,
  };
  return { answer: await command.run(call), schema, flags };
}

const plainFlags = (args: string[]): Call['flags'] => ({ json: args.includes('--json') });

function withoutCommand(args: string[], words: string[], language: 'zh' | 'en') {
  const schema = 'yike.help/1';
  if (args.includes('--version') || args.includes('-V')) {
    return { schema, answer: { exit: 0, data: {}, lines: ['yike 0.1.0'] } };
  }
  const nouns = COMMANDS.filter(({ path }) => path[0] === words[0]);
  if (words.length === 0 || args.includes('--help') || args.includes('-h') || words[0] === 'help') {
    const lines = help(language, nouns.length > 0 ? nouns : COMMANDS);
    return { schema, answer: { exit: 0, data: {}, lines } };
  }
  const hint = `yike ${nearest(words)}`;
  const typed = words.join(' ');
  return {
    schema,
    answer: usage(`没有「yike ${typed}」这个命令`, `There is no command "yike ${typed}"`, hint),
  };
}

function printError(answer: Answer, language: 'zh' | 'en') {
  const { error } = answer;
  if (!error) return;
  const code = error.upos ? `${error.code} ${error.upos}` : error.code;
  const device = error.device ? `${error.device}: ` : '';
  process.stderr.write(`yike: ${device}${error.message[language]} (${code})\n`);
  if (error.reason) process.stderr.write(`  why:   ${error.reason}\n`);
  process.stderr.write(`  try:   ${error.hint[language]}\n`);
}

async function main(): Promise<void> {
  const started = new Date();
  const begun = performance.now();
  const args = process.argv.slice(2);
  const { answer, schema, flags } = await run(args).catch((error: Error) => ({
    schema: 'yike/1',
    flags: plainFlags(args),
    answer: failed(EXIT.bug, {
      code: 'E_BUG',
      message: say(`程序出错：${error.message}`, `Unexpected failure: ${error.message}`),
      reason: (error.stack ?? '').split('\n').slice(1, 4).join(' '),
      hint: say('请把这段文字发给维护人员', 'Please send this text to the maintainers'),
    }),
  }));
  const language = languageOf(flags.lang as string | undefined);
  for (const line of flags.json ? [] : answer.lines) process.stdout.write(`${line}\n`);
  printError(answer, language);
  if (flags.json) {
    const ok = answer.error === undefined;
    const level = !ok ? 'error' : answer.exit === EXIT.warnings ? 'warn' : 'ok';
    const ms = Math.round(performance.now() - begun);
    const { exit, data, error = null } = answer;
    const envelope = { schema, ok, level, exit, startedAt: started.toISOString(), ms, data, error };
    process.stdout.write(`${JSON.stringify(envelope)}\n`);
  }
  // A bug may have left a child or a timer behind; it must not keep the command from ending.
  if (answer.exit === EXIT.bug) process.exit(EXIT.bug);
  process.exitCode = answer.exit;
}

await main();
