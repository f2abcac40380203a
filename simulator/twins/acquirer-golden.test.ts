import { describe, expect, it } from 'vitest';
import { bench, golden, NONCE, text } from '../testing/acquirer-bench.ts';
import { readGolden } from '../testing/golden.ts';
import { DEMO_ACCOUNT } from './acquirer.ts';
import { alipayAnswer } from './acquirer-alipay.ts';
import { fenOfYuan, yuanOfFen } from './acquirer-alipay-words.ts';
import { chinaTime } from './acquirer-orders.ts';
import type { Fields } from './acquirer-wechat.ts';
import { readXml, signWechat, wechatAnswer, writeXml } from './acquirer-wechat.ts';

describe('the acquirer twin says what the golden bytes say', () => {
  const rx = golden.filter((line) => line.direction === 'rx' && !/wrong/.test(line.comment));

  it('writes every signed WeChat answer byte for byte', () => {
    const lines = rx.filter((line) => text(line.bytes).includes('CDATA[5K8264'));
    expect(lines.length).toBeGreaterThanOrEqual(20);
    for (const line of lines) {
      const { kind, ...fields } = line.meaning as Fields;
      expect(writeXml(wechatAnswer(fields, DEMO_ACCOUNT, NONCE))).toBe(text(line.bytes));
    }
  });

  it('writes every signed Alipay answer byte for byte', () => {
    const lines = rx.filter((line) => line.meaning.kind === 'alipay-answer');
    expect(lines.length).toBeGreaterThanOrEqual(18);
    for (const line of lines) {
      const { kind, node = '', ...fields } = line.meaning as Fields;
      expect(alipayAnswer(node, fields, DEMO_ACCOUNT.key)).toBe(text(line.bytes));
    }
  });

  it('takes every golden request, and its answers are among the golden ones', async () => {
    const it = bench();
    const requests = golden.filter((line) => line.direction === 'tx');
    const meant: string[] = [];
    for (const { meaning, bytes } of requests) {
      const { said = '' } = await it.send(String(meaning.path), bytes);
      meant.push(said.startsWith('<') ? (readXml(said).return_code ?? '') : said.slice(2, 24));
    }
    const alipay = ['pay', 'query', 'canc'].map((name) => expect.stringContaining(`trade_${name}`));
    const refunds = ['SUCCESS', expect.stringContaining('trade_refu')];
    expect(meant).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', ...alipay, ...refunds]);
    expect(it.acquirer.journal().map(({ what, amountFen }) => `${what} ${amountFen}`)).toEqual([
      'captured 1234',
      'reversed 1234',
      'captured 1234',
      'reversed 1234',
    ]);
  });

  it('writes every answer about money held first byte for byte', () => {
    const answers = readGolden('payment/golden/code-pay-holds.txt').filter(
      ({ direction }) => direction === 'rx',
    );
    expect(answers.length).toBeGreaterThanOrEqual(35);
    for (const { meaning, bytes } of answers) {
      const { kind, node = '', ...fields } = meaning as Fields;
      const said =
        kind === 'alipay-answer'
          ? alipayAnswer(node, fields, DEMO_ACCOUNT.key)
          : writeXml(wechatAnswer(fields, DEMO_ACCOUNT, NONCE));
      expect(said).toBe(text(bytes));
    }
  });

  it('signs as the published WeChat example is signed', () => {
    const fields = {
      appid: 'wxd930ea5d5a258f4f',
      mch_id: '10000100',
      device_info: '1000',
      body: 'test',
      nonce_str: 'ibuaiVcKdpRxkhJA',
    };
    expect(signWechat(fields, '192006250b4c09247ec02edce69f6a2d')).toBe(
      '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
    );
  });
});

describe('amounts and times', () => {
  it('turns yuan into fen and back without losing one', () => {
    for (const fen of [1, 9, 10, 99, 100, 1035, 123_456_789]) {
      expect(fenOfYuan(yuanOfFen(fen))).toBe(fen);
    }
    expect(['', '1.234', '-1', '1e3', ' 1'].map(fenOfYuan)).toEqual(Array(5).fill(undefined));
  });

  it("tells the shop's local time", () => {
    expect(chinaTime(Date.UTC(2026, 10, 23, 2, 15, 30))).toBe('20261123101530');
  });
});
