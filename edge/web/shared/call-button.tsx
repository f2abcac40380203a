import type { ReadonlySignal } from '@preact/signals';
import { Icon } from './icon.tsx';
import { t } from './language.ts';

/**
 * 呼叫店员: one key, alike on every screen of a page. `deaf`: the edge would not hear it now;
 * `send` tells the edge.
 */
export function callButton(
  deaf: ReadonlySignal<boolean>,
  send: (command: { kind: 'help' }) => void,
) {
  return function CallButton() {
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
  };
}
