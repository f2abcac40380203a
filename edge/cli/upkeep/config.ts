/** `yike config show`, `get`, `set`, `check`: the file as the controller would read it, secrets hidden. */
import { type Config, readConfig } from '../../config/config.ts';
import type { Outcome } from '../../core/ports.ts';
import type { SettingsVersion, SettingsView } from '../../core/views/settings-views.ts';
import { withoutSecretNames } from '../../technician/redact.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, refusedBy, say, usage } from '../command.ts';
import { configFileOf, whoOf } from '../devices/talk.ts';

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

/** One value, over the running controller: checked whole, written down, and in its history. */
export async function configSet(call: Call): Promise<Answer> {
  const [path, text] = call.words;
  const example = 'yike config set lanes.lane-1.policy.parkMinutes 30';
  if (path === undefined || text === undefined)
    return usage('要改哪一项，改成什么？', 'Which value, and to what?', example);
  const asked = await askBox<SettingsView>(call.dataDir, 'GET', '/api/settings');
  if (!asked.ok) return asked.answer;
  const { values, basedOn } = asked.value;
  const nobody = noEntry(values, path.split('.'));
  if (nobody !== undefined) {
    const message = say(`配置里没有「${nobody}」`, `There is no "${nobody}" in the configuration`);
    return failed(EXIT.noExist, {
      code: 'E_NOEXIST',
      message,
      hint: say('yike config show', 'yike config show'),
    });
  }
  const next = placed(values, path.split('.'), meantBy(text)) as Record<string, unknown>;
  if (call.flags['dry-run']) {
    const { differencesOf, lineOf } = await import('./config-change.ts');
    const differences = differencesOf(values, next);
    return good({ differences }, differences.map(lineOf));
  }
  const body = { values: next, basedOn };
  const by = whoOf(call);
  const heard = await askBox<Outcome<SettingsVersion>>(call.dataDir, 'POST', '/api/settings', {
    ...body,
    by,
  });
  if (!heard.ok) return heard.answer;
  if (!heard.value.ok) return refusedBy(heard.value.refusal, EXIT.usage);
  const { changes } = heard.value.value;
  const lines = changes.map(
    ({ path: at, before, after }) => `${at}  ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  );
  const restart = call.language === 'zh' ? '重启控制器后生效' : 'Counts after a restart';
  return good(heard.value.value, [...lines, restart]);
}

/** JSON where it is some, otherwise the text itself; `null` takes the option out. */
function meantBy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The first name of the path that no entry of its list has; a whole new entry may be put there. */
function noEntry(within: unknown, [name, ...rest]: string[]): string | undefined {
  if (name === undefined || typeof within !== 'object' || within === null) return undefined;
  if (!Array.isArray(within))
    return noEntry(Object.entries(within).find(([key]) => key === name)?.[1], rest);
  const entry = within.find((each, n) => String(n) === name || each?.id === name);
  return entry === undefined && rest.length > 0 ? name : noEntry(entry, rest);
}

/** The same configuration with one value in its place; entries of a list go by number or id. */
function placed(within: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(within)) {
    const at = within.findIndex((each, n) => String(n) === name || each?.id === name);
    if (at < 0) return [...within, placed(undefined, rest, value)];
    return within.map((each, n) => (n === at ? placed(each, rest, value) : each));
  }
  const branch = { ...(within as Record<string, unknown> | undefined) };
  if (value === null && rest.length === 0) delete branch[name];
  else branch[name] = placed(branch[name], rest, value);
  return branch;
}
