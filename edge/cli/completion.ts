/** `yike completion bash|zsh|fish`: words and flags out of the command table. */
import { type Answer, type Call, type Command, good, usage } from './command.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

const flagsOf = ({ options = {} }: Command): string[] =>
  Object.keys(options).map((name) => `--${name}`);

/** A word of the line, in the shell's own spelling. */
const at = (index: number | string): string => `$\{COMP_WORDS[${index}]}`;

function bash(commands: Command[]): string[] {
  const cases = commands.map((each) => {
    const [noun = '', verb] = each.path;
    return `    "${verb ? `${noun} ${verb}` : noun}"*) words="${flagsOf(each).join(' ')} --json --data --lang --help" ;;`;
  });
  const nouns = [...new Set(commands.map(({ path }) => path[0]))].join(' ');
  const verbs = [...new Set(commands.map(({ path }) => path[0] ?? ''))].map((noun) => {
    const of = commands.filter(({ path }) => path[0] === noun).flatMap(({ path }) => path[1] ?? []);
    return `    ${noun}) words="${of.join(' ')}" ;;`;
  });
  return [
    '_yike() {',
    `  local word="${at('COMP_CWORD')}" words=""`,
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${nouns}"`,
    `  elif [ "$COMP_CWORD" -eq 2 ] && [ "$\{word#-}" = "$word" ]; then case "${at(1)}" in`,
    ...verbs,
    `  esac; else case "${at(1)} ${at(2)}" in`,
    ...cases,
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _yike yike',
  ];
}

const zsh = (commands: Command[]): string[] => [
  '#compdef yike',
  'autoload -U +X bashcompinit && bashcompinit',
  ...bash(commands),
];

function fish(commands: Command[]): string[] {
  return commands.flatMap((each) => {
    const [noun = '', verb] = each.path;
    const about = each.summary.en.replaceAll("'", '');
    const verbs = commands.flatMap(({ path }) => (path[0] === noun && path[1]) || []);
    const seen = (words: string): string => `__fish_seen_subcommand_from ${words}`;
    // Files are offered once the words are said, not among them.
    const first = `complete -c yike -f -n '__fish_use_subcommand' -a '${noun}'`;
    const open = `${seen(noun)}; and not ${seen(verbs.join(' '))}`;
    const second = verb ? [`complete -c yike -f -n '${open}' -a '${verb}' -d '${about}'`] : [];
    const said = verb ? `${seen(noun)}; and ${seen(verb)}` : seen(noun);
    const flags = Object.keys(each.options ?? {}).map(
      (name) => `complete -c yike -n '${said}' -l '${name}'`,
    );
    return [first, ...second, ...flags];
  });
}

export async function completion(call: Call): Promise<Answer> {
  const { COMMANDS } = await import('./commands/commands.ts');
  const [shell = ''] = call.words;
  const make = { bash, zsh, fish }[shell];
  if (make === undefined)
    return usage(
      `哪种外壳：${SHELLS.join('、')}`,
      `Which shell: ${SHELLS.join(', ')}`,
      'yike completion bash > /etc/bash_completion.d/yike',
    );
  const lines = [...new Set(make(COMMANDS))];
  return good({ shell, script: lines.join('\n') }, lines);
}
