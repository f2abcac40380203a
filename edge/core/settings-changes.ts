/** What differs between two configurations, and secrets that are kept while they are not shown. */
import { HIDDEN, type SettingChange } from './views/settings-views.ts';

type Branch = Record<string, unknown>;

const isBranch = (value: unknown): value is Branch =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Entries of a list of named things go by their name, so that a new first one moves no other. */
function branchesOf(value: unknown): Branch | undefined {
  if (isBranch(value)) return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const named = value.every((each) => isBranch(each) && typeof each.id === 'string');
  const names = value.map((each, at) => (named ? String(each.id) : String(at)));
  if (new Set(names).size < names.length || !value.every(isBranch)) return undefined;
  return Object.fromEntries(value.map((each, at) => [names[at] ?? '', each]));
}

/** Every value that is not the same on both sides, in the order of the first. */
export function changesBetween(before: unknown, after: unknown, path = ''): SettingChange[] {
  const [one, other] = [branchesOf(before), branchesOf(after)];
  if (one && other) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) =>
      changesBetween(one[key], other[key], path ? `${path}.${key}` : key),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [
    {
      path,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    },
  ];
}

/** The draft with each hidden secret as it stands in `current`; paths of those that stand nowhere. */
export function withSecretsOf(
  draft: unknown,
  current: unknown,
  path = '',
): { value: unknown; lost: string[] } {
  if (draft === HIDDEN)
    return typeof current === 'string' || typeof current === 'number'
      ? { value: current, lost: [] }
      : { value: draft, lost: [path] };
  if (Array.isArray(draft)) {
    const known = Array.isArray(current) ? current : [];
    const fellow = (each: unknown, at: number) =>
      isBranch(each) && typeof each.id === 'string'
        ? known.find((one) => isBranch(one) && one.id === each.id)
        : known[at];
    return joined(
      draft.map((each, at) => [String(at), withSecretsOf(each, fellow(each, at), `${path}.${at}`)]),
      (entries) => entries.map(([, value]) => value),
    );
  }
  if (!isBranch(draft)) return { value: draft, lost: [] };
  const known = isBranch(current) ? current : {};
  return joined(
    Object.entries(draft).map(([key, each]) => [
      key,
      withSecretsOf(each, known[key], path ? `${path}.${key}` : key),
    ]),
    (entries) => Object.fromEntries(entries),
  );
}

function joined(
  parts: [string, { value: unknown; lost: string[] }][],
  build: (entries: [string, unknown][]) => unknown,
): { value: unknown; lost: string[] } {
  return {
    value: build(parts.map(([key, { value }]) => [key, value])),
    lost: parts.flatMap(([, { lost }]) => lost),
  };
}
