/**
 * The house rules as a test: who may import whom, which package lives where, and what is banned
 * with what to write in its place.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = import.meta.dirname;
const SKIPPED = /^(node_modules|dist|\.git|models\/packs|data)(\/|$)/;
const files = (readdirSync(root, { recursive: true }) as string[])
  .filter((path) => !SKIPPED.test(path) && /\.(ts|tsx)$/.test(path))
  .sort();

/** Longest prefix wins. */
const ROOMS = [
  'edge/core',
  'edge/ledger',
  'edge/access',
  'edge/devices',
  'edge/recognition',
  'edge/weighing',
  'edge/lane',
  'edge/stock',
  'edge/catalogue',
  'edge/counter',
  'edge/cabinet',
  'edge/server',
  'edge/web',
  'edge/cli',
  'edge',
  'drivers',
  'models',
  'simulator/pages',
  'simulator',
  'cloud-sync/head-office',
  'cloud-sync',
  'bench',
] as const;
type Room = (typeof ROOMS)[number];

/** The import table of ARCHITECTURE.md. A room may always import itself. */
const MAY_IMPORT: Record<Room, Room[]> = {
  'edge/core': [],
  'edge/ledger': ['edge/core'],
  'edge/access': ['edge/core', 'edge'],
  'edge/devices': ['edge/core', 'edge', 'drivers'],
  'edge/recognition': ['edge/core', 'models'],
  'edge/weighing': ['edge/core', 'edge/devices', 'edge/recognition', 'drivers'],
  'edge/lane': ['edge/core', 'edge', 'edge/ledger', 'edge/devices', 'edge/weighing', 'drivers'],
  'edge/stock': ['edge/core', 'edge', 'edge/ledger', 'edge/devices', 'drivers'],
  'edge/catalogue': ['edge/core', 'edge', 'edge/ledger', 'edge/devices', 'drivers'],
  'edge/counter': ['edge/core', 'edge', 'edge/ledger', 'edge/devices', 'edge/weighing', 'drivers'],
  'edge/server': ['edge/core', 'edge/access'],
  // A bill is paid and receipted as a lane's sale is.
  'edge/cabinet': ['edge/core', 'edge', 'edge/ledger', 'edge/devices', 'edge/lane', 'drivers'],
  'edge/web': ['edge/core'],
  'edge/cli': [
    'edge/core',
    'edge',
    'edge/cabinet',
    'edge/stock',
    'edge/catalogue',
    'edge/ledger',
    'edge/access',
    'edge/devices',
    'drivers',
    'models',
    'cloud-sync',
    'bench',
  ],
  edge: [
    'edge/core',
    'edge/ledger',
    'edge/access',
    'edge/devices',
    'edge/recognition',
    'edge/weighing',
    'edge/lane',
    'edge/stock',
    'edge/catalogue',
    'edge/counter',
    'edge/cabinet',
    'edge/server',
    'edge/cli',
    'drivers',
    'models',
    'cloud-sync',
  ],
  drivers: [],
  models: [],
  'simulator/pages': ['simulator', 'edge/web'],
  simulator: [],
  'cloud-sync/head-office': ['cloud-sync', 'edge/core', 'edge/web'],
  'cloud-sync': ['edge/core'],
  bench: [...ROOMS],
};
/** Files of `edge/cli` that may reach the simulator and head office, by dynamic import only. */
const REACHES_SIMULATOR = /^edge\/cli\/(demo|sim)\/[a-z-]+\.ts$/;
/** Files of `edge` that actors may know: configuration types and the log's type. */
const SHARED_BY_ACTORS = [
  'edge/config/config.ts',
  'edge/config/cabinet.ts',
  'edge/log.ts',
  'edge/box/durable-file.ts',
];

