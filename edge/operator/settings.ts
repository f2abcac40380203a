/**
 * The store's configuration file as people change it: shown without its secrets, checked whole,
 * written down with who and what before it is replaced, and every earlier one can be had back.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';
import { checkConfig } from '../config/config.ts';
import { settingsForm } from '../config/form.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import { changesBetween, withSecretsOf } from '../core/settings-changes.ts';
import type { SettingsEventBodies } from '../core/settings-events.ts';
import type {
  SettingChange,
  SettingField,
  SettingsVersion,
  SettingsView,
} from '../core/views/settings-views.ts';
import { prepareDevices } from '../devices/devices.ts';
import { withoutSecretNames } from '../technician/redact.ts';
import { type SettingsRefusalCode, settingsRefusal } from './settings-refusals.ts';

export type Draft = Record<string, unknown>;

export interface Settings {
  view(): SettingsView;
  /** What would change; refused where the configuration would be wrong. */
  check(draft: Draft): Outcome<SettingChange[]>;
  /** Takes the draft as the store's file, from its next start on. */
  apply(draft: Draft, basedOn: string, by: string): Outcome<SettingsVersion>;
  /** The file as it was at an earlier version, secrets hidden: a draft like any other. */
  earlier(version: number): Outcome<Draft>;
}

export interface SettingsParts {
  /** Absent where the store does not run from a file. */
  file?: string;
  dataDir: string;
  clock: Pick<Clock, 'wallMs'>;
  /** The configuration the store runs with: as its file said it at the start, where there is one. */
  running?: Draft;
  /** Into the ledger, before the file is replaced. */
  tell(body: SettingsEventBodies['SettingsChanged']): void;
}

interface Kept extends SettingsVersion {
  /** The whole file, secrets and all: readable by its owner alone. */
  raw: Draft;
}

const MOST_VERSIONS = 50;
const MOST_PATHS = 100;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const textOf = (raw: Draft) => `${JSON.stringify(raw, undefined, 2)}\n`;
const hidden = (raw: Draft) => withoutSecretNames(raw) as Draft;

export function openSettings(parts: SettingsParts): Settings {
  const { file, dataDir, running } = parts;
  const store = versionsIn(join(dataDir, 'settings'));
  let form: SettingField[] | undefined;
  const read = (): { raw: Draft; text: string } => {
    const text = file === undefined ? textOf(running ?? {}) : readFileSync(file, 'utf8');
    return { text, raw: JSON.parse(text) as Draft };
  };
  const judge = (draft: Draft, raw: Draft): Outcome<Draft> => {
    if (file === undefined) return settingsRefusal('NO_SETTINGS_FILE');
    const { value, lost } = withSecretsOf(draft, raw);
    if (lost.length > 0) return settingsRefusal('SECRET_LOST', { where: lost.join(', ') });
    const checked = checkConfig(value, file);
    if (!checked.ok) return checked;
    const prepared = prepareDevices(checked.value.devices);
    return prepared.ok ? { ok: true, value: value as Draft } : prepared;
  };
  return {
    view() {
      const { raw, text } = read();
      // Made when somebody first looks: a starting box does not wait for it.
      form ??= settingsForm();
      return {
        form,
        values: hidden(raw),
        basedOn: sha256(text),
        ...(file !== undefined && { file }),
        history: store.list().map(({ raw: _, ...told }) => told),
        waiting: running && file ? changesBetween(hidden(running), hidden(raw)) : [],
      };
    },
    check(draft) {
      const { raw } = read();
      const judged = judge(draft, raw);
      return judged.ok ? { ok: true, value: visible(raw, judged.value) } : judged;
    },
    apply(draft, basedOn, by) {
      const { raw, text } = read();
      if (sha256(text) !== basedOn) return settingsRefusal('SETTINGS_CHANGED');
      const judged = judge(draft, raw);
      if (!judged.ok) return judged;
      const changes = visible(raw, judged.value);
      if (changes.length === 0) return settingsRefusal('NOTHING_CHANGED_HERE');
      return replace(parts, store, { before: raw, after: judged.value, changes, by });
    },
    earlier(version) {
      const kept = store.get(version);
      return kept
        ? { ok: true, value: hidden(kept.raw) }
        : settingsRefusal('VERSION_UNKNOWN', { version });
    },
  };
}

/** The same, but that a secret shows only that it changed. */
function visible(before: Draft, after: Draft): SettingChange[] {
  const shown = changesBetween(hidden(before), hidden(after));
  const known = new Set(shown.map(({ path }) => path));
  const secret = changesBetween(before, after).filter(({ path }) => !known.has(path));
  return [...shown, ...secret.map(({ path }) => ({ path, before: '•••', after: '•••' }))];
}

interface Replacing {
  before: Draft;
  after: Draft;
  changes: SettingChange[];
  by: string;
}

/** History and ledger first, the file last: what was done is known even where the power goes. */
function replace(
  { file = '', clock, tell }: SettingsParts,
  store: Versions,
  { before, after, changes, by }: Replacing,
): Outcome<SettingsVersion> {
  const atWallMs = clock.wallMs();
  if (store.newest() === undefined)
    store.keep({ version: 0, atWallMs, by: '', changes: [], raw: before });
  const version = (store.newest() ?? 0) + 1;
  store.keep({ version, atWallMs, by, changes, raw: after });
  const text = textOf(after);
  const paths = changes.slice(0, MOST_PATHS).map(({ path }) => path.slice(0, 200));
  tell({ by, version, paths, sha256: sha256(text) });
  replaceFile(file, text, statSync(file).mode & 0o777);
  return { ok: true, value: { version, atWallMs, by, changes } };
}

type Versions = ReturnType<typeof versionsIn>;

/** `settings/<version>.json`, the newest fifty and the first. */
function versionsIn(folder: string) {
  const numbers = (): number[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
          .map(Number)
          .sort((one, other) => other - one)
      : [];
  const read = (version: number) =>
    JSON.parse(readFileSync(join(folder, `${version}.json`), 'utf8')) as Kept;
  return {
    newest: () => numbers()[0],
    list: () => numbers().map(read),
    get: (version: number) => (numbers().includes(version) ? read(version) : undefined),
    keep(kept: Kept) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      replaceFile(join(folder, `${kept.version}.json`), JSON.stringify(kept));
      for (const old of numbers().slice(MOST_VERSIONS, -1)) rmSync(join(folder, `${old}.json`));
    },
  };
}

export type { SettingsRefusalCode };
