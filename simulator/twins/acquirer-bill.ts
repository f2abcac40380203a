/**
 * The acquirer's daily statement, as merchants download it the day after: WeChat's downloadbill
 * (back-ticks before every field, two lines of sums) and Alipay's 业务明细 (comments with #).
 *
 * Source: pay.weixin.qq.com v2, 下载交易账单; opendocs.alipay.com, 业务账单.
 */
import { yuanOfFen } from './acquirer-alipay-words.ts';
import type { Channel } from './acquirer-behaviours.ts';
import { chinaTime, type JournalEntry } from './acquirer-orders.ts';

/** `20261123150400` → `2026-11-23 15:04:00`. */
const spaced = (wallMs: number): string =>
  chinaTime(wallMs).replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6');

const WECHAT_HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';

function wechatRow(entry: JournalEntry): string {
  const { what, orderNo, amountFen, wallMs, providerRef, refundNo = '' } = entry;
  const state = { captured: 'SUCCESS', reversed: 'REVOKED', refunded: 'REFUND' }[what];
  const paid = what === 'captured' ? yuanOfFen(amountFen) : '0.00';
  const back = what === 'captured' ? '0.00' : yuanOfFen(amountFen);
  return [
    ...[spaced(wallMs), 'wxd930ea5d5a258f4f', '10000100', '0', '', providerRef, orderNo, 'o'],
    ...['MICROPAY', state, 'OTHERS', 'CNY', paid, '0.00'],
    ...[refundNo && `R${refundNo}`, refundNo, back, '0.00', refundNo && 'ORIGINAL'],
    ...[refundNo && 'SUCCESS', '一刻', '', '0.00000', '0.60%', paid, back, ''],
  ]
    .map((field) => `\`${field}`)
    .join(',');
}

function wechatBill(entries: readonly JournalEntry[]): string {
  const sum = (what: (entry: JournalEntry) => boolean) =>
    yuanOfFen(entries.filter(what).reduce((all, { amountFen }) => all + amountFen, 0));
  const paid = sum(({ what }) => what === 'captured');
  const back = sum(({ what }) => what !== 'captured');
  return [
    WECHAT_HEADER,
    ...entries.map(wechatRow),
    '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
    [String(entries.length), paid, back, '0.00', '0.00000', paid, back]
      .map((field) => `\`${field}`)
      .join(','),
    '',
  ].join('\r\n');
}

const ALIPAY_HEADER =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注';

function alipayBill(entries: readonly JournalEntry[], day: string): string {
  const row = ({ what, orderNo, amountFen, wallMs, providerRef, refundNo = '' }: JournalEntry) => {
    const sign = what === 'captured' ? '' : '-';
    const yuan = `${sign}${yuanOfFen(amountFen)}`;
    const kind = what === 'captured' ? '交易' : '退款';
    const at = spaced(wallMs);
    return `${providerRef}\t,${orderNo}\t,${kind},一刻,${at},${at},,,,,*,${yuan},${yuan},${refundNo}\t,0.00,`;
  };
  return [
    '#支付宝业务明细查询',
    `#起始日期：[${day} 00:00:00]`,
    '#-----------------------------------------业务明细列表----------------------------------------',
    ALIPAY_HEADER,
    ...entries.map(row),
    '#-----------------------------------------业务明细列表结束------------------------------------',
    '',
  ].join('\r\n');
}

/** The statement of one channel and day (`2026-11-23`, in China). */
export function acquirerBill(
  journal: readonly JournalEntry[],
  channel: Channel,
  day: string,
): string {
  const entries = journal.filter(
    (entry) => entry.channel === channel && spaced(entry.wallMs).startsWith(day),
  );
  return channel === 'wechat' ? wechatBill(entries) : alipayBill(entries, day);
}