/** npm packages and the rooms that may import them. */
const PACKAGES: Record<string, RegExp> = {
  'better-sqlite3': /^(edge\/ledger|bench)\//,
  selfsigned: /^edge\/access\/certificate\.ts$/,
  '@node-rs/argon2': /^edge\/access\/secrets\.ts$/,
  'onnxruntime-node': /^models\/onnx-child\.ts$/,
  sharp: /^(models|simulator|bench)\/|^edge\/catalogue\/pictures\.ts$/,
  mqtt: /^(drivers\/wire\/mqtt|simulator\/topics|bench\/.*)\.(ts|mjs)$/,
  aedes: /^edge\/devices\/|^bench\//,
  serialport: /^(drivers\/wire|bench)\//,
  fastify:
    /^(edge\/server|cloud-sync\/head-office)\/|^edge\/serve\.ts$|^edge\/operator\/(doors?|rooms|assist-doors|ledger-rooms)\.ts$/,
  '@fastify/static': /^edge\/server\//,
  pino: /^edge\/log\.ts$|^bench\//,
  pg: /^cloud-sync\/head-office\//,
  'pg-copy-streams': /^cloud-sync\/head-office\//,
  typebox: /^(edge\/(config|server)|drivers|cloud-sync)\//,
  'iconv-lite': /^drivers\/printer\//,
  'bwip-js': /^simulator\//,
  'write-excel-file': /^edge\/operator\/sheet-thread\.ts$/,
  uplot: /^edge\/web\/admin\//,
  preact: /^(edge\/web|simulator\/pages)\//,
  '@preact/signals': /^(edge\/web|simulator\/pages)\//,
  'lean-qr': /^(edge\/web|simulator\/pages)\//,
};

const roomOf = (path: string): Room | undefined =>
  ROOMS.find((room) => path === `${room}.ts` || path.startsWith(`${room}/`));

interface Import {
  from: string;
  to: string;
  dynamic: boolean;
}

