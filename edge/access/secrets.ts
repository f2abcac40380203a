/** Passwords and PINs: Argon2id in the thread pool, two at a time, and what is too easy to guess. */

/** OWASP's first choice of 2024 for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;

const COMMON =
  /^(?:password|passw0rd|1234567890|qwertyuiop|iloveyou\d*|admin\d*|yike\d*|woaini\d*)$/i;

export function isWeakPassword(password: string, personId: string): boolean {
  const bare = password.toLowerCase();
  const few = new Set(password).size < 4;
  return password.length < 10 || few || bare.includes(personId) || COMMON.test(password);
}

export function isWeakPin(pin: string): boolean {
  if (!/^\d{6,12}$/.test(pin)) return true;
  const steps = [...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at]));
  return new Set(steps).size === 1 && Math.abs(steps[0] ?? 0) <= 1;
}

export interface Secrets {
  seal(secret: string): Promise<string>;
  /** Takes as long for `undefined` as for a hash: an account that is none is not told apart. */
  opens(sealed: string | undefined, secret: string): Promise<boolean>;
}

/** The hashing library is native code: loaded when somebody first comes to the door. */
const argon2 = () => import('@node-rs/argon2');

export function createSecrets(pepper: Buffer): Secrets {
  const queue = createQueue(AT_ONCE);
  // Argon2id is the package's own default.
  const options = { ...COST, secret: pepper };
  let nobody: Promise<string> | undefined;
  const seal = (secret: string) => queue(async () => (await argon2()).hash(secret, options));
  return {
    seal,
    async opens(sealed, secret) {
      nobody ??= seal('nobody');
      const right = await queue(async () =>
        (await argon2()).verify(sealed ?? (await nobody!), secret, options),
      );
      return right && sealed !== undefined;
    },
  };
}

/** Runs at most `most` at once, the others in turn: guesses cannot fill the thread pool. */
function createQueue(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
