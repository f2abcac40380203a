/** The models that can answer, what each was taught, and changing over to another. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PackView } from '../../../core/views/recognition-view.ts';
import { t } from '../../shared/language.ts';
import { ask, may } from '../operator.ts';
import { AskedFirst } from './answers.tsx';
import { changing, refused, roomNow, tell } from './store.ts';

export function Models() {
  const packs = useSignal<PackView[]>([]);
  const answering = roomNow.value?.model.packSha256;
  const current = packs.value.find(({ state }) => state === 'current');
  const fetch = async () => {
    const answer = await ask<{ packs: PackView[] }>('GET', '/api/recognition/packs');
    if (answer.ok) packs.value = answer.value.packs;
    else refused.value = answer.refusal;
  };
  useEffect(() => void fetch(), [answering]);
  useEffect(() => {
    changing.value = current !== undefined && current.sha256 !== answering;
    return () => {
      changing.value = false;
    };
  }, [current?.sha256, answering]);
  if (packs.value.length === 0) return null;
  const use = async (name: string) => {
    if (await tell('pack', { name })) await fetch();
  };
  return (
    <section class="card">
      <h2>{t('re.models')}</h2>
      <ul class="rows">
        {packs.value.map((pack) => (
          <Row key={pack.name} pack={pack} current={current} use={use} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: {
  pack: PackView;
  current: PackView | undefined;
  use: (name: string) => Promise<void>;
}) {
  const { pack, current, use } = props;
  const { name, id, counter: n, items, state } = pack;
  return (
    <li class="wrap">
      <span class="who">
        <strong>{t('re.model_no', { id, n })}</strong>
        <small>
          {items > 0 ? t('re.model_knows', { n: items }) : t('re.model_knows_none')}
          {state === 'newer' ? ` · ${t('re.model_newer')}` : null}
        </small>
      </span>
      {state === 'current' ? (
        <span class="badge" data-level={changing.value ? 'info' : 'ok'} role="status">
          {t(changing.value ? 're.model_changing' : 're.in_force')}
        </span>
      ) : may('settings') ? (
        <AskedFirst
          word={t('re.model_use')}
          question={t('re.model_use_ask', { now: current?.items ?? 0, after: items })}
          yes={t('re.model_use_yes', { n })}
          disabled={changing.value}
          onYes={() => void use(name)}
        />
      ) : null}
    </li>
  );
}