function importsOf(path: string): Import[] {
  const text = readFileSync(join(root, path), 'utf8');
  const found: Import[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"`]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;
  for (const match of text.matchAll(pattern)) {
    const to = match[1] ?? match[2] ?? match[3];
    if (to) found.push({ from: path, to, dynamic: match[2] !== undefined });
  }
  return found;
}

const imports = files.flatMap(importsOf);
/** Tests and their fixtures may import any room. */
const sources = imports.filter(({ from }) => !/\.(test|fixture)\.tsx?$/.test(from));

describe('who may import whom', () => {
  it('sees the whole house, so that a silent green is impossible', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(sources.length).toBeGreaterThan(300);
  });

  it('keeps the import table', () => {
    const wrong = sources.flatMap(({ from, to, dynamic }) => {
      if (!to.startsWith('.')) return [];
      const target = normalize(join(dirname(from), to));
      const [a, b] = [roomOf(from), roomOf(target)];
      if (!a || !b || a === b) return [];
      if (REACHES_SIMULATOR.test(from) && dynamic) return [];
      if (REACHES_SIMULATOR.test(from) && /^(simulator|cloud-sync\/head-office)/.test(b)) {
        return isTypeOnly(from, to) ? [] : [`${from} → ${target} (dynamic import only)`];
      }
      if (b === 'edge' && a !== 'edge/cli' && a !== 'bench' && !SHARED_BY_ACTORS.includes(target))
        return [`${from} → ${target}`];
      return MAY_IMPORT[a].includes(b) ? [] : [`${from} → ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  it('keeps every package in its room', () => {
    const wrong = sources.flatMap(({ from, to }) => {
      const name = to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/');
      const allowed = PACKAGES[name];
      return allowed && !allowed.test(from) ? [`${from} imports ${to}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  it('keeps node: out of the core and the pages', () => {
    const wrong = sources.filter(
      ({ from, to }) =>
        to.startsWith('node:') &&
        (from.startsWith('edge/core/') ||
          (from.startsWith('edge/web/') && !/(browser|\.fixture)\.ts$/.test(from))),
    );
    expect(wrong).toEqual([]);
  });
});

function isTypeOnly(from: string, to: string): boolean {
  const text = readFileSync(join(root, from), 'utf8');
  const statement = new RegExp(`import\\s+type\\b[^;]*['"]${to.replaceAll('.', '\\.')}['"]`);
  return statement.test(text);
}

interface Ban {
  what: RegExp;
  instead: string;
  /** Where it is allowed. */
  except: RegExp;
  example: string;
}

const ADAPTERS =
  /^(edge|simulator|cloud-sync\/head-office)\/runtime\.ts$|^drivers\/wire\/io-clock\.ts$/;
const TESTS_AND_TOOLS =
  /\.test\.tsx?$|(-for-tests|\.fixture|fixtures?)\.ts$|\/testing\/|^bench\/|^edge\/cli\/|^edge\/web\/|^simulator\/pages\/|^models\/onnx-child\.ts$/;
const anyOf = (...patterns: RegExp[]) => new RegExp(patterns.map((each) => each.source).join('|'));

const BANS: Ban[] = [
  {
    what: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    instead: 'the Clock that is passed in',
    except: anyOf(ADAPTERS, TESTS_AND_TOOLS),
    example: 'const t = Date.now();',
  },
  {
    what: /\bMath\.random\(/,
    instead: 'the Random that is passed in',
    except: anyOf(ADAPTERS, TESTS_AND_TOOLS),
    example: 'Math.random()',
  },
  {
    what: /\bset(Timeout|Interval)\(/,
    instead: 'clock.after',
    except: anyOf(ADAPTERS, TESTS_AND_TOOLS),
    example: 'setTimeout(f, 1)',
  },
  {
    what: /@lydell\/node-pty['"]|from ['"]node-pty['"]/,
    instead: 'the native open of simulator/pty.ts (its JS class signals every process)',
    except: /^$/,
    example: "from 'node-pty'",
  },
  {
    what: /\bas any\b|:\s*any\b|as unknown as|@ts-(ignore|expect-error|nocheck)/,
    instead: 'a type that is true',
    except: /^tidy\.test\.ts$/,
    example: 'x as any',
  },
  {
    what: /\bcatch\s*(\([^)]*\))?\s*\{\s*\}/,
    instead: 'handle it, or say why not in a value',
    except: /^$/,
    example: 'catch {}',
  },
  {
    what: /\b(enum|namespace)\s+[A-Z]|^\s*@[A-Z]\w+\(/m,
    instead: 'unions and records',
    except: /^$/,
    example: 'enum Colour { Red }',
  },
  {
    what: /process\.kill\([^)]*(\?\?|\|\|) *0/,
    instead: 'a process that was found (0 is every process of the group)',
    except: /^$/,
    example: "process.kill(found?.pid ?? 0, 'SIGKILL')",
  },
  {
    what: /\b(toMatchObject|toEqual)\((?:(?!\);)[\s\S])*?\w: \/[^/*]/,
    instead: 'expect.stringMatching (any object agrees with a pattern there)',
    except: /^$/,
    example: 'expect(it).toMatchObject({ why: /broken/ });',
  },
  {
    what: /rejectUnauthorized:\s*false/,
    instead: 'a pinned certificate',
    except: /^$/,
    example: 'rejectUnauthorized: false',
  },
];

describe('what is banned, and what to write instead', () => {
  for (const { what, instead, except, example } of BANS) {
    it(`bans ${what.source.slice(0, 40)} in favour of ${instead}`, () => {
      expect(what.test(example)).toBe(true);
      const wrong = files.filter(
        (path) => path !== 'tidy.test.ts' && !except.test(path) && what.test(stripped(path)),
      );
      expect(wrong).toEqual([]);
    });
  }
});

/** Code without its comments: a ban is about what runs. */
function stripped(path: string): string {
  const text = readFileSync(join(root, path), 'utf8');
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

describe('small and elegant', () => {
  const DATA = /(goods-|photos-names|i18n\/|reasons|refusals|golden|\.test\.tsx?$|\.fixture\.ts$)/;
  it('keeps files under 300 lines', () => {
    const long = files.filter(
      (path) => !DATA.test(path) && readFileSync(join(root, path), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });

  it('keeps functions under 60 lines', () => {
    const SIZED = /(^|\/)[^/]+(?<!\.test|\.fixture|-for-tests)\.tsx?$/;
    const long = files
      .filter((path) => SIZED.test(path))
      .flatMap((path) =>
        longFunctions(readFileSync(join(root, path), 'utf8')).map((name) => `${path} ${name}`),
      );
    expect(long).toEqual([]);
  });

  it('has no barrel but the registry of drivers', () => {
    const barrels = files.filter((path) => /(^|\/)index\.tsx?$/.test(path));
    expect(barrels).toEqual(['drivers/index.ts']);
  });

  it('has no room for odds and ends', () => {
    const odd = files.filter((path) =>
      /(^|\/)(utils?|helpers?|misc|common|manager)[./]/i.test(path),
    );
    expect(odd).toEqual([]);
  });
});

/** Top-level functions whose body ends more than 60 lines below their first line. */
function longFunctions(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, name] = /^(?:export )?(?:async )?function (\w+)/.exec(line) ?? [];
    if (!name) return [];
    const end = lines.findIndex((each, index) => index > at && each === '}');
    return end - at + 1 > 60 ? [name] : [];
  });
}
