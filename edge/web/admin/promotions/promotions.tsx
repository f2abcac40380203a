/** The promotions room: the calendar of price rules, new ones, and the end of one. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Promotion } from '../../../core/sale/promotion.ts';
import type { PromotionsView } from '../../../core/views/catalogue-view.ts';
import { yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, pick, t } from '../../shared/language.ts';
import { clockTime, freshKey } from '../../shared/runtime.ts';
import { Told, TryAgain } from '../door.tsx';
import { may } from '../operator.ts';
import type { RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import '../stock/stock.css';
import '../products/products.css';
import './promotions.css';
import { products as enProducts } from '../../shared/i18n/en/products.ts';
import { promotions as enPromotions } from '../../shared/i18n/en/promotions.ts';
import { products as zhProducts } from '../../shared/i18n/zh/products.ts';
import { promotions as zhPromotions } from '../../shared/i18n/zh/promotions.ts';
import { RuleForm } from './form.tsx';
import { blank, type Draft, draftOf } from './rule.ts';
import { find, look, promotions, refused, tell } from './store.ts';

learnWords({ zh: zhProducts, en: enProducts });
learnWords({ zh: zhPromotions, en: enPromotions });

type Run = PromotionsView['runs'][number];
const STATES = ['running', 'planned', 'over'] as const;

export function Promotions({ status }: RoomProps) {
  useEffect(() => void look(), [status.sync.priceBookVersion]);
  const draft = useSignal<Draft | undefined>(undefined);
  const view = promotions.value;
  const edit = async ({ promotion }: Run) => {
    const skus = promotion.skus ?? [];
    const found = await Promise.all(skus.slice(0, 40).map((sku) => find(sku, 5)));
    draft.value = draftOf(promotion, found.flat());
  };
  return (
    <>
      <header class="room">
        <h1>{t('n.promotions')}</h1>
        {view && may('goods') && !draft.value ? (
          <button
            type="button"
            class="primary"
            onClick={() => {
              draft.value = blank(`p-${freshKey().slice(0, 8)}`, view.today);
            }}
          >
            <Icon name="add" />
            {t('pm.add')}
          </button>
        ) : null}
      </header>
      <Told refusal={refused.value} />
      {view && !view.clockTrusted ? (
        <p class="said" data-level="warn">
          <Icon name="warn" />
          {t('pm.clock')}
        </p>
      ) : null}
      {draft.value ? (
        <RuleForm
          draft={draft.value}
          done={() => {
            draft.value = undefined;
          }}
        />
      ) : null}
      {view ? (
        <Calendar view={view} edit={edit} />
      ) : refused.value ? (
        <TryAgain look={() => void look()} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Calendar({ view, edit }: { view: PromotionsView; edit(run: Run): void }) {
  if (view.runs.length === 0)
    return (
      <p class="card none">
        <Icon name="tag" />
        <strong>{t('pm.none')}</strong>
        {t('pm.none_hint')}
      </p>
    );
  return (
    <>
      {STATES.map((state) => {
        const runs = view.runs.filter((run) => run.state === state);
        return runs.length === 0 ? null : (
          <section class="card" key={state}>
            <h2>{t(`pm.${state}`)}</h2>
            <ul class="rows">
              {runs.map((run) => (
                <RunRow key={`${run.promotion.id} ${run.fromWallMs}`} run={run} edit={edit} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function RunRow({ run, edit }: { run: Run; edit(run: Run): void }) {
  const { promotion, origin, by, state } = run;
  const asked = useSignal(false);
  const mine = origin === 'local' && state !== 'over' && may('goods');
  return (
    <li class="wrap">
      <span class="who">
        <strong>{pick(promotion.name)}</strong>
        <small>{sentenceOf(promotion)}</small>
        <small>
          {spanOf(run)} · {origin === 'local' ? t('pm.by', { name: by?.name ?? '' }) : t('pm.hq')}
        </small>
      </span>
      {mine ? (
        <span class="acts-row">
          <button type="button" class="plain" onClick={() => edit(run)}>
            {t('pm.edit')}
          </button>
          <button
            type="button"
            class="plain"
            onClick={() => {
              if (asked.value) void tell({ kind: 'end-promotion', promotionId: promotion.id });
              asked.value = true;
            }}
          >
            {t(asked.value ? 'pm.end_sure' : 'pm.end')}
          </button>
        </span>
      ) : origin === 'head-office' ? (
        <Icon name="lock" />
      ) : null}
    </li>
  );
}

/** What it does, in a line. */
export function sentenceOf(rule: Promotion): string {
  const of = rule.skus ? t('pm.of', { n: rule.skus.length }) : t('pm.of_all');
  if (rule.kind === 'multi-buy')
    return t('pm.does_multi', { of, n: rule.pieces, pay: yuan(rule.payFen) });
  const from = rule.fromFen > 0 ? t('pm.from_amount', { from: yuan(rule.fromFen) }) : '';
  const members = rule.membersOnly ? t('pm.for_members') : '';
  const does =
    rule.kind === 'percent-off'
      ? t('pm.does_percent', { of, n: rule.percentOff })
      : t('pm.does_amount', { of, off: yuan(rule.offFen) });
  return `${does}${from}${members}`;
}

function spanOf({ promotion: { fromDay, toDay }, fromWallMs, untilWallMs }: Run): string {
  const began = fromDay ?? clockTime(fromWallMs).slice(0, 10);
  const stopped = untilWallMs === undefined ? undefined : clockTime(untilWallMs).slice(0, 10);
  const until = [toDay, stopped].filter((each) => each !== undefined).sort()[0];
  return until ? `${began} – ${until}` : t('pm.since', { day: began });
}
