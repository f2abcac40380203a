/** What is wrong with the store itself, with its code and what to do; nothing on a good day. */
import type { StatusView } from '../../core/views/status-view.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';

export function StoreTroubles({ troubles }: { troubles: StatusView['troubles'] }) {
  if (troubles.length === 0) return null;
  return (
    <section class="card attention">
      <h2>
        <Icon name="warn" />
        {t('ov.troubles')}
        <span class="badge" data-level={troubles[0]?.level}>
          {troubles.length}
        </span>
      </h2>
      <ul class="store-troubles">
        {troubles.map(({ code, level, why, next }) => (
          <li key={code} data-level={level}>
            <span>{pick(why)}</span>
            <span class="next">→ {pick(next)}</span>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
