/** Who did what and when, from the ledger alone. */
import type { Access } from '../access/access.ts';
import { BYTE_ORDER_MARK, csvRow } from '../core/csv.ts';
import type { RecordedEvent } from '../core/events.ts';
import type { Text } from '../core/ports.ts';
import type { ActKind } from '../core/views/acts.ts';
import type { ActView, AuditPeople, AuditQuery, AuditView } from '../core/views/audit-views.ts';
import type { ActRow, ActSearch } from '../ledger/acts.ts';
import type { Controller } from '../main.ts';
import { dayAfter, happenedView, startOfDay } from './orders.ts';

const PAGE_ACTS = 50;
const FILE_PAGE_ACTS = 500;

export interface Audit {
  find(query: AuditQuery): AuditView;
  people(): AuditPeople;
  file(query: AuditQuery, language: keyof Text): AsyncGenerator<string>;
}

const KINDS: Record<ActKind, Text> = {
  access: { zh: '账号', en: 'Access' },
  money: { zh: '钱', en: 'Money' },
  basket: { zh: '购物篮', en: 'Basket' },
  goods: { zh: '商品与库存', en: 'Goods' },
  device: { zh: '设备', en: 'Device' },
  system: { zh: '系统', en: 'System' },
};
const HEAD: Text[] = [
  { zh: '序号', en: 'Event' },
  { zh: '时间', en: 'Time' },
  { zh: '谁', en: 'Who' },
  { zh: '类别', en: 'Kind' },
  { zh: '做了什么', en: 'What' },
  { zh: '详情', en: 'Detail' },
];

export function auditOf(
  { ledger, localDay, clock }: Controller,
  access: Access,
  localTime: (wallMs: number) => string,
): Audit {
  const search = ({ kind, person, from, to }: AuditQuery): ActSearch => ({
    ...(kind && { kind }),
    ...(person && { person }),
    ...(from && { fromWallMs: startOfDay(from, localDay) }),
    ...(to && { beforeWallMs: startOfDay(dayAfter(to), localDay) }),
  });
  const nameOf = (id: string): string =>
    access.people().find((each) => each.id === id)?.name ?? id.replace(/^box:/, '');
  const view = (row: ActRow): ActView => actView(row, nameOf);
  return {
    find(query) {
      const before = query.before === undefined ? undefined : Number(query.before);
      const rows = ledger.acts(search(query), PAGE_ACTS + 1, before);
      return { rows: rows.slice(0, PAGE_ACTS).map(view), more: rows.length > PAGE_ACTS };
    },
    people: () => ({
      people: ledger.actors().map((id) => ({ id, name: nameOf(id) })),
      today: localDay(clock.wallMs()),
    }),
    async *file(query, language) {
      yield BYTE_ORDER_MARK + csvRow(HEAD.map((text) => text[language]));
      for (let before: number | undefined; ; ) {
        const rows = ledger.acts(search(query), FILE_PAGE_ACTS, before);
        yield rows.map((row) => csvRow(actCells(view(row), localTime, language))).join('');
        if (rows.length < FILE_PAGE_ACTS) return;
        before = rows.at(-1)?.event.seq;
      }
    },
  };
}

function actView({ kind, person, event }: ActRow, nameOf: (id: string) => string): ActView {
  const saleId = saleIdOf(event);
  return {
    ...{ ...happenedView(event), kind, person: person && nameOf(person) },
    ...(saleId !== undefined && { saleId }),
  };
}

const saleIdOf = ({ body }: RecordedEvent): string | undefined =>
  'saleId' in body ? body.saleId : undefined;

const actCells = (act: ActView, localTime: (wallMs: number) => string, language: keyof Text) => [
  ...[act.seq, localTime(act.atWallMs), act.person, KINDS[act.kind][language]],
  ...[act.what[language], act.detail?.[language] ?? ''],
];
