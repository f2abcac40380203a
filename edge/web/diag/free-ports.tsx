/** Every free port is asked, a few at a time; what answers is offered as it comes. */
import { useComputed, useSignal } from '@preact/signals';
import type { Refusal } from '../../core/ports.ts';
import type { ProbeReport } from '../../core/views/diag-views.ts';
import { ask } from '../admin/operator.ts';
import { pick, t } from '../shared/language.ts';
import { Offers } from './offers.tsx';

/** What is known of one port so far. */
type Looked =
  | { path: string; is: 'waiting' | 'asking' | 'dropped' }
  | { path: string; is: 'asked'; report: ProbeReport }
  | { path: string; is: 'refused'; refusal: Refusal };

/** A browser keeps six connections to one address: two stay for the rest of the page. */
const AT_ONCE = 4;

export function FreePorts({ paths, added }: { paths: string[]; added: () => void }) {
  const looked = useSignal<Looked[]>([]);
  const stop = useSignal<AbortController | undefined>(undefined);
  const found = useComputed(() =>
    looked.value.flatMap((each) => (each.is === 'asked' ? each.report.found.slice(0, 1) : [])),
  );
  const note = (news: Looked) => {
    looked.value = looked.value.map((each) => (each.path === news.path ? news : each));
  };
  const askAll = async () => {
    const off = new AbortController();
    stop.value = off;
    looked.value = paths.map((path) => ({ path, is: 'waiting' }));
    const left = [...paths];
    const oneAfterAnother = async () => {
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        if (!off.signal.aborted) note({ path, is: 'asking' });
        note(off.signal.aborted ? { path, is: 'dropped' } : await lookAt(path, off.signal));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, oneAfterAnother));
    stop.value = undefined;
  };
  return (
    <>
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={paths.length === 0 || stop.value !== undefined}
          onClick={() => void askAll()}
        >
          {t('g.ask_all')}
        </button>
        <small>{t(paths.length === 0 ? 'g.no_free' : 'g.ask_all_hint')}</small>
      </div>
      {stop.value ? <Progress looked={looked.value} off={stop.value} /> : null}
      {looked.value.length > 0 ? (
        <ul class="looked" aria-label={t('g.ask_all')}>
          {looked.value.map((each) => (
            <li key={each.path} data-found={hasAnswer(each) || null}>
              <span>{each.path}</span>
              <small>{wordsOf(each)}</small>
            </li>
          ))}
        </ul>
      ) : null}
      <Offers found={found.value} added={added} />
    </>
  );
}

async function lookAt(path: string, signal: AbortSignal): Promise<Looked> {
  type Heard = { ok: true; value: ProbeReport } | { ok: false; refusal: Refusal };
  const asked = await ask<Heard>('POST', '/api/diag/ports/probe', { path }, signal);
  if (signal.aborted) return { path, is: 'dropped' };
  const heard = asked.ok ? asked.value : asked;
  return heard.ok
    ? { path, is: 'asked', report: heard.value }
    : { path, is: 'refused', refusal: heard.refusal };
}

const hasAnswer = (each: Looked): boolean => each.is === 'asked' && each.report.found.length > 0;

const NOT_YET = {
  waiting: 'g.port_waiting',
  asking: 'g.port_asking',
  dropped: 'g.port_dropped',
} as const;

function wordsOf(each: Looked): string {
  if (each.is === 'refused') return pick(each.refusal.message);
  if (each.is !== 'asked') return t(NOT_YET[each.is]);
  const [first] = each.report.found;
  return first ? pick(first.title) : t('g.port_nobody');
}

function Progress({ looked, off }: { looked: Looked[]; off: AbortController }) {
  const done = looked.filter(({ is }) => is !== 'waiting' && is !== 'asking').length;
  return (
    <div class="row">
      <progress aria-label={t('g.ask_all')} max={looked.length} value={done} />
      <span role="status">{t('g.asking_all', { done, n: looked.length })}</span>
      <button type="button" class="plain" onClick={() => off.abort()}>
        {t('g.check_cancel')}
      </button>
    </div>
  );
}
