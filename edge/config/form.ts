/** The configuration's one schema as a form: every option with its bounds, default and help. */
import type { TSchema } from 'typebox';
import type { SettingField, SettingLeaf } from '../core/views/settings-views.ts';
import { isSecretName } from '../technician/redact.ts';
import { ConfigSchema } from './config.ts';
import { SETTING_HELP, SETTING_LABELS, SETTING_UNITS, wordsAt } from './words.ts';

interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  anyOf?: { const?: unknown }[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** @param path its place, `*` for an entry of a list */
function named(key: string, node: Node, path: readonly string[], optional: boolean) {
  const label = wordsAt(SETTING_LABELS, path) ?? { zh: key, en: key };
  const zh = wordsAt(SETTING_HELP, path) ?? node.description;
  const help = zh === undefined ? {} : { help: { zh, en: node.description ?? label.en } };
  return { key, label, optional, ...help };
}

const KINDS: Record<string, SettingLeaf['kind']> = {
  integer: 'whole',
  number: 'number',
  boolean: 'switch',
  string: 'text',
};

function leafOf(key: string, node: Node, path: readonly string[], optional: boolean): SettingLeaf {
  const { minimum, maximum, minLength, maxLength, pattern } = node;
  const choices = node.anyOf?.map((each) => String(each.const));
  const kind = choices ? 'choice' : (KINDS[node.type ?? ''] ?? 'text');
  const unit = SETTING_UNITS.find(([ending]) => ending.test(key))?.[1];
  const bounds = { minimum, maximum, minLength, maxLength, pattern, choices, unit };
  const said = Object.entries(bounds).filter(([, value]) => value !== undefined);
  const preset = node.default as SettingLeaf['default'];
  return {
    ...named(key, node, path, optional),
    kind,
    ...Object.fromEntries(said),
    ...(preset !== undefined && { default: preset }),
    ...(isSecretName(key) && { secret: true }),
  };
}

function fieldOf(
  key: string,
  node: Node,
  path: readonly string[],
  optional: boolean,
): SettingField {
  const common = named(key, node, path, optional);
  if (node.properties) return { ...common, kind: 'group', fields: fieldsOf(node, path) };
  if (node.type === 'object') return { ...common, kind: 'free' };
  if (node.type !== 'array') return leafOf(key, node, path, optional);
  const item = fieldOf(key, node.items ?? {}, [...path, '*'], false);
  // An entry is called what the list is called.
  return { ...common, kind: 'list', item: { ...item, label: common.label } };
}

function fieldsOf({ properties = {}, required = [] }: Node, path: readonly string[]) {
  return Object.entries(properties).map(([key, node]) => {
    const optional = !required.includes(key) || node.default !== undefined;
    return fieldOf(key, node, [...path, key], optional);
  });
}

export const settingsForm = (schema: TSchema = ConfigSchema): SettingField[] =>
  fieldsOf(schema as Node, []);
