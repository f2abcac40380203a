/** Takes everything secret out of what leaves the box: by name, by shape, and by value. */
import { withoutPayerCodes } from '../../drivers/trace/redact.ts';

const SECRET_NAME = /(key|token|password|secret|authorization|cookie|csrf|code)s?$|^pin$|pin$/i;
/** Names that look like the above and are none. */
const HARMLESS = /^(reasonCode|reason|upos|sku|ean13|exitCode|errorCode|code)$/;
const HIDDEN = '[redacted]';
const SHORTEST_SECRET = 6;

export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name) && !HARMLESS.test(name);

/** Every text that stands under a secret name, anywhere below `value`. */
export function secretsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, each] of Object.entries(value)) {
    for (const one of isSecretName(name) ? [each].flat() : [])
      if (typeof one === 'string' && one.length >= SHORTEST_SECRET) found.add(one);
    secretsIn(each, found);
  }
  return found;
}

/** The same value, what stands under a secret name hidden. */
export function withoutSecretNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      return [name, isSecretName(name) ? hidden(each) : withoutSecretNames(each)];
    }),
  );
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  return typeof value === 'string' || typeof value === 'number'
    ? HIDDEN
    : withoutSecretNames(value);
}

const PEM = /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;
const PASSWORD_IN_URL = /(\w+:\/\/[^:/\s"]+):[^@/\s"]+@/g;
const NAMED = /("?(?:pin|password|token|secret|key|payerCode)"?\s*[:=]\s*"?)([^\s",}]{4,})/gi;

/** The same text without known secrets, keys, tokens, PINs and payer's codes. */
export function redactText(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, HIDDEN);
  return withoutPayerCodes(
    clean
      .replaceAll(PEM, HIDDEN)
      .replaceAll(BEARER, `$1 ${HIDDEN}`)
      .replaceAll(PASSWORD_IN_URL, `$1:${HIDDEN}@`)
      .replaceAll(NAMED, `$1${HIDDEN}`),
  );
}
