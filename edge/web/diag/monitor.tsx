/** What is on the wire, live: hex, letters, meaning; a pause that keeps what comes meanwhile. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DiagDevice, TraceLine } from '../../core/views/diag-views.ts';
import { ask } from '../admin/operator.ts';
import { t } from '../shared/language.ts';
import { after } from '../shared/runtime.ts';
import { Send } from './send.tsx';
import { act } from './tools.ts';

const EVERY_MS = 300;
const KEPT = 2000;
const SHOWN = 400;

type Filter = 'all' | 'rx' | 'tx' | 'ev';
const FILTERS: Filter[] = ['all', 'rx', 'tx', 'ev'];

interface Heard {
  ok: boolean;
  value?: { lines: TraceLine[]; lastSeq: number };
}

export function Monitor({ device }: { device: DiagDevice }) {
  const lines = useSignal<TraceLine[]>([]);
  /** Waiting lines of a pause; they are not lost. */
  const held = useSignal<TraceLine[] | undefined>(undefined);
  const filter = useSignal<Filter>('all');
  const search = useSignal('');
  useEffect(() => {
    let stopped = false;
    let seq = -1;
    const look = async () => {
      const path = `/api/diag/devices/${device.id}/lines?after=${seq}&limit=400`;
      const asked = await ask<Heard>('GET', path);
      const fresh = (asked.ok && asked.value.value?.lines) || [];
      seq = fresh.at(-1)?.seq ?? seq;
      if (held.peek()) held.value = [...(held.peek() ?? []), ...fresh].slice(-KEPT);
      else if (fresh.length > 0) lines.value = [...lines.peek(), ...fresh].slice(-KEPT);
      if (!stopped) after(EVERY_MS, () => void look());
    };
    void look();
    return () => {
      stopped = true;
    };
  }, []);
  const pause = () => {
    if (held.value) lines.value = [...lines.value, ...held.value].slice(-KEPT);
    held.value = held.value ? undefined : [];
  };
  const wanted = search.value.trim().toLowerCase();
  const shown = lines.value
    .filter((line) => filter.value === 'all' || line.direction === filter.value)
    .filter(
      (line) => wanted === '' || `${line.hex ?? ''} ${line.text}`.toLowerCase().includes(wanted),
    )
    .slice(-SHOWN);
  return (
    <div class="monitor">
      <div class="row">
        <button type="button" class={held.value ? 'primary' : 'plain'} onClick={pause}>
          {held.value ? t('g.resume', { n: held.value.length }) : t('g.pause')}
        </button>
        <Filters filter={filter} />
        <input
          type="search"
          placeholder={t('g.search')}
          aria-label={t('g.search')}
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
      </div>
      <div class="row">
        <Mark id={device.id} />
        <span class="grow" />
        <Files id={device.id} />
      </div>
      <Lines lines={shown} following={held.value === undefined} />
      <Send device={device} />
    </div>
  );
}

/** A word of one's own in the record, to find the place again. */
function Mark({ id }: { id: string }) {
  const words = useSignal('');
  const mark = async (event: Event) => {
    event.preventDefault();
    if (words.value.trim() === '') return;
    if (await act(id, { act: 'mark', why: words.value.trim() })) words.value = '';
  };
  return (
    <form class="row" onSubmit={(event) => void mark(event)}>
      <input
        aria-label={t('g.mark_words')}
        placeholder={t('g.mark_words')}
        value={words.value}
        onInput={(event) => (words.value = event.currentTarget.value)}
      />
      <button type="submit" class="plain">
        {t('g.mark')}
      </button>
    </form>
  );
}

/** The wire as a file, to carry away. */
function Files({ id }: { id: string }) {
  return (
    <>
      {(['ytrace', 'pcapng', 'txt'] as const).map((format) => (
        <a class="plain" key={format} href={`/api/diag/devices/${id}/trace/${format}`} download>
          .{format}
        </a>
      ))}
    </>
  );
}

function Filters({ filter }: { filter: Signal<Filter> }) {
  return (
    <>
      {FILTERS.map((each) => (
        <button
          type="button"
          class="plain"
          key={each}
          aria-pressed={filter.value === each}
          onClick={() => (filter.value = each)}
        >
          {t(`g.filter_${each}`)}
        </button>
      ))}
    </>
  );
}

/** Marks of people stand out among the notes. */
const markOf = ({ direction, text }: TraceLine): string =>
  direction === 'note' && text.startsWith('mark ') ? 'mark' : direction;

const ARROW = { rx: '←', tx: '→', ev: '◆', note: '·' };

const letters = (hex: string): string =>
  hex
    .split(' ')
    .map((pair) => {
      const code = Number.parseInt(pair, 16);
      return code >= 32 && code < 127 ? String.fromCharCode(code) : '·';
    })
    .join('');

/** Follows the newest line while the reader is at the bottom; scrolling up stays where it is. */
function Lines({ lines, following }: { lines: TraceLine[]; following: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const atBottom = useRef(true);
  useEffect(() => {
    if (following && atBottom.current && box.current)
      box.current.scrollTop = box.current.scrollHeight;
  }, [lines, following]);
  const scrolled = () => {
    const { current } = box;
    if (current)
      atBottom.current = current.scrollHeight - current.scrollTop - current.clientHeight < 24;
  };
  return (
    <div
      class="lines"
      ref={box}
      onScroll={scrolled}
      role="log"
      aria-live="off"
      aria-label={t('g.tab_monitor')}
      // A box that scrolls must be reached by the keyboard too.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
    >
      {lines.map((line) => (
        <div key={line.seq} data-direction={markOf(line)}>
          <time>{timeOf(line)}</time>
          <i>
            {ARROW[line.direction]} {line.direction}
          </i>
          {line.hex ? <code class="hex">{line.hex}</code> : null}
          {line.hex ? <code class="letters">{letters(line.hex)}</code> : null}
          <span>{line.text}</span>
        </div>
      ))}
    </div>
  );
}

/** Time of day with microseconds. */
function timeOf({ atWallMs }: TraceLine): string {
  const at = new Date(atWallMs);
  const two = (part: number) => String(part).padStart(2, '0');
  const fraction = String(Math.floor((atWallMs * 1000) % 1_000_000)).padStart(6, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${fraction}`;
}
