/** Who may come in, as what, and until when. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Refusal, Text } from '../../core/ports.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { clockTime, nowMs } from '../shared/runtime.ts';
import { Field, Form, Told } from './door.tsx';
import { ask, door } from './operator.ts';
import { Skeleton } from './shell.tsx';

interface PersonRow {
  id: string;
  name: string;
  role: string;
  lastDay: string;
  disabled: boolean;
}
interface Register {
  people: PersonRow[];
  roles: Record<string, Text>;
}

export function People() {
  const register = useSignal<Register | undefined>(undefined);
  const refusal = useSignal<Refusal | undefined>(undefined);
  const adding = useSignal(false);
  const load = async () => {
    const answer = await ask<Register>('GET', '/api/people');
    if (answer.ok) register.value = answer.value;
    else refusal.value = answer.refusal;
  };
  const change = async (method: string, path: string, body?: object) => {
    const answer = await ask(method, path, body);
    refusal.value = answer.ok ? undefined : answer.refusal;
    await load();
    return refusal.value;
  };
  useEffect(() => void load(), []);
  if (!register.value) return refusal.value ? <Told refusal={refusal.value} /> : <Skeleton />;
  const { people, roles } = register.value;
  return (
    <>
      <header class="room">
        <h1>{t('n.people')}</h1>
        <button
          type="button"
          class="primary"
          onClick={() => {
            adding.value = !adding.value;
          }}
        >
          <Icon name={adding.value ? 'remove' : 'add'} />
          {t(adding.value ? 'app.back' : 'pe.add')}
        </button>
      </header>
      <Told refusal={refusal.value} />
      {adding.value ? (
        <Adding
          roles={roles}
          send={async (fields) => {
            const told = await change('POST', '/api/people', fields);
            if (!told) adding.value = false;
            return told;
          }}
        />
      ) : null}
      <section class="card">
        <ul class="rows">
          {people.map((person) => (
            <Row key={person.id} person={person} roles={roles} change={change} />
          ))}
        </ul>
      </section>
    </>
  );
}

interface RowOptions {
  person: PersonRow;
  roles: Record<string, Text>;
  change(method: string, path: string, body?: object): Promise<Refusal | undefined>;
}

function Row({ person, roles, change }: RowOptions) {
  const { id, name, role, lastDay, disabled } = person;
  const open = useSignal(false);
  const own = 'person' in door.value && door.value.person.id === id;
  const over = lastDay !== '' && lastDay < clockTime(nowMs.value).slice(0, 10);
  const off = disabled || over;
  return (
    <li data-off={off || null} class="person">
      <span class="who">
        <strong>
          {name} {own ? <small>{t('pe.you')}</small> : null}
        </strong>
        <small>
          {id}
          {lastDay ? ` · ${t(over ? 'pe.over' : 'pe.until', { day: lastDay })}` : ''}
        </small>
      </span>
      <span class="badge" data-state={off ? 'disabled' : 'ok'}>
        {disabled ? t('pe.disabled') : pick(roles[role] ?? { zh: role, en: role })}
      </span>
      <button
        type="button"
        class="plain"
        aria-expanded={open.value}
        aria-label={t('pe.change_of', { name })}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {t('pe.change')}
      </button>
      {open.value ? (
        <Changing
          {...{ person, roles, change, own }}
          close={() => {
            open.value = false;
          }}
        />
      ) : null}
    </li>
  );
}

interface ChangingOptions extends RowOptions {
  own: boolean;
  close(): void;
}

/** Only what was written is changed: an empty password or PIN stays as it is. */
function Changing({ person, roles, change, own, close }: ChangingOptions) {
  const { id, name, role, lastDay } = person;
  const path = `/api/people/${id}`;
  const send = async (fields: Record<string, string>) => {
    const { password, pin, ...plain } = fields;
    const secrets = { ...(password && { password }), ...(pin && { pin }) };
    const told = await change('PATCH', own ? '/api/session/me' : path, {
      ...(own ? {} : plain),
      ...secrets,
    });
    if (!told) close();
    return told;
  };
  return (
    <div class="changing">
      <Form action="n.save" send={send}>
        {own ? null : (
          <>
            <Field name="name" label="pe.name" value={name} />
            <Roles roles={roles} chosen={role} />
            <Field
              name="lastDay"
              label="pe.last_day"
              hint="pe.last_day_hint"
              type="date"
              value={lastDay}
              optional
            />
          </>
        )}
        <Field
          name="password"
          label="pe.new_password"
          hint="d.password_hint"
          type="password"
          optional
        />
        <Field name="pin" label="pe.new_pin" hint="d.pin_hint" type="password" digits optional />
      </Form>
      {own ? null : <Leaving person={person} change={change} />}
    </div>
  );
}

/** Off for a while, or gone for good; the latter wants a second press. */
function Leaving({ person, change }: Pick<RowOptions, 'person' | 'change'>) {
  const { id, name, disabled } = person;
  const removing = useSignal(false);
  const path = `/api/people/${id}`;
  return (
    <p class="acts">
      <button
        type="button"
        class="plain"
        onClick={() => void change('PATCH', path, { disabled: !disabled })}
      >
        {t(disabled ? 'pe.enable' : 'pe.disable')}
      </button>
      <button
        type="button"
        class="plain"
        onClick={() => {
          if (removing.value) void change('DELETE', path);
          removing.value = true;
        }}
      >
        {t(removing.value ? 'pe.remove_sure' : 'pe.remove', { name })}
      </button>
    </p>
  );
}

function Roles({ roles, chosen }: { roles: Record<string, Text>; chosen?: string }) {
  return (
    <fieldset class="choices">
      <legend>{t('pe.role')}</legend>
      {Object.entries(roles).map(([role, said]) => (
        <label key={role}>
          <input type="radio" name="role" value={role} required defaultChecked={role === chosen} />
          <span>
            {pick(said)}
            <small>{t(`pe.may_${role}` as Key)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface AddingOptions {
  roles: Record<string, Text>;
  send(fields: Record<string, string>): Promise<Refusal | undefined>;
}

function Adding({ roles, send }: AddingOptions) {
  return (
    <section class="card narrow">
      <h2>{t('pe.add')}</h2>
      <Form action="d.setup" send={send}>
        <Field name="name" label="pe.name" autofocus />
        <Field name="id" label="d.id" hint="d.id_hint" />
        <Roles roles={roles} />
        <Field name="lastDay" label="pe.last_day" hint="pe.last_day_hint" type="date" optional />
        <Field name="password" label="d.password" hint="d.password_hint" type="password" />
        <Field name="pin" label="d.pin" hint="d.pin_hint" type="password" digits />
      </Form>
    </section>
  );
}
