/** Is my store all right? The verdict first, then the reasons. */
import type { StatusView } from '../../core/views/status-view.ts';
import { duration } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { Ledger, Recognition, Screens, Sync, Teaching, Unresolved } from './cards.tsx';
import { Devices, pageOf } from './devices.tsx';
import { Categories, Heat } from './heat.tsx';
import { useOverview } from './overview-now.ts';
import { StoreTroubles } from './troubles.tsx';
import './overview.css';
import { Skeleton } from './skeleton.tsx';
import { ToDos } from './to-dos.tsx';
import { HotList, Today } from './today.tsx';

const VERDICT_ICONS = { ok: 'check', warn: 'info', bad: 'warn' } as const;

/** Where what the verdict says is dealt with. */
function whereOf({ screens, devices }: StatusView): string | undefined {
  if (screens.some(({ helpSinceWallMs }) => helpSinceWallMs !== undefined)) return '#/assist';
  const unwell = devices.filter(({ state }) => !['ok', 'starting', 'disabled'].includes(state));
  const [one] = unwell;
  if (!one) return undefined;
  return unwell.length === 1 ? pageOf(one.id) : '#/devices';
}

function Verdict({ status }: { status: StatusView }) {
  const words = pick(status.verdict.text);
  const whereTo = status.verdict.level === 'ok' ? undefined : whereOf(status);
  return (
    <section class="verdict" data-level={status.verdict.level} role="status">
      <Icon name={VERDICT_ICONS[status.verdict.level]} />
      <h1>{whereTo ? <a href={whereTo}>{words}</a> : words}</h1>
    </section>
  );
}

function Foot({ status }: { status: StatusView }) {
  return (
    <footer class="foot">
      <span>{t('s.version', { version: status.softwareVersion })}</span>
      <span>
        {t('s.core', { version: status.weighCore.version })}{' '}
        <code title={status.weighCore.sha256}>{status.weighCore.sha256.slice(0, 8)}</code>
      </span>
      <span>{t('s.uptime', { time: duration(nowMs.value - status.startedWallMs) })}</span>
    </footer>
  );
}

export function Overview({ status }: { status: StatusView }) {
  const overview = useOverview(status.today.sales);
  return (
    <>
      <Verdict status={status} />
      <StoreTroubles troubles={status.troubles} />
      <Today status={status} overview={overview} />
      <div class="columns overview">
        <div class="column wide">
          <Unresolved payments={status.unresolvedPayments} />
          <Devices devices={status.devices} />
          <Screens screens={status.screens} />
          <HotList items={status.today.items} />
          {overview ? <Categories categories={overview.categories} /> : null}
        </div>
        <div class="column">
          {overview ? <ToDos toDos={overview.toDos} /> : <Skeleton />}
          {overview ? <Heat heat={overview.heat} /> : null}
          <Teaching teaching={status.teaching} />
          <Sync sync={status.sync} />
          <Recognition recognition={status.recognition} />
          <Ledger ledger={status.ledger} />
        </div>
      </div>
      <Foot status={status} />
    </>
  );
}
