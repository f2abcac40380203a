/** One lane as its shopper sees it, with what staff may do to the basket. */
import { LOCK_REASONS, LOCK_WORDS } from '../../../core/sale/attendant.ts';
import type { AssistView } from '../../../core/views/assist-views.ts';
import type { LaneScreen, LineView, SaleView } from '../../../core/views/views.ts';
import { kilograms, yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { begin } from './store.ts';

const VOID_REASONS = ['as.r_wrong', 'as.r_unwanted', 'as.r_damaged', 'as.r_price'] as const;
/** While money moves or has moved, the basket is not staff's to change. */
const OPEN: readonly LaneScreen[] = ['basket', 'find', 'pay'];

type Lane = AssistView['lanes'][number];

export function LaneCard({ lane }: { lane: Lane }) {
  const { laneId, screen, sale, hold, bag, outOfService } = lane;
  return (
    <article class="card lane" aria-label={laneId} data-calling={lane.helpSinceWallMs ?? null}>
      <header>
        <h2>{laneId}</h2>
        <span class="badge" data-state={SHOWN[screen]}>
          {t(`screen.${screen}`)}
        </span>
      </header>
      {hold ? <Hold laneId={laneId} hold={hold} /> : null}
      {bag?.trouble ? <Bag laneId={laneId} grams={bag.trouble.differenceGrams} /> : null}
      {sale && sale.lines.length > 0 ? (
        <Basket
          laneId={laneId}
          sale={sale}
          open={OPEN.includes(screen)}
          held={hold?.lineIds ?? []}
        />
      ) : (
        <p class="quiet">{outOfService ? pick(outOfService.reason) : t('as.empty')}</p>
      )}
      {lane.locked && !outOfService ? <p class="quiet">{t('as.locked_after')}</p> : null}
      <Service laneId={laneId} locked={lane.locked ?? false} />
    </article>
  );
}

/** What the lane's screen then says; `other` wants words of one's own, which it never shows. */
const whyLocked = () =>
  LOCK_REASONS.filter((why) => why !== 'other').map((why) => ({
    ...{ said: pick(LOCK_WORDS[why]), command: { kind: 'lock', why } as const },
  }));

/** Out of service, or back: shoppers find it so from the next basket on. */
function Service({ laneId, locked }: { laneId: string; locked: boolean }) {
  const what = t(locked ? 'as.unlock_of' : 'as.lock_of', { lane: laneId });
  const act = () =>
    locked
      ? begin({ laneId, command: { kind: 'unlock' }, what, reasons: ['as.r_ready', 'as.r_looked'] })
      : begin({
          ...{ laneId, what, command: { kind: 'lock', why: 'other' } },
          ...{ reasons: whyLocked(), hint: 'as.lock_hint' },
          ownWords: { label: 'as.own_words', hint: 'as.own_words_hint', action: 'as.lock' },
        });
  return (
    <button type="button" class="plain" aria-label={what} onClick={act}>
      {t(locked ? 'as.unlock' : 'as.lock')}
    </button>
  );
}

const SHOWN: Record<LaneScreen, string> = {
  attract: 'ok',
  basket: 'starting',
  find: 'starting',
  pay: 'starting',
  paying: 'starting',
  unknown: 'warn',
  done: 'ok',
  parked: 'ok',
  'out-of-service': 'fault',
};

function Hold({ laneId, hold }: { laneId: string; hold: NonNullable<Lane['hold']> }) {
  const act = (kind: 'approve-age' | 'refuse-age') =>
    begin({
      laneId,
      command: { kind },
      what: kind === 'approve-age' ? t('as.approve_age', { age: hold.minimumAge }) : t('as.refuse'),
      reasons: kind === 'approve-age' ? ['as.r_id', 'as.r_adult'] : ['as.r_minor', 'as.r_no_id'],
    });
  return (
    <div class="hold">
      <strong>
        <Icon name="warn" />
        {t('as.hold', { age: hold.minimumAge })}
      </strong>
      <button type="button" class="primary" onClick={() => act('approve-age')}>
        {t('as.approve')}
      </button>
      <button type="button" class="plain" onClick={() => act('refuse-age')}>
        {t('as.refuse')}
      </button>
    </div>
  );
}

/** What lies in the bagging area and what was scanned do not agree. */
function Bag({ laneId, grams }: { laneId: string; grams: number }) {
  const approve = () =>
    begin({
      laneId,
      command: { kind: 'approve-bag' },
      what: t('as.approve_bag'),
      reasons: ['as.r_looked', 'as.r_own_bag'],
    });
  return (
    <div class="hold">
      <strong>
        <Icon name="bag" />
        {t('as.bag', { grams: `${grams > 0 ? '+' : ''}${grams} ${t('unit.g')}` })}
      </strong>
      <button type="button" class="primary" onClick={approve}>
        {t('as.approve_bag')}
      </button>
    </div>
  );
}

interface BasketOptions {
  laneId: string;
  sale: SaleView;
  open: boolean;
  /** Lines that wait for somebody to look at the shopper's age. */
  held: readonly string[];
}

function Basket({ laneId, sale, open, held }: BasketOptions) {
  const voidSale = () =>
    begin({
      laneId,
      command: { kind: 'void-sale' },
      what: `${t('as.void_sale')} ${yuan(sale.totalFen)}`,
      reasons: ['as.r_left', ...VOID_REASONS],
    });
  return (
    <>
      <ul class="rows" aria-label={`${t('as.basket')} ${laneId}`}>
        {sale.lines.map((line) => (
          <Line key={line.lineId} {...{ laneId, line, open }} held={held.includes(line.lineId)} />
        ))}
      </ul>
      <footer>
        <strong>{yuan(sale.totalFen)}</strong>
        <span class="quiet">{t('as.items', { n: sale.count })}</span>
        {open ? (
          <button type="button" class="plain" onClick={voidSale}>
            {t('as.void_sale')}
          </button>
        ) : null}
      </footer>
    </>
  );
}

function Line(props: { laneId: string; line: LineView; open: boolean; held: boolean }) {
  const { laneId, line, open, held } = props;
  const { lineId, netGrams, quantity, amountFen } = line;
  const name = pick(line.name);
  const what = t('as.void_line_of', { name });
  return (
    <li data-held={held || null}>
      <span class="who">
        <span>
          {held ? <Icon name="warn" /> : null}
          {name}
        </span>
        <small>{netGrams === undefined ? `× ${quantity}` : kilograms(netGrams)}</small>
      </span>
      <span>{yuan(amountFen)}</span>
      {open ? (
        <button
          type="button"
          class="plain"
          aria-label={what}
          onClick={() =>
            begin({ laneId, command: { kind: 'void-line', lineId }, what, reasons: VOID_REASONS })
          }
        >
          {t('as.void_line')}
        </button>
      ) : null}
    </li>
  );
}
