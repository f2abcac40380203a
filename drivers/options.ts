/** Checks a driver's options against its schema and fills in the defaults. */
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import { at, say, type Text, textOf } from './say.ts';

export type CheckedOptions =
  | { ok: true; value: Record<string, unknown> }
  | { ok: false; problem: Text };

/**
 * Defaults filled in, or the first problem in words, naming the key. Nothing is coerced: `"9600"`
 * is not a number.
 */
export function checkOptions(
  driver: { name: string; options: TObject },
  given: Record<string, unknown>,
): CheckedOptions {
  const known = Object.keys(driver.options.properties);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const list = known.length > 0 ? known.join(', ') : 'none';
    return refuse(
      driver.name,
      say(`没有选项「${key}」（${list}）`, `no option "${key}" (${list})`),
    );
  }
  const value: unknown = Value.Default(driver.options, structuredClone(given));
  const [error] = Value.Errors(driver.options, value);
  if (error !== undefined) {
    const key = error.instancePath.slice(1).replaceAll('/', '.') || 'options';
    return refuse(driver.name, `"${key}" ${error.message}${expected(driver.options, key)}`);
  }
  return { ok: true, value: { ...(value as Record<string, unknown>) } };
}

function refuse(name: string, why: Text | string): CheckedOptions {
  return { ok: false, problem: at(`${name}: `, textOf(why)) };
}

/** The values a choice allows, for the sentence. */
function expected(options: TObject, key: string): string {
  const property: object = options.properties[key] ?? {};
  if (!('anyOf' in property) || !Array.isArray(property.anyOf)) return '';
  const values = property.anyOf.map((one: { const?: unknown }) => one.const);
  return values.includes(undefined) ? '' : ` (${values.join(' | ')})`;
}
