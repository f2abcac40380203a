/** From one local day to another, both included; either may be left open. */
import { t } from '../shared/language.ts';

interface DateSpanOptions {
  /** `2026-11-23`, or nothing. */
  from: string | undefined;
  to: string | undefined;
  /** No later than this. */
  today: string;
  choose(change: { from: string } | { to: string }): void;
}

export function DateSpan({ from, to, today, choose }: DateSpanOptions) {
  return (
    <span class="span">
      <input
        type="date"
        aria-label={t('or.from')}
        max={to || today}
        value={from ?? ''}
        onChange={({ currentTarget }) => choose({ from: currentTarget.value })}
      />
      –
      <input
        type="date"
        aria-label={t('or.to')}
        min={from ?? ''}
        max={today}
        value={to ?? ''}
        onChange={({ currentTarget }) => choose({ to: currentTarget.value })}
      />
    </span>
  );
}
