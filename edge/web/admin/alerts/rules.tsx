/** The rules: what becomes an alert, how long it must hold, how often it is told, and over which way. */
import { useSignal } from '@preact/signals';
import {
  ALERT_CHANNELS,
  type AlertRule,
  type AlertsView,
} from '../../../core/views/alert-views.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { freshKey } from '../../shared/runtime.ts';
import { may } from '../operator.ts';
import { tell } from './store.ts';

const nameOf = ({ id, name }: AlertRule): string =>
  name || (id === 'serious' ? t('al.rule_serious') : id === 'notice' ? t('al.rule_notice') : id);

const freshRule = (): AlertRule => ({
  id: `rule-${freshKey().replaceAll('-', '').slice(0, 8)}`,
  ...{ name: '', on: true, codes: [], least: 'bad' },
  ...{ holdSeconds: 10, repeatMinutes: 0, channels: ['browser'] },
});

export function Rules({ view: { rules, codes } }: { view: AlertsView }) {
  const editing = useSignal<AlertRule | undefined>(undefined);
  const edit = (rule: AlertRule | undefined) => {
    editing.value = rule;
  };
  const keep = (next: AlertRule[]) => tell('rules', { rules: next });
  const changed = (rule: AlertRule) => {
    const known = rules.some(({ id }) => id === rule.id);
    return keep(
      known ? rules.map((each) => (each.id === rule.id ? rule : each)) : [...rules, rule],
    );
  };
  return (
    <section class="card">
      <h2>
        {t('al.rules')}
        {may('settings') ? (
          <button type="button" class="plain" onClick={() => edit(freshRule())}>
            <Icon name="add" />
            {t('al.add_rule')}
          </button>
        ) : null}
      </h2>
      <ul class="rows">
        {rules.map((rule) => (
          <Row key={rule.id} rule={rule} changed={changed} edit={() => edit(rule)} />
        ))}
      </ul>
      {editing.value ? (
        <Editing
          key={editing.value.id}
          rule={editing.value}
          codes={codes}
          close={() => edit(undefined)}
          keep={changed}
          remove={() => keep(rules.filter(({ id }) => id !== editing.value?.id))}
        />
      ) : null}
    </section>
  );
}

interface RowOptions {
  rule: AlertRule;
  changed(rule: AlertRule): Promise<boolean>;
  edit(): void;
}

function Row({ rule, changed, edit }: RowOptions) {
  return (
    <li data-off={!rule.on || null}>
      <span class="who">
        <strong>{nameOf(rule)}</strong>
        <small>{sentenceOf(rule)}</small>
      </span>
      {may('settings') ? (
        <>
          <button
            type="button"
            class="plain"
            onClick={() => void changed({ ...rule, on: !rule.on })}
          >
            {t(rule.on ? 'al.off' : 'al.on')}
          </button>
          <button type="button" class="plain" onClick={edit}>
            {t('al.edit')}
          </button>
        </>
      ) : null}
    </li>
  );
}

function sentenceOf({ codes, least, holdSeconds, repeatMinutes, channels }: AlertRule): string {
  return [
    codes.length > 0 ? codes.join(' ') : t('al.every_code'),
    t('al.least', { severity: t(`al.${least}`) }),
    t('al.hold', { n: holdSeconds }),
    repeatMinutes > 0 ? t('al.repeat', { n: repeatMinutes }) : t('al.once'),
    channels.map((each) => t(`al.way_${each}`)).join(' '),
  ].join(' · ');
}

interface EditingOptions {
  rule: AlertRule;
  codes: AlertsView['codes'];
  keep(rule: AlertRule): Promise<boolean>;
  remove(): Promise<boolean>;
  close(): void;
}

/** What the form says, as a rule. */
function ruleIn(form: FormData, { id, on }: AlertRule): AlertRule {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  return {
    ...{ id, on, name: text('name') },
    channels: ALERT_CHANNELS.filter((each) => form.get(each) !== null),
    codes: form.getAll('codes').map(String),
    least: text('least') === 'warn' ? 'warn' : 'bad',
    holdSeconds: Number(text('hold')),
    repeatMinutes: Number(text('repeat')),
  };
}

function Editing({ rule, codes, keep, remove, close }: EditingOptions) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    if (await keep(ruleIn(new FormData(event.currentTarget), rule))) close();
  };
  return (
    <form class="editing" onSubmit={submit} aria-label={t('al.edit')}>
      <label>
        {t('al.name')}
        <input name="name" type="text" maxLength={60} defaultValue={nameOf(rule)} required />
      </label>
      <label>
        {t('al.severity')}
        <select name="least" defaultValue={rule.least}>
          <option value="bad">{t('al.bad')}</option>
          <option value="warn">{t('al.warn')}</option>
        </select>
      </label>
      <Whole name="hold" label="al.hold_field" most={3600} value={rule.holdSeconds} />
      <Whole name="repeat" label="al.repeat_field" most={1440} value={rule.repeatMinutes} />
      <Ways rule={rule} />
      <Codes rule={rule} codes={codes} />
      <p class="acts wide">
        <button type="button" class="plain" onClick={() => void remove().then(close)}>
          {t('al.remove')}
        </button>
        <button type="button" class="plain" onClick={close}>
          {t('dv.cancel')}
        </button>
        <button type="submit" class="primary">
          {t('n.save')}
        </button>
      </p>
    </form>
  );
}

function Whole(props: { name: string; label: Key; most: number; value: number }) {
  const { name, label, most, value } = props;
  return (
    <label>
      {t(label)}
      <input name={name} type="number" min={0} max={most} defaultValue={String(value)} required />
    </label>
  );
}

function Ways({ rule }: { rule: AlertRule }) {
  return (
    <fieldset class="ways">
      <legend>{t('al.ways')}</legend>
      {ALERT_CHANNELS.map((each) => (
        <label key={each}>
          <input type="checkbox" name={each} defaultChecked={rule.channels.includes(each)} />
          {t(`al.way_${each}`)}
        </label>
      ))}
    </fieldset>
  );
}

function Codes({ rule, codes }: Pick<EditingOptions, 'rule' | 'codes'>) {
  return (
    <label class="wide">
      {t('al.codes')}
      <select name="codes" multiple size={6}>
        {codes.map(({ code, text }) => (
          <option key={code} value={code} selected={rule.codes.includes(code)}>
            {code} {pick(text)}
          </option>
        ))}
      </select>
      <small>{t('al.codes_hint')}</small>
    </label>
  );
}
