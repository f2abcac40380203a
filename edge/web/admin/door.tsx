/** The door: the first account, signing in, and the PIN that opens an idle page again. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Refusal } from '../../core/ports.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { LanguageButton } from '../shared/language-button.tsx';
import { askedAgain, door, enter, leave, personName, sentenceOf } from './operator.ts';

interface FieldOptions {
  name: string;
  label: Key;
  hint?: Key;
  type?: 'text' | 'password' | 'date';
  value?: string;
  optional?: boolean;
  autocomplete?: string;
  digits?: boolean;
  autofocus?: boolean;
}

export function Field({ name, label, hint, type = 'text', ...more }: FieldOptions) {
  // Several forms may stand on one page.
  const id = useId();
  const shared = {
    name,
    id: `${id}-${name}`,
    ...(hint && { 'aria-describedby': `${id}-hint-${name}` }),
    ...(more.value !== undefined && { defaultValue: more.value }),
    required: !more.optional,
    maxLength: 128,
    autocomplete: more.autocomplete ?? 'off',
    autocapitalize: 'none',
    spellcheck: false,
    autofocus: more.autofocus ?? false,
    inputMode: more.digits ? 'numeric' : 'text',
  } as const;
  return (
    <div class="field">
      <label for={`${id}-${name}`}>{t(label)}</label>
      {type === 'password' ? <input type="password" {...shared} /> : null}
      {type === 'date' ? <input type="date" {...shared} /> : null}
      {type === 'text' ? <input type="text" {...shared} /> : null}
      {hint ? <small id={`${id}-hint-${name}`}>{t(hint)}</small> : null}
    </div>
  );
}

export function Told({ refusal }: { refusal: Refusal | undefined }) {
  if (!refusal) return null;
  const { what, next } = sentenceOf(refusal);
  return (
    <p class="told" role="alert">
      <Icon name="warn" />
      <span>
        {pick(what)}
        <small>{pick(next)}</small>
      </span>
    </p>
  );
}

/** A room whose data did not come: its name, and why. */
export function Unseen({ label, refusal }: { label: Key; refusal: Refusal }) {
  return (
    <>
      <header class="room">
        <h1>{t(label)}</h1>
      </header>
      <Told refusal={refusal} />
    </>
  );
}

/** For rooms that look only when something is asked of them. */
export function TryAgain({ look }: { look(): void }) {
  return (
    <button type="button" class="plain try-again" onClick={look}>
      <Icon name="again" />
      {t('app.try_again')}
    </button>
  );
}

interface FormOptions {
  action: Key;
  /** Carries the fields to the box; what it refuses is shown. */
  send(fields: Record<string, string>): Promise<Refusal | undefined>;
  children: ComponentChildren;
}

export function Form({ action, send, children }: FormOptions) {
  const refusal = useSignal<Refusal | undefined>(undefined);
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value || !(event.currentTarget instanceof HTMLFormElement)) return;
    busy.value = true;
    const entries = [...new FormData(event.currentTarget).entries()];
    const fields = Object.fromEntries(entries.map(([key, value]) => [key, String(value).trim()]));
    refusal.value = await send(fields);
    busy.value = false;
  };
  return (
    <form onSubmit={submit}>
      {children}
      <Told refusal={refusal.value} />
      <button type="submit" class="primary" disabled={busy.value}>
        {t(busy.value ? 'd.checking' : action)}
      </button>
    </form>
  );
}

function Card({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: string;
  children: ComponentChildren;
}) {
  return (
    <main class="door">
      <section class="card">
        <header>
          <Mark />
          <h1>{title}</h1>
          <LanguageButton class="plain" />
        </header>
        {hint ? <p class="hint">{hint}</p> : null}
        {children}
      </section>
    </main>
  );
}

function SetUp() {
  return (
    <Card title={t('d.setup_title')} hint={t('d.setup_hint')}>
      <Form action="d.setup" send={(fields) => enter('/api/session/set-up', fields)}>
        <Field name="code" label="d.code" hint="d.code_hint" autofocus />
        <Field name="name" label="d.name" hint="d.name_hint" autocomplete="name" />
        <Field name="id" label="d.id" hint="d.id_hint" autocomplete="username" />
        <Field
          name="password"
          label="d.password"
          hint="d.password_hint"
          type="password"
          autocomplete="new-password"
        />
        <Field name="pin" label="d.pin" hint="d.pin_hint" type="password" digits />
      </Form>
    </Card>
  );
}

function SignIn() {
  return (
    <Card title={t('d.signin_title')}>
      <Form action="d.signin" send={(fields) => enter('/api/session', fields)}>
        <Field name="id" label="d.id" autocomplete="username" autofocus />
        <Field name="password" label="d.password" type="password" autocomplete="current-password" />
      </Form>
      <p class="hint">{t('d.forgotten')}</p>
    </Card>
  );
}

function Idle() {
  return (
    <Card title={t('d.idle_title', { name: personName.value })} hint={t('d.idle_hint')}>
      <Form action="d.go_on" send={(fields) => enter('/api/session/again', fields)}>
        <Field name="secret" label="d.pin_or_password" type="password" autofocus />
      </Form>
      <button type="button" class="plain" onClick={() => void leave()}>
        {t('d.someone_else')}
      </button>
    </Card>
  );
}

/** What stands before the page while nobody is signed in; null once somebody is. */
export function DoorPage() {
  switch (door.value.state) {
    case 'set-up':
      return <SetUp />;
    case 'sign-in':
      return <SignIn />;
    case 'idle':
      return <Idle />;
    default:
      return null;
  }
}

/** Money and keys ask once more, over the page that asked. */
export function AskAgain() {
  const asked = askedAgain.value;
  return asked ? <AskDialog done={asked.done} /> : null;
}

/** Modal, so that it stands over a dialog that asked. */
function AskDialog({ done }: { done(proved: boolean): void }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  const send = async (fields: Record<string, string>) => {
    const refusal = await enter('/api/session/again', fields);
    if (!refusal) done(true);
    return refusal;
  };
  return (
    <dialog class="veil" ref={box} aria-label={t('d.again_title')} onCancel={() => done(false)}>
      <section class="card">
        <h2>{t('d.again_title')}</h2>
        <p class="hint">{t('d.again_hint')}</p>
        <Form action="d.go_on" send={send}>
          <Field name="secret" label="d.pin_or_password" type="password" autofocus />
        </Form>
        <button type="button" class="plain" onClick={() => done(false)}>
          {t('app.back')}
        </button>
      </section>
    </dialog>
  );
}
