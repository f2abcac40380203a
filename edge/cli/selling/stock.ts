/** `yike stock …`, `yike refill …`: asked of the running controller. */
import { LOSS_REASONS } from '../../core/stock/stock-events.ts';
import type { ProposalView, StockAsk, StockView } from '../../core/views/stock-view.ts';
import type { CommandAnswer } from '../../core/views/views.ts';
import { systemIds } from '../../runtime.ts';
import { askBox } from '../box.ts';
import {
  type Answer,
  type Call,
  EXIT,
  good,
  refusedBy,
  table,
  textFlag,
  usage,
  wholeFlag,
} from '../command.ts';

async function shown(
  call: Call,
  show: (view: StockView) => { data: object; rows: string[][]; warns?: boolean },
): Promise<Answer> {
  const asked = await askBox<StockView>(call.dataDir, 'GET', '/api/stock');
  if (!asked.ok) return asked.answer;
  const { data, rows, warns } = show(asked.value);
  return good(data, table(rows), warns ? EXIT.warnings : EXIT.ok);
}

/** Sends a command under a key of its own, and shows the stock after it. */
async function told(call: Call, body: StockAsk, done: [zh: string, en: string]): Promise<Answer> {
  const key = systemIds('cli');
  const path = '/api/stock/commands';
  const asked = await askBox<CommandAnswer>(call.dataDir, 'POST', path, body, 10_000, key);
  if (!asked.ok) return asked.answer;
  if (!asked.value.ok) return refusedBy(asked.value.refusal, EXIT.refused);
  return good({ done: body.kind }, [done[call.language === 'zh' ? 0 : 1]]);
}

const day = (wallMs: number | undefined): string =>
  wallMs === undefined ? '-' : new Date(wallMs - 1).toISOString().slice(0, 10);

export const stockList = (call: Call): Promise<Answer> =>
  shown(call, ({ cabinets, storeRoom, holds, recalls, orders }) => {
    const slots = cabinets.flatMap(({ shelves }) => shelves.flatMap((shelf) => shelf.slots));
    const rows = slots.map((slot) => [
      slot.location,
      slot.sku,
      slot.name[call.language],
      `${slot.pieces}/${slot.par}`,
      day(slot.soonestExpiryWallMs),
      slot.stopped ?? '',
    ]);
    const stored = storeRoom.map(({ sku, name, pieces }) => {
      return ['store-room', sku, name[call.language], `${pieces}`, '', ''];
    });
    const data = { slots, storeRoom, holds, recalls, orders };
    return { data, rows: [...rows, ...stored], warns: holds.length > 0 };
  });

export const stockExpiry = (call: Call): Promise<Answer> =>
  shown(call, ({ expiring }) => ({
    data: { expiring },
    rows: expiring.map((line) => [
      day(line.expiresWallMs),
      line.location,
      line.sku,
      line.name[call.language],
      `${line.pieces}`,
      `${line.hoursLeft} h`,
      line.percentOff > 0 ? `-${line.percentOff} %` : '',
    ]),
    warns: expiring.some(({ hoursLeft }) => hoursLeft < 0),
  }));

export async function stockReceive(call: Call): Promise<Answer> {
  const [sku, count] = call.words;
  const pieces = wholeFlag(count, 0);
  if (!sku || !pieces)
    return usage(
      '要写商品和件数',
      'Name the article and the pieces',
      'yike stock receive SKU PIECES',
    );
  const { expires, lot, order } = call.flags;
  const dated = textFlag(expires) === undefined ? {} : { expiresOn: textFlag(expires)! };
  const batch = textFlag(lot) === undefined ? {} : { supplierLot: textFlag(lot)! };
  const ordered = textFlag(order) === undefined ? {} : { orderId: textFlag(order)! };
  const body = { kind: 'receive' as const, sku, pieces, ...dated, ...batch, ...ordered };
  return told(call, body, [`已登记到货 ${pieces} 件`, `Received ${pieces}`]);
}

export async function stockCount(call: Call): Promise<Answer> {
  const [location, sku, count] = call.words;
  const pieces = wholeFlag(count ?? 'none', 0);
  if (!location || !sku || pieces === undefined)
    return usage(
      '要写位置、商品和件数',
      'Name place, article and pieces',
      'yike stock count LOCATION SKU PIECES',
    );
  return told(call, { kind: 'count', location, sku, pieces }, [
    '账已更新',
    'The books are changed',
  ]);
}

