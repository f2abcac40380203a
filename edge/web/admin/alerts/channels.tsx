/** The ways a message takes: this browser, a signed POST, a topic of the store's broker. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { AlertChannel, AlertsView } from '../../../core/views/alert-views.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { freshKey } from '../../shared/runtime.ts';
import { may } from '../operator.ts';
import { allowBrowser, browserMay, tell } from './store.ts';

export function Channels({ view: { channels } }: { view: AlertsView }) {
  const { webhook, mqtt } = channels;
  return (
    <section class="card">
      <h2>{t('al.ways')}</h2>
      <Way
        name="browser"
        said={t(`al.browser_${browserMay.value}`)}
        on={browserMay.value === 'granted'}
      >
        {browserMay.value === 'default' ? (
          <button type="button" class="plain" onClick={() => void allowBrowser()}>
            {t('al.allow')}
          </button>
        ) : null}
      </Way>
      <Way
        name="webhook"
        said={webhook.url || t('al.no_address')}
        on={webhook.on && webhook.url !== ''}
      >
        {may('settings') ? <Webhook key={webhook.url} webhook={webhook} /> : null}
      </Way>
      <Way
        name="mqtt"
        said={mqtt.available ? mqtt.topic : t('al.no_broker')}
        on={mqtt.on && mqtt.available}
      >
        {may('settings') && mqtt.available ? (
          <button
            type="button"
            class="plain"
            onClick={() => void tell('channels', { mqtt: { on: !mqtt.on } })}
          >
            {t(mqtt.on ? 'al.off' : 'al.on')}
          </button>
        ) : null}
      </Way>
    </section>
  );
}

interface WayOptions {
  name: AlertChannel;
  said: string;
  on: boolean;
  children: ComponentChildren;
}

function Way({ name, said, on, children }: WayOptions) {
  return (
    <section class="way" aria-label={t(`al.way_${name}`)}>
      <h3>
        {t(`al.way_${name}`)}
        <span class="badge" data-level={on ? 'ok' : 'off'}>
          {t(on ? 'al.is_on' : 'al.is_off')}
        </span>
      </h3>
      <p class="quiet">{said}</p>
      <div class="acts">
        {children}
        {may('settings') && on ? (
          <button type="button" class="plain" onClick={() => void tell('test', { channel: name })}>
            {t('al.test')}
          </button>
        ) : null}
      </div>
    </section>
  );
}

/** A secret nobody has seen before; shown until the page is left, so that it can be copied. */
const newSecret = () => (freshKey() + freshKey()).replaceAll('-', '');

function Webhook({ webhook }: { webhook: AlertsView['channels']['webhook'] }) {
  const secret = useSignal<string | undefined>(undefined);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const url = String(new FormData(event.currentTarget).get('url') ?? '').trim();
    if (!webhook.hasSecret) secret.value ??= newSecret();
    void tell('channels', {
      webhook: { on: url !== '', url, ...(secret.value && { secret: secret.value }) },
    });
  };
  return (
    <form class="webhook" onSubmit={submit}>
      <label for="al-url">{t('al.address')}</label>
      <input
        id="al-url"
        name="url"
        type="url"
        defaultValue={webhook.url}
        placeholder="https://"
        maxLength={500}
        autocomplete="off"
      />
      <small>{t('al.signed')}</small>
      {secret.value ? (
        <p class="secret">
          {t('al.secret')} <code>{secret.value}</code>
        </p>
      ) : null}
      <button type="submit" class="plain">
        {t('n.save')}
      </button>
      {webhook.hasSecret && !secret.value ? (
        <button
          type="button"
          class="plain"
          onClick={() => {
            secret.value = newSecret();
            void tell('channels', {
              webhook: { on: webhook.on, url: webhook.url, secret: secret.value },
            });
          }}
        >
          <Icon name="undo" />
          {t('al.new_secret')}
        </button>
      ) : null}
    </form>
  );
}
