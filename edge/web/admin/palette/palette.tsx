/** One box that leads anywhere: rooms, acts, orders, items, devices. Used by keys alone. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { StatusView } from '../../../core/views/status-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { after } from '../../shared/runtime.ts';
import { type Entry, entriesHere, entriesThere } from './entries.ts';
import './palette.css';

const TYPING_MS = 200;

interface PaletteOptions {
  status: StatusView;
  close(): void;
}

/** What the box knows of the words, a moment after the last key. */
function useThere(wanted: string): Entry[] {
  const there = useSignal<Entry[]>([]);
  useEffect(() => {
    let stays = true;
    there.value = [];
    const cancel = after(TYPING_MS, () => {
      void entriesThere(wanted).then((found) => {
        if (stays) there.value = found;
      });
    });
    return () => {
      stays = false;
      cancel();
    };
  }, [wanted]);
  return there.value;
}

export function Palette({ status, close }: PaletteOptions) {
  const box = useRef<HTMLDialogElement>(null);
  const query = useSignal('');
  const at = useSignal(0);
  const wanted = query.value.trim();
  const entries = [...entriesHere(wanted, status), ...useThere(wanted)];
  const chosen = Math.min(at.value, entries.length - 1);
  useEffect(() => box.current?.showModal(), []);
  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.go();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      at.value = (chosen + step + entries.length) % Math.max(1, entries.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(entries[chosen]);
    }
  };
  return (
    <dialog class="palette" ref={box} aria-label={t('cp.title')} onClose={close}>
      <label>
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          autofocus
          maxLength={64}
          aria-label={t('cp.title')}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={entries[chosen] ? optionId(chosen) : undefined}
          placeholder={t('cp.title')}
          value={query.value}
          onInput={({ currentTarget }) => {
            query.value = currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <Options entries={entries} chosen={chosen} go={go} />
      {entries.length === 0 ? (
        <p class="quiet" role="status">
          {t('cp.none', { q: wanted })}
        </p>
      ) : null}
      <p class="hint">{t('cp.hint')}</p>
    </dialog>
  );
}

const optionId = (at: number): string => `palette-${at}`;

interface OptionsOptions {
  entries: Entry[];
  chosen: number;
  go(entry: Entry): void;
}

function Options({ entries, chosen, go }: OptionsOptions) {
  useEffect(() => {
    document.getElementById(optionId(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div id="palette-list" role="listbox" aria-label={t('cp.title')}>
      {entries.map((entry, at) => (
        <div
          key={entry.id}
          id={optionId(at)}
          role="option"
          tabIndex={-1}
          aria-selected={at === chosen}
          data-group={entry.group === entries[at - 1]?.group ? null : t(entry.group)}
          onClick={() => go(entry)}
          onKeyDown={({ key }) => key === 'Enter' && go(entry)}
        >
          <Icon name={entry.icon} />
          <span>{entry.words}</span>
          {entry.beside ? <small>{entry.beside}</small> : null}
        </div>
      ))}
    </div>
  );
}
