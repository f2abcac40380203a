/** `yike config show`, `get`, `check`: the file as the controller would read it, secrets hidden. */
import { type Config, readConfig } from '../config.ts';
import { withoutSecretNames } from '../redact.ts';
import { type Answer, type Call, EXIT, failed, good, refusedBy, say, usage } from './command.ts';
import { configFileOf } from './talk.ts';

type Read = { ok: true; file: string; config: Config } | { ok: false; answer: Answer };

/** The file of the first word, of `--config`, or of the store; wrong ones say what and where. */
function read(call: Call, named?: string): Read {
  const file = named ?? configFileOf(call);
  if (file === undefined) {
    const message = say('不知道用哪份配置', 'Which configuration?');
    const hint = say('加上 --config 文件', 'Add --config FILE');
    return { ok: false, answer: failed(EXIT.usage, { code: 'E_USAGE', message, hint }) };
  }
  const checked = readConfig(file);
  if (!checked.ok) return { ok: false, answer: refusedBy(checked.refusal, EXIT.usage) };
  return { ok: true, file, config: checked.value };
}

export async function configShow(call: Call): Promise<Answer> {
  const given = read(call);
  if (!given.ok) return given.answer;
  const config = withoutSecretNames(given.config);
  return good({ file: given.file, config }, JSON.stringify(config, undefined, 2).split('\n'));
}

/** One value by its path: `lanes.0.scale`, `devices.scale-1.address` (a list's entries by id). */
export async function configGet(call: Call): Promise<Answer> {
  const [path] = call.words;
  const example = 'yike config get devices.scale-1.address';
  if (path === undefined) return usage('要看哪一项？', 'Which value?', example);
  const given = read(call);
  if (!given.ok) return given.answer;
  let value: unknown = withoutSecretNames(given.config);
  for (const name of path.split('.')) value = within(value, name);
  if (value === undefined) {
    const message = say(`配置里没有「${path}」`, `There is no "${path}" in the configuration`);
    const hint = say('yike config show', 'yike config show');
    return failed(EXIT.noExist, { code: 'E_NOEXIST', message, hint });
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  return good({ path, value }, text.split('\n'));
}

function within(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return Object.entries(value).find(([key]) => key === name)?.[1];
  return value.find((each, at) => String(at) === name || within(each, 'id') === name);
}

export async function configCheck(call: Call): Promise<Answer> {
  const given = read(call, call.words[0]);
  if (!given.ok) return given.answer;
  const { devices, lanes, counters } = given.config;
  const counts = { devices: devices.length, lanes: lanes.length, counters: counters.length };
  const words = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return good({ file: given.file, ...counts }, [`${given.file}  ✓  ${words.join(' · ')}`]);
}
