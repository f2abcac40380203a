/** One request by hand: presets at once, other bytes only once somebody says they know. */
import { useSignal } from '@preact/signals';
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { pick, t } from '../shared/language.ts';
import { tool } from './tools.ts';

interface Reply {
  sent: string;
  reply: string;
  text: string;
  firstMs?: number;
  ms: number;
  matched: boolean;
}

const NEVER = ['payment', 'camera', 'cabinet'];

export function Send({ device }: { device: DiagDevice }) {
  const busy = useSignal(false);
  const reply = useSignal<Reply | undefined>(undefined);
  if (NEVER.includes(device.kind)) return null;
  const send = async (bytes: string, more: object = {}) => {
    busy.value = true;
    const body = { act: 'send', hex: bytes, timeoutMs: 2000, ...more };
    reply.value = await tool<Reply>('POST', `/devices/${device.id}/act`, body);
    busy.value = false;
  };
  return (
    <section class="send" aria-label={t('g.send')}>
      <h2>{t('g.send')}</h2>
      <p class="quiet">{t('g.send_hint')}</p>
      <div class="row">
        {device.presets.map((preset) => (
          <button
            type="button"
            class="plain"
            key={preset.name}
            disabled={busy.value}
            onClick={() => void send(preset.hex)}
          >
            {pick(preset.about)} <code>{preset.hex}</code>
          </button>
        ))}
      </div>
      <Anything busy={busy.value} send={send} />
      {reply.value ? <Replied reply={reply.value} /> : null}
    </section>
  );
}

interface AnythingProps {
  busy: boolean;
  send(hex: string, more: object): Promise<void>;
}

/** Bytes that are no preset: only once somebody says they know. */
function Anything({ busy, send }: AnythingProps) {
  const known = useSignal(false);
  const hex = useSignal('');
  const why = useSignal('');
  const unsafe = { unsafe: true, ...(why.value !== '' && { why: why.value }) };
  return (
    <>
      <label class="know">
        <input
          type="checkbox"
          checked={known.value}
          onChange={(event) => (known.value = event.currentTarget.checked)}
        />
        {t('g.send_know')}
      </label>
      {known.value ? (
        <div class="row">
          <input
            class="hex"
            aria-label={t('g.send_hex')}
            placeholder="05"
            value={hex.value}
            onInput={(event) => (hex.value = event.currentTarget.value)}
          />
          <input
            aria-label={t('g.send_why')}
            placeholder={t('g.send_why')}
            value={why.value}
            onInput={(event) => (why.value = event.currentTarget.value)}
          />
          <button
            type="button"
            class="primary"
            disabled={busy || !/^[0-9a-fA-F\s]+$/.test(hex.value)}
            onClick={() => void send(hex.value, unsafe)}
          >
            {t('g.send_go')}
          </button>
        </div>
      ) : null}
    </>
  );
}

function Replied({ reply: { sent, reply, text, firstMs, ms } }: { reply: Reply }) {
  return (
    <p class="result" role="status" data-status={reply === '' ? 'warn' : 'ok'}>
      <code>→ {sent || '–'}</code>
      <code>← {reply || t('g.send_silent')}</code>
      {reply ? <code>|{text}|</code> : null} {firstMs ?? ms} ms
    </p>
  );
}
