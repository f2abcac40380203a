/** One option of the configuration, whatever kind it is: a value, a group, a list, or free. */
import type { ComponentChildren } from 'preact';
import {
  HIDDEN,
  type SettingField,
  type SettingLeaf,
  type SettingList,
} from '../../../core/views/settings-views.ts';
import { yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { type Path, set } from './draft.ts';

interface At<Field> {
  field: Field;
  value: unknown;
  path: Path;
}

export function Setting({ field, value, path }: At<SettingField>) {
  switch (field.kind) {
    case 'group':
      return <Group field={field} value={value} path={path} />;
    case 'list':
      return <List field={field} value={value} path={path} />;
    case 'free':
      return <Free field={field} value={value} path={path} />;
    default:
      return <Leaf field={field} value={value} path={path} />;
  }
}

const idOf = (path: Path) => `set-${path.join('-')}`;

/** Default and range, so that nobody has to look them up. */
function bounds(field: SettingLeaf): string {
  const { default: preset, minimum, maximum } = field;
  const unit = field.unit ? ` ${pick(field.unit)}` : '';
  const parts = [
    preset === undefined || preset === '' ? '' : t('se.default', { value: `${preset}${unit}` }),
    minimum === undefined && maximum === undefined
      ? ''
      : t('se.range', { from: minimum ?? '', to: maximum ?? '', unit }),
  ];
  return parts.filter(Boolean).join(' · ');
}

function Leaf({ field, value, path }: At<SettingLeaf>) {
  const id = idOf(path);
  const range = bounds(field);
  const help = field.help ? pick(field.help) : '';
  return (
    <div class="setting">
      <label for={id}>
        {pick(field.label)}
        <code>{field.key}</code>
      </label>
      <span class="entry">
        <Entry field={field} value={value} path={path} />
        {field.unit ? <span class="quiet">{pick(field.unit)}</span> : null}
        <Translated field={field} value={value} />
      </span>
      <small id={`${id}-help`}>
        {[help, range].filter(Boolean).join(' · ')}
        {field.secret ? (
          <b>
            {help || range ? ' · ' : ''}
            {t('se.secret')}
          </b>
        ) : null}
      </small>
    </div>
  );
}

/** Fen as yuan and milliseconds as seconds, beside the number that stands in the file. */
function Translated({ field, value }: { field: SettingLeaf; value: unknown }) {
  const number = typeof value === 'number' ? value : field.default;
  if (typeof number !== 'number') return null;
  if (field.key.endsWith('Fen')) return <span class="quiet">= {yuan(number)}</span>;
  if (field.key.endsWith('Bp')) return <span class="quiet">= {number / 100}%</span>;
  if (!field.key.endsWith('Ms')) return null;
  return <span class="quiet">= {t('time.seconds', { n: number / 1000 })}</span>;
}

function Entry({ field, value, path }: At<SettingLeaf>) {
  const id = idOf(path);
  const described = { id, 'aria-describedby': `${id}-help` };
  if (field.kind === 'switch')
    return (
      <input
        type="checkbox"
        {...described}
        checked={value === undefined ? field.default === true : value === true}
        onChange={({ currentTarget }) => set(path, currentTarget.checked)}
      />
    );
  if (field.kind === 'choice')
    return (
      <select
        {...described}
        value={String(value ?? '')}
        onChange={({ currentTarget }) => set(path, currentTarget.value || undefined)}
      >
        <option value="">{t('se.as_default', { value: String(field.default ?? '—') })}</option>
        {field.choices?.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  const numeric = field.kind !== 'text';
  const shown = value === HIDDEN ? '' : String(value ?? '');
  const write = (text: string) => {
    if (text === '') return set(path, field.secret && value === HIDDEN ? HIDDEN : undefined);
    return set(path, numeric && Number.isFinite(Number(text)) ? Number(text) : text);
  };
  const shared = {
    ...described,
    inputMode: numeric ? ('decimal' as const) : ('text' as const),
    autocomplete: 'off' as const,
    spellcheck: false,
    value: shown,
    placeholder: value === HIDDEN ? '••••••' : String(field.default ?? ''),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => write(currentTarget.value),
  };
  return field.secret ? <input type="password" {...shared} /> : <input type="text" {...shared} />;
}

function Group({ field, value, path }: At<Extract<SettingField, { kind: 'group' }>>) {
  const there = value !== undefined || !field.optional;
  return (
    <fieldset class="group">
      <legend>
        {pick(field.label)} <code>{field.key}</code>
        {field.optional ? (
          <Switch
            on={there}
            label={pick(field.label)}
            flip={(on) => set(path, on ? {} : undefined)}
          />
        ) : null}
      </legend>
      {field.help ? <small>{pick(field.help)}</small> : null}
      {there ? <Fields fields={field.fields} value={value} path={path} /> : null}
    </fieldset>
  );
}

function Switch(props: { on: boolean; label: string; flip(on: boolean): void }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        aria-label={t('se.use', { name: props.label })}
        checked={props.on}
        onChange={({ currentTarget }) => props.flip(currentTarget.checked)}
      />
    </label>
  );
}

export function Fields({ fields, value, path }: { fields: SettingField[] } & Omit<At<0>, 'field'>) {
  const branch = (value ?? {}) as Record<string, unknown>;
  return (
    <div class="fields">
      {fields.map((field) => (
        <Setting
          key={field.key}
          field={field}
          value={branch[field.key]}
          path={[...path, field.key]}
        />
      ))}
    </div>
  );
}

function List({ field, value, path }: At<SettingList>) {
  const entries = Array.isArray(value) ? value : [];
  const empty = field.item.kind === 'group' ? {} : '';
  return (
    <fieldset class="group list">
      <legend>
        {pick(field.label)} <code>{field.key}</code>
      </legend>
      {field.help ? <small>{pick(field.help)}</small> : null}
      {entries.map((entry, at) => (
        <Item key={String(at)} at={at} name={nameOf(entry, at)} path={path}>
          {field.item.kind === 'group' ? (
            <Fields fields={field.item.fields} value={entry} path={[...path, at]} />
          ) : (
            <Setting
              field={{ ...field.item, key: String(at + 1) }}
              value={entry}
              path={[...path, at]}
            />
          )}
        </Item>
      ))}
      <button type="button" class="plain" onClick={() => set([...path, entries.length], empty)}>
        <Icon name="add" />
        {t('se.add', { name: pick(field.label) })}
      </button>
    </fieldset>
  );
}

function nameOf(entry: unknown, at: number): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { id, cabinet, memberId } = entry as Record<string, unknown>;
  return String(id ?? cabinet ?? memberId ?? at + 1);
}

function Item(props: {
  at: number;
  name: string | undefined;
  path: Path;
  children: ComponentChildren;
}) {
  const { at, name, path, children } = props;
  const remove = (
    <button
      type="button"
      class="plain"
      aria-label={t('se.remove', { name: name ?? at + 1 })}
      onClick={() => set([...path, at], undefined)}
    >
      <Icon name="remove" />
    </button>
  );
  if (name === undefined)
    return (
      <div class="row">
        {children}
        {remove}
      </div>
    );
  return (
    <details class="item">
      <summary>
        <b>{name}</b>
      </summary>
      {children}
      {remove}
    </details>
  );
}

function Free({ field, value, path }: At<SettingField>) {
  const id = idOf(path);
  const write = (text: string) => {
    try {
      set(path, text.trim() === '' ? undefined : JSON.parse(text));
    } catch {
      // Half-written: the box says what is wrong with it if it is sent like this.
      set(path, text);
    }
  };
  return (
    <div class="setting">
      <label for={id}>
        {pick(field.label)}
        <code>{field.key}</code>
      </label>
      <textarea
        id={id}
        aria-describedby={`${id}-help`}
        rows={3}
        spellcheck={false}
        onChange={({ currentTarget }) => write(currentTarget.value)}
      >
        {value === undefined ? '' : JSON.stringify(value, undefined, 1)}
      </textarea>
      <small id={`${id}-help`}>
        {field.help ? `${pick(field.help)} · ` : ''}
        {t('se.json')}
      </small>
    </div>
  );
}
