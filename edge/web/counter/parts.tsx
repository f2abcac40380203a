import type { Comfort } from '../../core/views/comfort.ts';
import type { CounterView } from '../../core/views/counter-views.ts';
import { callButton } from '../shared/call-button.tsx';
import { AgainChip, ComfortChip, LanguageChip } from '../shared/comfort.tsx';
import { NoticeBar } from '../shared/shell.tsx';
import { commands, deaf, send } from './scale.ts';

export const CallButton = callButton(deaf, send);

const keep = (kind: Comfort, on: boolean) => send({ kind, on });

/** One tap each, on every screen and on the pad. */
export function Chips() {
  const chip = (comfort: Exclude<Comfort, 'english'>) => (
    <ComfortChip comfort={comfort} disabled={deaf.value} onToggle={keep} />
  );
  return (
    <>
      <LanguageChip onToggle={keep} />
      {chip('large')}
      {chip('voice')}
      {chip('low')}
      {chip('contrast')}
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
