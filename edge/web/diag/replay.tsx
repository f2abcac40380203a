/** A recorded trace once more through its driver, with no device: what it said then, and says now. */
import { useSignal } from '@preact/signals';
import type { ReplayLine } from '../../core/views/diag-views.ts';
import { t } from '../shared/language.ts';
import { Lines } from './lines.tsx';
import { Player } from './player.tsx';
import { tool } from './tools.ts';

interface Replayed {
  lines?: ReplayLine[];
  device: string;
  driver: string;
  expected: string[];
  got: string[];
  differences: string[];
}

export function Replay() {
  const replayed = useSignal<Replayed | undefined>(undefined);
  const text = useSignal('');
  const golden = useSignal('');
  const read = async (file: File | undefined) => {
    if (!file) return;
    text.value = await file.text();
    golden.value = '';
    replayed.value = await tool<Replayed>('POST', '/replay', { text: text.value });
  };
  const makeTest = async () => {
    golden.value =
      (await tool<{ text: string }>('POST', '/golden', { text: text.value }))?.text ?? '';
  };
  return (
    <section class="card">
      <h2>{t('g.replay')}</h2>
      <label class="plain file">
        {t('g.choose_trace')}
        <input
          type="file"
          accept=".ytrace"
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
      </label>
      {replayed.value ? (
        <>
          <p class="result" data-status={replayed.value.differences.length === 0 ? 'ok' : 'fail'}>
            {replayed.value.driver} ·{' '}
            {t('g.replayed', {
              n: replayed.value.got.length,
              d: replayed.value.differences.length,
            })}
          </p>
          {replayed.value.lines?.length ? (
            <Player key={text.value} lines={replayed.value.lines} />
          ) : null}
          <div class="sides">
            <Side title={t('g.then')} lines={replayed.value.expected} />
            <Side title={t('g.now')} lines={replayed.value.got} />
          </div>
          {replayed.value.differences.map((each) => (
            <p key={each}>{each}</p>
          ))}
          <p class="row">
            <button type="button" class="plain" onClick={() => void makeTest()}>
              {t('g.make_test')}
            </button>
          </p>
        </>
      ) : null}
      {golden.value ? <Lines text={golden.value} /> : null}
    </section>
  );
}

/** What the driver said, then or now. */
function Side({ title, lines }: { title: string; lines: string[] }) {
  return (
    <section>
      <h3>{title}</h3>
      {lines.length > 0 ? (
        <Lines text={lines.join('\n')} />
      ) : (
        <p class="quiet">{t('g.nothing_said')}</p>
      )}
    </section>
  );
}
