import type { LaneView } from '../../core/views/views.ts';
import { callButton } from '../shared/call-button.tsx';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { NoticeBar } from '../shared/shell.tsx';
import { commands, deaf, send } from './lane.ts';

export const CallButton = callButton(deaf, send);

/** The lane's notice or refusal. */
export function Notice({ view }: { view: LaneView }) {
  return (
    <NoticeBar
      notice={view.notice}
      sender={commands}
      disabled={deaf.value}
      onUndo={() => send({ kind: 'undo' })}
    />
  );
}

/** How long the screen still stands: a bar that runs down. */
function Remaining({ returns }: { returns: NonNullable<LaneView['returns']> }) {
  const { sinceWallMs, afterMs } = returns;
  const leftMs = Math.max(0, sinceWallMs + afterMs - nowMs.value);
  const left = t('k6.leaves', { s: Math.ceil(leftMs / 1000) });
  return <progress class="remaining" max={afterMs} value={leftMs} aria-label={left} />;
}

/** The way out of a screen on which nothing is left to do. */
export function Finish({ view: { returns } }: { view: LaneView }) {
  return (
    <nav class="ways-out" aria-label={t('k6.finish')}>
      <button
        type="button"
        class="button primary"
        disabled={deaf.value}
        onClick={() => send({ kind: 'finish' })}
      >
        <Icon name="check" />
        {t('k6.finish')}
      </button>
      <CallButton />
      {returns ? <Remaining returns={returns} /> : null}
    </nav>
  );
}
