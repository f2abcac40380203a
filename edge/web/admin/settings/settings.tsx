/** The store's configuration: every option, what a change would change, and who changed it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SettingChange, SettingField } from '../../../core/views/settings-views.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, pick, t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { Told } from '../door.tsx';
import { Skeleton } from '../shell.tsx';
import * as state from './draft.ts';
import { Setting } from './form.tsx';
import './settings.css';
import { settings as enSettings } from '../../shared/i18n/en/settings.ts';
import { settings as zhSettings } from '../../shared/i18n/zh/settings.ts';

learnWords({ zh: zhSettings, en: enSettings });

export function SettingsRoom() {
  useEffect(() => void state.load(), []);
  const view = state.settings.value;
  const part = useSignal('store');
  const query = useSignal('');
  if (!view) return state.refused.value ? <Told refusal={state.refused.value} /> : <Skeleton />;
  const words = query.value.trim().toLowerCase();
  const shown = view.form.filter((field) =>
    words === '' ? partOf(field) === part.value : mentions(field, words),
  );
  return (
    <>
      <Head />
      {view.file === undefined ? <p class="stale">{t('se.no_file')}</p> : null}
      <Waiting changes={view.waiting} canRestart={view.canRestart} />
      <Saved />
      <div class="settings">
        <Parts form={view.form} part={part} query={query} />
        <section class="card">
          {shown.length === 0 ? <p class="quiet">{t('se.none_found')}</p> : null}
          {shown.map((field) => (
            <Setting
              key={field.key}
              field={field}
              value={state.draft.value[field.key]}
              path={[field.key]}
            />
          ))}
        </section>
      </div>
      <History />
      <Changes />
    </>
  );
}

/** A value that stands alone at the top is a path: those are shown together. */
const FILES = 'files';
const isValue = ({ kind }: SettingField): boolean => !['group', 'list', 'free'].includes(kind);
const partOf = (field: SettingField): string => (isValue(field) ? FILES : field.key);

interface PartsOptions {
  form: SettingField[];
  part: { value: string };
  query: { value: string };
}

function Parts({ form, part, query }: PartsOptions) {
  const go = (key: string) => {
    query.value = '';
    part.value = key;
  };
  const touched = new Set(
    state.changed.value.map(({ path }) => {
      const field = form.find(({ key }) => key === path.split('.')[0]);
      return field && partOf(field);
    }),
  );
  const parts = [
    ...form.flatMap((field) =>
      isValue(field) ? [] : [{ key: field.key, label: pick(field.label) }],
    ),
    { key: FILES, label: t('se.files') },
  ];
  return (
    <nav aria-label={t('se.parts')}>
      <input
        type="search"
        aria-label={t('se.search')}
        placeholder={t('se.search')}
        value={query.value}
        onInput={({ currentTarget }) => {
          query.value = currentTarget.value;
        }}
      />
      {parts.map(({ key, label }) => (
        <button
          type="button"
          key={key}
          aria-current={query.value.trim() === '' && part.value === key ? 'true' : undefined}
          onClick={() => go(key)}
        >
          {label}
          {touched.has(key) ? (
            <span class="dot">
              <span class="unseen">{t('se.touched')}</span>
            </span>
          ) : null}
        </button>
      ))}
    </nav>
  );
}

/** Whether a field, or one inside it, is called so. */
function mentions(field: SettingField, words: string): boolean {
  const said = [field.key, pick(field.label), field.help ? pick(field.help) : ''];
  if (said.some((text) => text.toLowerCase().includes(words))) return true;
  if (field.kind === 'group') return field.fields.some((each) => mentions(each, words));
  return field.kind === 'list' && mentions(field.item, words);
}

