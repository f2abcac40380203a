/** Are you still there? A ring that runs down, and three answers, the safe one biggest. */
import { useEffect } from 'preact/hooks';
import type { LaneView } from '../../core/views/views.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { Dialog } from '../shared/shell.tsx';
import { DiscardButton } from './discard.tsx';
import { deaf, send } from './lane.ts';

const ROUND = 2 * Math.PI * 44;

export function StillThere({ view }: { view: LaneView }) {
  const { askedWallMs, countdownMs } = view.idle ?? { askedWallMs: 0, countdownMs: 1 };
  const empty = !view.sale?.lines.length;
  const leftMs = Math.min(countdownMs, Math.max(0, askedWallMs + countdownMs - nowMs.value));
  const seconds = Math.ceil(leftMs / 1000);
  // Somebody who cannot see the ring hears the question; touching anything at all is an answer.
  useEffect(() => {
    const here = () => send({ kind: 'here' });
    document.addEventListener('keydown', here, { once: true });
    return () => document.removeEventListener('keydown', here);
  }, []);
  return (
    <Dialog label={t('ki.title')}>
      <svg class="ring" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
        <circle cx="50" cy="50" r="44" />
        <circle
          class="left"
          cx="50"
          cy="50"
          r="44"
          stroke-dasharray={ROUND}
          stroke-dashoffset={ROUND * (1 - leftMs / countdownMs)}
        />
        <text x="50" y="62">
          {seconds}
        </text>
      </svg>
      <h2>{t('ki.title')}</h2>
      <p role="timer">{t(empty ? 'ki.body_empty' : 'ki.body', { s: seconds })}</p>
      <button
        type="button"
        class="button primary here"
        disabled={deaf.value}
        onClick={() => send({ kind: 'here' })}
      >
        {t('ki.here')}
      </button>
      {empty ? null : (
        <div class="buttons">
          <button
            type="button"
            class="button"
            disabled={deaf.value}
            onClick={() => send({ kind: 'park' })}
          >
            <Icon name="clock" />
            {t('ki.park')}
          </button>
          <DiscardButton view={view} />
        </div>
      )}
    </Dialog>
  );
}
