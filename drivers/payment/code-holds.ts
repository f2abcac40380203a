/** Money held first, on either channel: the order number's letter says which, as for payments. */
import type { Holds } from '../contract.ts';
import { channelOfOrder, channelOfPayerCode } from './dialect.ts';

/** Nothing is sent where the number and the payer's code are not of one channel. */
export function eitherHolds(wechat: Holds, alipay: Holds): Holds {
  const of = (orderNo: string): Holds | undefined => {
    const channel = channelOfOrder(orderNo);
    return channel && (channel === 'wechat' ? wechat : alipay);
  };
  return {
    async place(request) {
      const { orderNo, payer } = request;
      const channel = channelOfOrder(orderNo);
      const other = 'code' in payer && channelOfPayerCode(payer.code) !== channel;
      const holds = other ? undefined : of(orderNo);
      return (await holds?.place(request)) ?? { kind: 'declined', reason: 'ORDER_NO_INVALID' };
    },
    status: async (orderNo) => (await of(orderNo)?.status(orderNo)) ?? { kind: 'not-found' },
    async capture(orderNo, amountFen) {
      const none = { kind: 'declined', reason: 'ORDER_NO_INVALID' } as const;
      return (await of(orderNo)?.capture(orderNo, amountFen)) ?? none;
    },
    async release(orderNo) {
      const none = { kind: 'refused', reason: 'ORDER_NO_INVALID', retry: false } as const;
      return (await of(orderNo)?.release(orderNo)) ?? none;
    },
    async refund(request) {
      const none = { kind: 'refused', reason: 'ORDER_NO_INVALID' } as const;
      return (await of(request.orderNo)?.refund(request)) ?? none;
    },
  };
}