function Head() {
  const importing = (file: File | undefined) =>
    file?.text().then(async (text) => {
      try {
        state.take(JSON.parse(text));
      } catch {
        state.refused.value = NO_JSON;
        return;
      }
      await state.propose();
    });
  return (
    <header class="room">
      <h1>{t('n.settings')}</h1>
      <a class="plain" href={exported()} download="yike-settings.json">
        {t('se.export')}
      </a>
      <label class="plain">
        {t('se.import')}
        <input
          type="file"
          class="unseen"
          accept="application/json,.json"
          onChange={({ currentTarget }) => {
            void importing(currentTarget.files?.[0]);
            currentTarget.value = '';
          }}
        />
      </label>
    </header>
  );
}

const NO_JSON = {
  code: 'NO_JSON',
  message: { zh: '这个文件不是 JSON', en: 'This file is no JSON' },
  next: { zh: '选一个从这里导出的文件', en: 'Choose one that was exported here' },
};

/** What stands in the file now, secrets hidden. */
const exported = () =>
  `data:application/json;charset=utf-8,${encodeURIComponent(
    JSON.stringify(state.settings.value?.values ?? {}, undefined, 2),
  )}`;

function Waiting({ changes, canRestart }: { changes: SettingChange[]; canRestart: boolean }) {
  if (changes.length === 0) return null;
  return (
    <section class="stale waiting" role="status">
      <Icon name="clock" />
      <span>{t('se.waiting', { n: changes.length })}</span>
      {canRestart ? (
        <button type="button" class="plain" onClick={() => void state.restart()}>
          {t('se.restart')}
        </button>
      ) : (
        <small>{t('se.restart_hint')}</small>
      )}
    </section>
  );
}

function Saved() {
  const saved = state.saved.value;
  if (!saved || state.changed.value.length > 0) return null;
  return (
    <p class="done" role="status">
      <Icon name="check" />
      <span>{t('se.saved', { n: saved.changes.length })}</span>
      <button
        type="button"
        class="plain"
        onClick={() => {
          state.saved.value = undefined;
          void state.earlier(saved.version - 1);
        }}
      >
        {t('se.undo')}
      </button>
    </p>
  );
}

const shownValue = (value: unknown): string =>
  value === undefined ? '—' : typeof value === 'string' ? value : JSON.stringify(value);

function ChangeList({ changes }: { changes: SettingChange[] }) {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">{t('se.option')}</th>
          <th scope="col">{t('se.before')}</th>
          <th scope="col">{t('se.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
            </th>
            <td>
              <del>{shownValue(before)}</del>
            </td>
            <td>
              <ins>{shownValue(after)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Stands below while something differs: look first, then save. */
function Changes() {
  const changed = state.changed.value;
  if (changed.length === 0) return <Told refusal={state.refused.value} />;
  const proposed = state.proposed.value;
  return (
    <section class="card pending" aria-label={t('se.changes', { n: changed.length })}>
      <h2>{t('se.changes', { n: changed.length })}</h2>
      <Told refusal={state.refused.value} />
      {proposed ? <ChangeList changes={proposed} /> : null}
      <p class="acts">
        <button
          type="button"
          class="plain"
          onClick={() => state.take(state.settings.value?.values ?? {})}
        >
          {t('se.drop')}
        </button>
        {proposed ? (
          <button type="button" class="primary" onClick={() => void state.save()}>
            {t('n.save')}
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => void state.propose()}>
            {t('se.look')}
          </button>
        )}
      </p>
    </section>
  );
}

function History() {
  const { history = [] } = state.settings.value ?? {};
  if (history.length === 0) return null;
  return (
    <section class="card">
      <h2>
        <Icon name="clock" />
        {t('se.history')}
      </h2>
      <ul class="rows">
        {history.map(({ version, atWallMs, by, changes }) => (
          <li key={version}>
            <span class="who">
              <strong>{version === 0 ? t('se.first') : by}</strong>
              <small>
                {[clockTime(atWallMs), ...changes.slice(0, 3).map(({ path }) => path)].join(' · ')}
                {changes.length > 3 ? ` +${changes.length - 3}` : ''}
              </small>
            </span>
            <button type="button" class="plain" onClick={() => void state.earlier(version)}>
              {t('se.back_to', { n: version })}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
