/** Taking a page of figures away: as CSV, as a spreadsheet, on paper. */
import { useSignal } from '@preact/signals';
import { type Cell, csvOf } from '../../../core/csv.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { askFile } from '../operator.ts';
import { save } from './csv.ts';
import { refused } from './store.ts';

interface TakeAwayOptions {
  /** Of the file, without its ending. */
  name: string;
  rows(): Cell[][];
}

export function TakeAway({ name, rows }: TakeAwayOptions) {
  const making = useSignal(false);
  const sheet = async () => {
    making.value = true;
    const answer = await askFile('/api/reports/sheet', { rows: rows() });
    making.value = false;
    refused.value = answer.ok ? undefined : answer.refusal;
    if (answer.ok) save(`${name}.xlsx`, answer.value);
  };
  return (
    <>
      <button type="button" class="plain" onClick={() => print()}>
        <Icon name="printer" />
        {t('rp.paper')}
      </button>
      <button type="button" class="plain" onClick={() => save(`${name}.csv`, csvOf(rows()))}>
        <Icon name="down" />
        {t('rp.csv')}
      </button>
      <button type="button" class="plain" disabled={making.value} onClick={() => void sheet()}>
        <Icon name="down" />
        {t('rp.xlsx')}
      </button>
    </>
  );
}
