/** The ways to pay at one lane: a desk for each terminal, and which of them work now. */
import type { PayChannel } from '../core/events.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { LaneParts } from './inside.ts';
import type { PaymentDeskParts } from './payment-desk.ts';
import { createPaymentDesk, type PaymentDesk } from './payments.ts';

/** How a shopper pays; codes of every wallet go over one terminal. */
export type PayMethod = 'code' | 'card' | 'cash';

export const methodOf = (channel: PayChannel): PayMethod =>
  channel === 'card' || channel === 'cash' ? channel : 'code';

const CHANNELS: Record<'code' | 'card', readonly PayChannel[]> = {
  code: ['wechat', 'alipay', 'code'],
  card: ['card'],
};

export function terminalFor(
  { config, devices }: LaneParts,
  method: 'code' | 'card',
): StoreDevice | undefined {
  return devices.find(method === 'card' ? config.card : config.payment);
}

type Shared = Omit<PaymentDeskParts, 'terminal' | 'channels'>;

/** One desk in front of all terminals; a payment goes to the desk of its channel. */
export function createTerminals(parts: LaneParts, shared: Shared): PaymentDesk {
  const desks = (['code', 'card'] as const).flatMap((method) => {
    const terminal = terminalFor(parts, method);
    const channels = CHANNELS[method];
    return terminal ? [{ method, desk: createPaymentDesk({ ...shared, terminal, channels }) }] : [];
  });
  const deskOf = (channel: PayChannel) =>
    desks.find(({ method }) => method === methodOf(channel))?.desk;
  return {
    submit: (saleId, tender, payerCode) =>
      deskOf(tender.channel)?.submit(saleId, tender, payerCode),
    cancel: (saleId, tender) => deskOf(tender.channel)?.cancel(saleId, tender),
    resume() {
      for (const { desk } of desks) desk.resume();
    },
    askedMs: (tenderId) =>
      desks.map(({ desk }) => desk.askedMs(tenderId)).find((asked) => asked !== undefined),
    close() {
      for (const { desk } of desks) desk.close();
    },
  };
}