export async function stockWaste(call: Call): Promise<Answer> {
  const [location, sku, count] = call.words;
  const pieces = wholeFlag(count, 0);
  const reason = LOSS_REASONS.find((each) => each === call.flags.reason);
  if (!location || !sku || !pieces || !reason)
    return usage(
      `要写位置、商品、件数和原因（${LOSS_REASONS.join('、')}）`,
      `Name place, article, pieces and a reason (${LOSS_REASONS.join(', ')})`,
      'yike stock waste LOCATION SKU PIECES --reason damaged',
    );
  const cause = call.flags.shrink === true ? ('shrink' as const) : ('waste' as const);
  const lotId = textFlag(call.flags.lot);
  const named = lotId === undefined ? {} : { lotId };
  const body = { kind: 'lose' as const, cause, reason, location, sku, pieces, ...named };
  return told(call, body, ['已登记', 'Entered']);
}

export async function stockRecall(call: Call): Promise<Answer> {
  const [sku] = call.words;
  const reason = textFlag(call.flags.reason);
  if (!sku || !reason)
    return usage(
      '要写商品和原因',
      'Name the article and the reason',
      'yike stock recall SKU --reason WHY',
    );
  const supplierLot = textFlag(call.flags.lot);
  const batch = supplierLot === undefined ? {} : { supplierLot };
  return told(call, { kind: 'recall', sku, reason, ...batch }, [
    '已召回，全店停售',
    'Recalled; no device sells it',
  ]);
}

export async function stockClear(call: Call): Promise<Answer> {
  const [holdId, verdict] = call.words;
  if (!holdId || (verdict !== 'sell' && verdict !== 'discard'))
    return usage(
      '要写停售编号和处理',
      'Name the stop and what to do',
      'yike stock clear HOLD sell|discard',
    );
  const note = textFlag(call.flags.note) ?? '';
  return told(call, { kind: 'clear', holdId, verdict, note }, ['已处理', 'Cleared']);
}

export const refillList = (call: Call): Promise<Answer> =>
  shown(call, ({ pick, refill }) => ({
    data: { ...pick, ...(refill && { refill }) },
    rows: [
      ...pick.lines.flatMap(({ sku, name, wantedPieces, shortPieces, slots }) => [
        [`${wantedPieces}`, sku, name[call.language], shortPieces > 0 ? `-${shortPieces}` : ''],
        ...slots
          .filter((slot) => slot.wantedPieces > 0)
          .map((slot) => [
            '',
            `${slot.wantedPieces} → ${slot.location}`,
            `${slot.havePieces}/${slot.par}`,
            '',
          ]),
      ]),
      ...pick.takeOut.map(({ sku, name, pieces, location, code }) => {
        return [`${pieces} ←`, sku, `${name[call.language]} ${location}`, code];
      }),
    ],
  }));

export async function refillPlan(call: Call): Promise<Answer> {
  if (call.flags.order === true) {
    const answer = await told(call, { kind: 'order' }, ['已下单', 'Ordered']);
    if (answer.exit !== EXIT.ok) return answer;
  }
  const path = '/api/stock/proposals';
  const asked = await askBox<{ proposals: ProposalView[] }>(call.dataDir, 'GET', path);
  if (!asked.ok) return asked.answer;
  const { proposals } = asked.value;
  const rows = proposals.map(({ cabinetId, sku, name, packs, packSize, reason }) => {
    const wanted = packs > 0 ? `${packs} × ${packSize}` : '-';
    return [cabinetId, sku, name[call.language], wanted, reason[call.language]];
  });
  return good({ proposals }, table(rows));
}

export const refillStart = (call: Call): Promise<Answer> => {
  const [cabinet] = call.words;
  const cabinets = cabinet === undefined ? {} : { cabinets: [cabinet] };
  return told(call, { kind: 'start-refill', ...cabinets }, ['开始补货', 'The refill has begun']);
};

export async function refillPut(call: Call): Promise<Answer> {
  const [location, found, added] = call.words;
  const foundPieces = wholeFlag(found ?? 'none', 0);
  const addedPieces = wholeFlag(added ?? 'none', 0);
  if (!location || foundPieces === undefined || addedPieces === undefined)
    return usage(
      '要写货道、原有和放入的件数',
      'Name the slot, found and added pieces',
      'yike refill put cabinet-1/1/1 2 4',
    );
  const body = { kind: 'count-slot' as const, location, foundPieces, addedPieces };
  return told(call, { ...body, countedBy: 'hand' }, ['货道已补', 'The slot is done']);
}

export const refillEnd = (call: Call): Promise<Answer> =>
  told(call, { kind: 'end-refill', reason: textFlag(call.flags.reason) ?? '' }, [
    '补货结束',
    'The refill has ended',
  ]);
