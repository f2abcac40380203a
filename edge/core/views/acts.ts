/** What people did, told apart from what merely happened: the rows of an audit. */
import type { DomainEvent } from '../events.ts';
import type { Person } from '../person.ts';

export const ACT_KINDS = ['access', 'money', 'basket', 'goods', 'device', 'system'] as const;
/**
 * `access`: who came in and who may; `money`: refunds, cash, closes, disputes; `basket`: staff at a
 * shopper's basket; `goods`: prices, stock, recognition; `device`: devices and doors; `system`:
 * starts, restores and steps of the clock.
 */
export type ActKind = (typeof ACT_KINDS)[number];

export interface Act {
  kind: ActKind;
  /** Account of who did it, `box:NAME` on the box itself; '' where the event names nobody. */
  person: string;
}

type Who = string | Person | undefined;
const act = (kind: ActKind, who: Who): Act => ({
  kind,
  person: typeof who === 'string' ? who : (who?.id ?? ''),
});
const byPerson = (kind: ActKind, who: Who): Act | undefined => (who ? act(kind, who) : undefined);

/** The act an event records; undefined for what no person did. */
export function actOf(event: DomainEvent): Act | undefined {
  return accessAct(event) ?? moneyAct(event) ?? basketAct(event) ?? goodsAct(event) ?? other(event);
}

function accessAct({ type, body }: DomainEvent): Act | undefined {
  switch (type) {
    case 'PersonSignedIn':
    case 'PersonSignedOut':
    case 'PersonLockedOut':
      return act('access', body.personId);
    case 'PersonAdded':
    case 'PersonChanged':
    case 'PersonRemoved':
      return act('access', body.byPersonId);
    case 'MemberEnrolled':
    case 'MemberErased':
      return act('access', body.by);
    default:
      return undefined;
  }
}

function moneyAct({ type, body }: DomainEvent): Act | undefined {
  switch (type) {
    case 'RefundRequested':
    case 'UnreceiptedRefundPaid':
    case 'DayClosed':
    case 'StatementReconciled':
    case 'ReviewDecided':
    case 'DisputeDecided':
      return act('money', body.by);
    case 'RefundPaid':
    case 'TenderCaptured':
    case 'TenderReversed':
      return byPerson('money', body.by);
    default:
      return undefined;
  }
}

function basketAct({ type, body }: DomainEvent): Act | undefined {
  switch (type) {
    case 'LineVoided':
    case 'SaleCancelled':
      return byPerson('basket', body.person);
    case 'SaleRecalled':
      return byPerson('basket', body.by);
    case 'AgeApproved':
    case 'HelpAnswered':
    case 'LaneLocked':
    case 'LaneUnlocked':
    case 'ReceiptCopied':
      return act('basket', body.by);
    default:
      return undefined;
  }
}

function goodsAct({ type, body }: DomainEvent): Act | undefined {
  switch (type) {
    case 'LotRecalled':
    case 'SlotsCleared':
    case 'RefillStarted':
    case 'CatalogueEdited':
    case 'PromotionSet':
    case 'PromotionEnded':
    case 'TagsPrinted':
      return act('goods', body.by);
    case 'StockMoved':
      return body.reason ? act('goods', '') : undefined;
    case 'PriceBookActivated':
    case 'LotMarkedDown':
    case 'PlanogramPublished':
    case 'ReplenishmentOrdered':
    case 'ReplenishmentCancelled':
    case 'GalleryPublished':
    case 'RecognitionPackSwitched':
      return act('goods', '');
    default:
      return undefined;
  }
}

function other({ type, body }: DomainEvent): Act | undefined {
  switch (type) {
    case 'DeviceHandled':
    case 'ShelvesTidied':
      return act('device', body.by);
    case 'VisitStarted':
      return byPerson('device', body.service?.by);
    case 'DoorForced':
      return act('device', '');
    case 'Booted':
    case 'Restored':
    case 'ClockStepped':
      return act('system', '');
    default:
      return undefined;
  }
}
