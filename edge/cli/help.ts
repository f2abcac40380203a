/** What the `yike` command says about itself: usage, one command's help, the nearest command. */
import { type Answer, type Command, say, usage } from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { TOPICS } from './topics.ts';

const spelt = ({ path, takes }: Command): string =>
  ['yike', ...path, ...(takes ? [takes] : [])].join(' ');

/** Every command, those of one noun, or a topic. */
export function help(language: 'zh' | 'en', about?: string): string[] {
  const topic = about === undefined ? undefined : TOPICS[about];
  if (topic) return [topic.title[language], '', ...topic.lines(language)];
  const ofNoun = COMMANDS.filter(({ path }) => path[0] === about);
  const shown = ofNoun.length > 0 ? ofNoun : byNoun(COMMANDS);
  const title = say(
    '用法：yike <名词> <动词> [对象] [选项]',
    'Usage: yike <noun> <verb> [target] [flags]',
  );
  const lines = shown.map((each) => `  ${spelt(each).padEnd(28)} ${each.summary[language]}`);
  const flags =
    '  --json  --data DIR  --lang zh|en  --timeout 3s  -y --yes  -q --quiet  -v --verbose  -h --help  -V --version';
  const topics = `  yike help ${Object.keys(TOPICS).join(' | ')}`;
  return [title[language], '', ...lines, '', flags, topics];
}

/** Verbs of a noun stand together, nouns in the order they first come. */
function byNoun(commands: Command[]): Command[] {
  const nouns = [...new Set(commands.map(({ path }) => path[0]))];
  return nouns.flatMap((noun) => commands.filter(({ path }) => path[0] === noun));
}

/** One command with its flags and an example. */
export function helpOf(command: Command, language: 'zh' | 'en'): string[] {
  const { mayStandAlone = {} } = command;
  const flags = Object.entries(command.options ?? {}).map(
    ([name, { type }]) =>
      `--${name}${type !== 'string' ? '' : name in mayStandAlone ? ' [PORT]' : ' …'}`,
  );
  return [
    spelt(command),
    command.summary[language],
    ...(flags.length > 0 ? ['', `  ${flags.join('  ')}`] : []),
    ...(command.examples ?? []).map((example) => `  $ ${example}`),
  ];
}

/** Letters to put in, take out or change to make one word the other (Levenshtein). */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, changed));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Words that name no command: a noun lists its verbs, a typo is told the nearest, never run. */
export function noSuchCommand(words: string[]): Answer {
  const typed = words.join(' ');
  const verbs = COMMANDS.filter(({ path }) => path[0] === words[0] && words.length === 1);
  if (verbs.length > 0) {
    const choices = verbs.map(spelt).join(' | ');
    return usage(`「yike ${typed}」后面要有动词`, `"yike ${typed}" needs a verb`, choices);
  }
  const scored = COMMANDS.map(({ path }) => {
    const name = path.join(' ');
    return { name, far: edits(words.slice(0, path.length).join(' '), name) };
  });
  const nearest = scored.sort((a, b) => a.far - b.far)[0];
  const close = nearest !== undefined && nearest.far <= nearest.name.length / 2;
  return usage(
    `没有「yike ${typed}」这个命令`,
    `There is no command "yike ${typed}"`,
    close ? `yike ${nearest.name}` : 'yike --help',
  );
}

/** What is wrong with the flags, out of the words of Node's parser. */
export function wrongFlags(error: unknown, command: Command): Answer {
  const message = error instanceof Error ? error.message : String(error);
  const flag = /'([^' ]+)/.exec(message)?.[1]?.replace(/,$/, '') ?? '';
  const hint = `yike ${command.path.join(' ')} --help`;
  if (message.startsWith('Unknown option'))
    return usage(`没有选项「${flag}」`, `There is no option "${flag}"`, hint);
  if (message.includes('does not take'))
    return usage(`选项「${flag}」不带值`, `Option "${flag}" takes no value`, hint);
  return usage(`选项「${flag}」后面要有值`, `Option "${flag}" needs a value`, hint);
}
