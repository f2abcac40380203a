/** Who may come in, as what, and until when. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Refusal, Text } from '../../core/ports.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
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
  change(method: string, path: string, body?: object): Promise<unknown>;
}

function Row({ person, roles, change }: RowOptions) {
  const { id, name, role, lastDay, disabled } = person;
  const own = 'person' in door.value && door.value.person.id === id;
  return (
    <li data-off={disabled || null}>
      <span class="who">
        <strong>{name}</strong>
        <small>
          {id}
          {lastDay ? ` · ${t('pe.until', { day: lastDay })}` : ''}
        </small>
      </span>
      <span class="badge" data-state={disabled ? 'disabled' : 'ok'}>
        {disabled ? t('pe.disabled') : pick(roles[role] ?? { zh: role, en: role })}
      </span>
      {own ? (
        <small>{t('pe.you')}</small>
      ) : (
        <button
          type="button"
          class="plain"
          onClick={() => void change('PATCH', `/api/people/${id}`, { disabled: !disabled })}
        >
          {t(disabled ? 'pe.enable' : 'pe.disable')}
        </button>
      )}
    </li>
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
        <fieldset class="choices">
          <legend>{t('pe.role')}</legend>
          {Object.entries(roles).map(([role, said]) => (
            <label key={role}>
              <input type="radio" name="role" value={role} required />
              <span>{pick(said)}</span>
            </label>
          ))}
        </fieldset>
        <Field name="password" label="d.password" hint="d.password_hint" type="password" />
        <Field name="pin" label="d.pin" hint="d.pin_hint" type="password" digits />
      </Form>
    </section>
  );
}
