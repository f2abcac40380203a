/** What sells, and when: the hot list, today's mix, the week in hours, how often staff were needed. */
import type { StatusView } from '../../../core/views/status-view.ts';
import { t } from '../../shared/language.ts';
import { Categories, Heat } from '../heat.tsx';
import { useOverview } from '../overview-now.ts';
import { Skeleton } from '../shell.tsx';
import { HotList, Sold } from '../today.tsx';
import { sellingCells } from './selling-cells.ts';
import { TakeAway } from './take-away.tsx';

export function Selling({ status }: { status: StatusView }) {
  const overview = useOverview(status.today.sales);
  const day = overview?.heat.at(-1)?.day;
  return (
    <>
      <header class="room report-acts">
        <h2>{t('rp.selling')}</h2>
        {overview && day ? (
          <TakeAway name={`selling-${day}`} rows={() => sellingCells(status, overview)} />
        ) : null}
      </header>
      <Sold status={status} overview={overview} />
      <div class="sheets">
        <HotList items={status.today.items} />
        {overview ? <Heat heat={overview.heat} /> : <Skeleton />}
        {overview ? <Categories categories={overview.categories} /> : null}
      </div>
    </>
  );
}
