/** The button and the keys (Ctrl-K, ⌘K) that open the palette; its code comes when first wanted. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { StatusView } from '../../core/views/status-view.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';

type View = ComponentType<{ status: StatusView; close(): void }>;

export function FindAnything({ status }: { status: StatusView }) {
  const open = useSignal(false);
  const loaded = useSignal<{ View: View } | undefined>(undefined);
  const show = () => {
    open.value = true;
    if (loaded.value) return;
    void import('./palette/palette.tsx').then(({ Palette }) => {
      loaded.value = { View: Palette };
    });
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      show();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  const View = open.value ? loaded.value?.View : undefined;
  return (
    <>
      <button
        type="button"
        class="plain"
        aria-label={t('cp.open')}
        aria-keyshortcuts="Control+K"
        title="Ctrl-K"
        onClick={show}
      >
        <Icon name="search" />
        <span class="wide-only">{t('cp.open')}</span>
      </button>
      {View ? (
        <View
          status={status}
          close={() => {
            open.value = false;
          }}
        />
      ) : null}
    </>
  );
}
