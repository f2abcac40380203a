/** The usual reasons, a tap each; whatever else there is to say is typed. */
import type { Signal } from '@preact/signals';
import type { Key } from '../shared/i18n/zh.ts';
import { t } from '../shared/language.ts';

export function UsualReasons({ reasons, said }: { reasons: readonly Key[]; said: Signal<string> }) {
  return (
    <div class="usual-reasons">
      {reasons.map((each) => (
        <button
          key={each}
          type="button"
          class="plain"
          aria-pressed={said.value === t(each)}
          onClick={() => {
            said.value = t(each);
          }}
        >
          {t(each)}
        </button>
      ))}
    </div>
  );
}
