import type { Comfort } from '../../core/views/comfort.ts';
import type { CounterView } from '../../core/views/counter-views.ts';
import { AgainChip, ComfortChip, LanguageChip } from '../shared/comfort.tsx';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { NoticeBar } from '../shared/shell.tsx';
import { commands, deaf, send } from './scale.ts';

/** 呼叫店员, last on every screen. */
export function CallButton() {
  return (
    <button
      type="button"
      class="button call"
      disabled={deaf.value}
      onClick={() => send({ kind: 'help' })}
    >
      <Icon name="help" />
      {t('k1.help')}
    </button>
  );
}

const keep = (kind: Comfort, on: boolean) => send({ kind, on });

/** One tap each, on every screen and on the pad. */
export function Chips() {
  const chip = (comfort: 'large' | 'voice' | 'low') => (
    <ComfortChip comfort={comfort} disabled={deaf.value} onToggle={keep} />
  );
  return (
    <>
      <LanguageChip onToggle={keep} />
      {chip('large')}
      {chip('voice')}
      {chip('low')}
      <AgainChip />
    </>
  );
}

/** What was just said or refused. */
export function Notice({ view }: { view: CounterView }) {
  return (
    <div class="say">
      <NoticeBar notice={view.notice} sender={commands} disabled={deaf.value} />
    </div>
  );
}
