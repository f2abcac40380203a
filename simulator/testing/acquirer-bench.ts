/** An acquirer on a desk in simulated time, and a customer who talks to either of its channels. */
import { expect } from 'vitest';
import type { PaymentFault } from '../faults.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { createAcquirer, DEMO_ACCOUNT } from '../twins/acquirer.ts';
import { alipaySignText, signAlipay } from '../twins/acquirer-alipay.ts';
import { fenOfYuan } from '../twins/acquirer-alipay-words.ts';
import type { Channel } from '../twins/acquirer-behaviours.ts';
import { payerCode } from '../twins/acquirer-behaviours.ts';
import type { Safe } from '../twins/acquirer-orders.ts';
import type { Fields } from '../twins/acquirer-wechat.ts';
import { readXml, signWechat, writeXml } from '../twins/acquirer-wechat.ts';
import { readGolden } from './golden.ts';

export const golden = readGolden('payment/golden/code-pay.txt');
export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
export const NONCE = '5K8264ILTKCH16CQ2502SI8ZNMTM67VS';

export function bench(safe?: Safe) {
  const clock = createSimulatedClock();
  let fault: PaymentFault | undefined;
  const acquirer = createAcquirer({
    clock,
    random: createRandom(3),
    fault: () => fault,
    ...(safe ? { safe } : {}),
  });
  const send = async (path: string, body: Uint8Array, method = 'POST') => {
    let said: string | undefined;
    let status = 0;
    void acquirer.handle({ method, path, body }).then((answer) => {
      said = text(answer.body);
      status = answer.status;
    });
    await clock.run(10_000, () => said !== undefined);
    return { said, status };
  };
  const setFault = (next?: PaymentFault) => {
    fault = next;
  };
  return { acquirer, clock, send, setFault };
}

export type Bench = ReturnType<typeof bench>;

/** One conversation with either channel, told in the words both have in common. */
export function customer(
  { send }: Bench,
  channel: Channel,
  behaviour: string,
  times = 0,
  orderNo = channel === 'wechat' ? 'W-1' : 'A-1',
) {
  const code = payerCode(channel, behaviour, 1, times);
  const wechat = async (path: string, fields: Fields) => {
    const { appId, mchId, key } = DEMO_ACCOUNT;
    const asked = {
      appid: appId,
      mch_id: mchId,
      nonce_str: NONCE,
      out_trade_no: orderNo,
      ...fields,
    };
    const body = writeXml({ ...asked, sign: signWechat(asked, key) });
    const { said } = await send(path, Buffer.from(body));
    if (said === undefined) return 'no answer';
    const answer = readXml(said);
    expect(answer.sign).toBe(signWechat(answer, key));
    const word = answer.trade_state ?? answer.err_code ?? answer.recall ?? 'PAID';
    return answer.total_fee
      ? `${word} ${answer.total_fee}`
      : `${word} ${answer.recall ?? ''}`.trim();
  };
  const alipay = async (method: string, more: Fields) => {
    const biz = JSON.stringify({ out_trade_no: orderNo, ...more });
    const asked = { app_id: DEMO_ACCOUNT.alipayAppId, method, biz_content: biz };
    const sign = signAlipay(alipaySignText(asked), DEMO_ACCOUNT.key);
    const form = new URLSearchParams({ ...asked, sign }).toString();
    const { said } = await send('/gateway', Buffer.from(form));
    if (said === undefined) return 'no answer';
    const [, body = '{}', signed] = /^\{"\w+":(\{.*\}),"sign":"(.*)"\}$/.exec(said) ?? [];
    expect(signed).toBe(signAlipay(body, DEMO_ACCOUNT.key));
    const answer: Fields = JSON.parse(body);
    const word = answer.sub_code ?? answer.action ?? answer.trade_status ?? '';
    const amount = answer.total_amount ? ` ${fenOfYuan(answer.total_amount)}` : '';
    return `${answer.code} ${word}${amount}`;
  };
  return channel === 'wechat'
    ? {
        pay: () => wechat('/pay/micropay', { auth_code: code, total_fee: '1234', body: '一刻' }),
        query: () => wechat('/pay/orderquery', {}),
        reverse: () => wechat('/secapi/pay/reverse', {}),
      }
    : {
        pay: () => alipay('alipay.trade.pay', { auth_code: code, total_amount: '12.34' }),
        query: () => alipay('alipay.trade.query', {}),
        reverse: () => alipay('alipay.trade.cancel', {}),
      };
}
