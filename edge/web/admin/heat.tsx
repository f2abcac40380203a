/** The week as seven rows of hours, and today's categories as one bar; both of one hue. */
import type { OverviewView } from '../../core/views/overview-views.ts';
import { yuan } from '../shared/format.ts';
import { language, t } from '../shared/language.ts';
import { categoryName } from './category.ts';

const FIRST_HOUR = 7;
const LAST_HOUR = 22;
const HOURS = Array.from({ length: LAST_HOUR - FIRST_HOUR + 1 }, (_, at) => FIRST_HOUR + at);
const STEPS = 5;

/** `周一`, `Mon` of a local day. */
function weekday(day: string): string {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(
    Date.parse(`${day}T12:00:00Z`),
  );
}

/** What lies outside the shown hours counts to the first and the last. */
function shownHours(hours: readonly number[]): number[] {
  return HOURS.map((hour) => {
    const from = hour === FIRST_HOUR ? 0 : hour;
    const to = hour === LAST_HOUR ? hours.length : hour + 1;
    return hours.slice(from, to).reduce((sum, fen) => sum + fen, 0);
  });
}

export function Heat({ heat }: { heat: OverviewView['heat'] }) {
  const rows = heat.map(({ day, hours }) => ({ day, hours: shownHours(hours) }));
  const most = Math.max(0, ...rows.flatMap(({ hours }) => hours));
  return (
    <section class="card">
      <h2>{t('ov.heat')}</h2>
      {most === 0 ? (
        <p class="quiet">{t('ov.heat_none')}</p>
      ) : (
        <table class="heat">
          <thead>
            <tr>
              <td />
              {HOURS.map((hour) => (
                <th key={hour} scope="col">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ day, hours }) => (
              <tr key={day}>
                <th scope="row" title={day}>
                  {weekday(day)}
                </th>
                {hours.map((fen, at) => (
                  <Cell key={HOURS[at]} {...{ day, fen, most }} hour={HOURS[at] ?? 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface CellOptions {
  day: string;
  hour: number;
  fen: number;
  most: number;
}

function Cell({ day, hour, fen, most }: CellOptions) {
  const words = t('ov.heat_of', { day, hour, amount: yuan(fen) });
  return (
    <td data-heat={Math.ceil((fen / most) * STEPS)} title={words}>
      <span class="unseen">{yuan(fen)}</span>
    </td>
  );
}

export function Categories({ categories }: { categories: OverviewView['categories'] }) {
  const sum = categories.reduce((total, { amountFen }) => total + amountFen, 0);
  if (sum === 0) return null;
  return (
    <section class="card">
      <h2>{t('ov.categories')}</h2>
      <ul class="mix">
        {categories.slice(0, 6).map(({ category, amountFen }) => (
          <li key={category}>
            <span>{categoryName(category)}</span>
            <meter value={amountFen} max={sum} aria-label={categoryName(category)} />
            <strong class="whole">{Math.round((amountFen / sum) * 100)}%</strong>
            <span class="quiet whole">{yuan(amountFen)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
