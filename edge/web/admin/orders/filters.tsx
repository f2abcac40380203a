/** One box for whatever is remembered, and what narrows it: when, where, how it ended. */
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../shared/icon.tsx';
import { language, t } from '../../shared/language.ts';
import { after } from '../../shared/runtime.ts';
import { DateSpan } from '../date-span.tsx';
import { find, places, type Wanted, wanted } from './store.ts';

const TYPING_MS = 250;
/** What wants a person comes before what does not. */
const STATES = ['disputed', 'unknown', 'paid', 'refunded', 'voided'] as const;
/** Where a finger types, the keys would cover what is found. */
const typesAtOnce = () => matchMedia('(pointer: fine)').matches;

function narrow(change: Wanted): void {
  wanted.value = { ...wanted.value, ...change };
  void find();
}

export function Filters() {
  return (
    <section class="card filters">
      <SearchBox />
      <Days />
      <Places />
      <fieldset class="chips">
        <legend>{t('or.state')}</legend>
        {[undefined, ...STATES].map((state) => (
          <button
            key={state ?? 'all'}
            type="button"
            class="chip"
            aria-pressed={wanted.value.state === state}
            onClick={() => narrow({ state } as Wanted)}
          >
            {t(state ? `or.s_${state}` : 'or.s_all')}
          </button>
        ))}
      </fieldset>
    </section>
  );
}

/** Looks while it is typed into, a quarter of a second after the last key. */
function SearchBox() {
  const cancel = useRef(() => {});
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (typesAtOnce()) box.current?.focus();
  }, []);
  return (
    <label class="search">
      <Icon name="search" />
      <input
        ref={box}
        type="search"
        maxLength={64}
        aria-label={t('or.search')}
        placeholder={t('or.search_hint')}
        value={wanted.value.q ?? ''}
        onInput={({ currentTarget: { value } }) => {
          wanted.value = { ...wanted.value, q: value };
          cancel.current();
          cancel.current = after(TYPING_MS, () => void find());
        }}
      />
    </label>
  );
}

const DAY_MS = 86_400_000;
const before = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);

/** `周二 24`, `Tue 24`: people remember the weekday. */
function weekdayOf(day: string): string {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  return `${weekday.format(Date.parse(`${day}T00:00:00Z`))} ${Number(day.slice(8))}`;
}

function Days() {
  const today = places.value?.today;
  if (!today) return null;
  const { from, to } = wanted.value;
  const spans = [
    ['or.any', '', ''],
    ['or.today', today, today],
    ['or.yesterday', before(today, 1), before(today, 1)],
    ['or.week', before(today, 6), today],
  ] as const;
  const weekdays = [2, 3, 4, 5, 6, 7].map((days) => before(today, days));
  return (
    <fieldset class="chips days">
      <legend>{t('or.when')}</legend>
      {spans.map(([key, first, last]) => (
        <button
          key={key}
          type="button"
          class="chip"
          aria-pressed={(from ?? '') === first && (to ?? '') === last}
          onClick={() => narrow({ from: first, to: last })}
        >
          {t(key)}
        </button>
      ))}
      {weekdays.map((day) => (
        <button
          key={day}
          type="button"
          class="chip"
          aria-pressed={from === day && to === day}
          onClick={() => narrow({ from: day, to: day })}
        >
          {weekdayOf(day)}
        </button>
      ))}
      <DateSpan from={from} to={to} today={today} choose={narrow} />
    </fieldset>
  );
}

function Places() {
  const known = places.value?.places ?? [];
  if (known.length < 2) return null;
  return (
    <label class="where">
      <span>{t('or.place')}</span>
      <select
        value={wanted.value.place ?? ''}
        onChange={({ currentTarget }) => narrow({ place: currentTarget.value })}
      >
        <option value="">{t('or.all_places')}</option>
        {known.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  );
}
