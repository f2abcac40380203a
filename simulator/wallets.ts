/** Payment codes a shopper can hold up: one phone for each channel and behaviour. */
import type { WalletSeen } from './hands-api.ts';
import type { Clock } from './runtime.ts';
import type { Channel } from './twins/acquirer-behaviours.ts';
import { BEHAVIOURS, payerCode } from './twins/acquirer-behaviours.ts';

const CHANNELS: { channel: Channel; zh: string; en: string }[] = [
  { channel: 'wechat', zh: '微信', en: 'WeChat' },
  { channel: 'alipay', zh: '支付宝', en: 'Alipay' },
];

export type Wallets = ReturnType<typeof createWallets>;

/**
 * The phones. A code pays once, so a phone shows a fresh one after it was held up. Serial numbers
 * rise with wall time: no two runs of a store show the same code.
 */
export function createWallets(clock: Clock) {
  let serial = 0;
  const fresh = (channel: Channel, behaviour: string) => {
    serial = Math.max(serial + 1, Math.floor(clock.wallMs()));
    return payerCode(channel, behaviour, serial);
  };
  const phones = CHANNELS.flatMap(({ channel, zh, en }) =>
    BEHAVIOURS.map(({ name, label }) => ({
      channel,
      name,
      label: { zh: `${zh} · ${label.zh}`, en: `${en} · ${label.en}` },
      code: fresh(channel, name),
    })),
  );
  return {
    list: (): WalletSeen[] => phones.map(({ code, label }) => ({ code, label })),
    /** A fresh code of one phone. */
    codeOf: fresh,
    /** Shows another code on the phone that showed this one; answers whether there was one. */
    held(code: string): boolean {
      const phone = phones.find((it) => it.code === code);
      if (phone) phone.code = fresh(phone.channel, phone.name);
      return phone !== undefined;
    },
  };
}
