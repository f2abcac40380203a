/** Published versions: going back to one, and carrying what is learnt to another scale. */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { VersionView } from '../../../core/views/recognition-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { ask, may } from '../operator.ts';
import { AskedFirst } from './answers.tsx';
import { Models } from './models.tsx';
import { refused, roomNow, tell } from './store.ts';

/** The version whose contents were taken up again last. */
const gone = signal<number | undefined>(undefined);

export function Versions() {
  const current = roomNow.value?.version ?? 0;
  const pack = roomNow.value?.model.packSha256;
  const versions = useSignal<VersionView[] | undefined>(undefined);
  useEffect(() => {
    void ask<{ versions: VersionView[] }>('GET', '/api/recognition/versions').then((answer) => {
      if (answer.ok) versions.value = answer.value.versions;
      else refused.value = answer.refusal;
    });
  }, [current, pack]);
  return (
    <>
      <section class="card">
        <h2>{t('re.versions_of')}</h2>
        {gone.value === undefined ? null : (
          <p class="line" role="status">
            <Icon name="check" />
            <strong>{t('re.rolled_back', { n: gone.value, now: current })}</strong>
          </p>
        )}
        {versions.value?.length === 0 ? (
          <p class="none">
            <Icon name="teach" />
            <strong>{t('re.versions_none')}</strong>
            {t('re.versions_none_hint')}
          </p>
        ) : null}
        <ul class="rows">
          {versions.value?.map((version) => (
            <Row key={version.version} version={version} current={versions.value?.[0]} />
          ))}
        </ul>
      </section>
      <Models />
      {may('settings') ? <Carry /> : null}
    </>
  );
}

/** `current`: the one that answers now, which is always the newest of its model's. */
function Row({ version, current }: { version: VersionView; current: VersionView | undefined }) {
  const { version: n, savedWallMs, items, samples } = version;
  const back = async () => {
    gone.value = (await tell('roll-back', { version: n })) ? n : undefined;
  };
  return (
    <li class="wrap">
      <span class="who">
        <strong>{t('re.version', { n })}</strong>
        <small>
          {clockTime(savedWallMs).slice(0, 16)} · {t('re.version_of', { items, samples })}
        </small>
      </span>
      {current?.version === n ? (
        <span class="badge" data-level="ok">
          {t('re.in_force')}
        </span>
      ) : current && may('settings') ? (
        <AskedFirst
          word={t('re.roll_back')}
          question={t('re.roll_back_ask', { n, now: current.items, after: items })}
          yes={t('re.roll_back_yes', { n })}
          onYes={() => void back()}
        />
      ) : null}
    </li>
  );
}

/** Bytes as base64, in pieces that a call can take. */
async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}

function Carry() {
  const added = useSignal<number | undefined>(undefined);
  const take = async (file: File | undefined) => {
    if (!file) return;
    added.value = undefined;
    const told = await tell<{ added: number }>('gallery', { base64: await base64Of(file) });
    added.value = told?.added;
  };
  return (
    <section class="card">
      <h2>{t('re.carry')}</h2>
      <p class="quiet">{t('re.carry_hint')}</p>
      <p class="act carry">
        <a class="plain" href="/api/recognition/gallery" download="yike-learnt.ykg">
          <Icon name="down" />
          {t('re.export')}
        </a>
        <label class="plain">
          <Icon name="add" />
          {t('re.import')}
          <input
            type="file"
            accept=".ykg"
            onChange={(event) => void take(event.currentTarget.files?.[0])}
          />
        </label>
      </p>
      {added.value === undefined ? null : (
        <p role="status">
          {added.value === 0 ? t('re.imported_none') : t('re.imported', { n: added.value })}
        </p>
      )}
    </section>
  );
}
