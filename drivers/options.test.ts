import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { checkOptions } from './options.ts';

const driver = {
  name: 'toy',
  options: Type.Object({
    dialect: Type.Union([Type.Literal('a'), Type.Literal('b')], { default: 'a' }),
    pollMs: Type.Integer({ default: 110, minimum: 50 }),
    name: Type.Optional(Type.String()),
    key: Type.Optional(Type.Object({ id: Type.String() })),
  }),
};

test('what is not said has its default', () => {
  expect(checkOptions(driver, {})).toEqual({ ok: true, value: { dialect: 'a', pollMs: 110 } });
  expect(checkOptions(driver, { pollMs: 60 })).toMatchObject({ value: { pollMs: 60 } });
});

test('what was given is left as it was', () => {
  const given = {};
  checkOptions(driver, given);
  expect(given).toEqual({});
});

test.each([
  [{ polMs: 1 }, 'no option "polMs" (dialect, pollMs, name, key)'],
  [{ pollMs: 10 }, '"pollMs" must be >= 50'],
  [{ pollMs: '110' }, '"pollMs" must be integer'],
  [{ pollMs: null }, '"pollMs" must be integer'],
  [{ dialect: 'c' }, '"dialect" must be equal to constant (a | b)'],
  [{ key: { id: 5 } }, '"key.id" must be string'],
])('%j is refused in words', (given, why) => {
  const checked = checkOptions(driver, given);
  expect(checked).toMatchObject({ ok: false });
  expect(checked.ok ? '' : checked.problem.en).toContain(why);
});
