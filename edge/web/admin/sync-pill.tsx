import type { StatusView } from '../../core/views/status-view.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon, type IconName } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';

export interface PillFacts {
  level: 'ok' | 'warn' | 'off';
  icon: IconName;
  link: Key;
  /** Whether the unsent count is shown: whenever there is one, whatever the link says. */
  unsent: boolean;
}

/**
 * Being online and having sent everything are two facts. Green only where both hold: a green
 * sign over unsent sales is how shops lose them.
 */
export function pillFacts(sync: Pick<StatusView['sync'], 'link' | 'unsent'>): PillFacts {
  const unsent = sync.unsent > 0;
  if (sync.link === 'down')
    return { level: 'warn', icon: 'cloud-off', link: 's.link_down', unsent };
  if (sync.link === 'off') {
    return { level: unsent ? 'warn' : 'off', icon: 'cloud-off', link: 's.link_off', unsent };
  }
  if (unsent) return { level: 'warn', icon: 'cloud-upload', link: 's.link_up', unsent };
  return { level: 'ok', icon: 'cloud', link: 's.link_up', unsent };
}

export function SyncPill({ sync }: { sync: StatusView['sync'] }) {
  const facts = pillFacts(sync);
  return (
    <p class="pill" data-level={facts.level} role="status">
      <Icon name={facts.icon} />
      <span class="whole">{t(facts.link)}</span>
      <span class="whole">
        {facts.unsent ? t('s.waiting', { n: sync.unsent }) : facts.level === 'ok' && t('s.synced')}
      </span>
    </p>
  );
}
